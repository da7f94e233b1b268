import Foundation

/// A LoRA adapter's values: one flat vector in the order that its layout gives.
///
/// Invariant: `parameters.count == layout.count`.
package struct Adapter: Hashable, Sendable {
  package let layout: AdapterLayout
  package var parameters: [Float]

  /// - Precondition: one parameter for each place in the layout.
  package init(layout: AdapterLayout, parameters: [Float]) {
    precondition(
      parameters.count == layout.count, "adapter: \(parameters.count) parameters, layout has \(layout.count)")
    self.layout = layout
    self.parameters = parameters
  }

  /// The adapter that changes nothing: version 0.
  package static func zero(_ layout: AdapterLayout) -> Adapter {
    Adapter(layout: layout, parameters: [Float](repeating: 0, count: layout.count))
  }

  /// PEFT's initial adapter: A Kaiming-uniform with a = √5, that is U(−1/√inputs, 1/√inputs); B = 0.
  package static func initial(_ layout: AdapterLayout, using rng: inout some RandomNumberGenerator) -> Adapter {
    var adapter = zero(layout)
    for entry in layout.entries where entry.factor == .a {
      let bound = 1 / Float(entry.columns).squareRoot()
      for i in entry.range { adapter.parameters[i] = Float.random(in: -bound...bound, using: &rng) }
    }
    return adapter
  }
}
