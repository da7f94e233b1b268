import ModelFiles

/// The kinds of matrix in a flat parameter vector, each with its ranges: a Fisher is normalised kind by kind.
package struct ParameterKinds: Hashable, Sendable {
  /// Length of the flat vector.
  package let count: Int
  package let ranges: [[Range<Int>]]

  /// - Precondition: all ranges lie within `count`.
  package init(count: Int, ranges: [[Range<Int>]]) {
    precondition(
      ranges.joined().allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= count }, "kinds beyond \(count) parameters")
    self.count = count
    self.ranges = ranges
  }

  /// Up to fourteen kinds: A and B of each adapted projection, over all layers.
  package init(_ layout: AdapterLayout) {
    self.init(
      count: layout.count,
      ranges: layout.lora.targets.flatMap { projection in
        AdapterLayout.Factor.allCases.map { factor in
          layout.entries.filter { $0.projection == projection && $0.factor == factor }.map(\.range)
        }
      })
  }

  /// Scales each kind to mean 1; a kind that is zero throughout stays so (A's, where B is zero).
  package func normalise(_ values: inout [Float]) {
    precondition(values.count == count, "kinds of \(count) for \(values.count) values")
    for kind in ranges {
      let size = kind.reduce(0) { $0 + $1.count }
      let mean = kind.reduce(0.0) { $0 + FlatVector.sum(values, $1) } / Double(max(size, 1))
      guard mean > 0 else { continue }
      let factor = Float(1 / mean)
      for range in kind {
        if factor.isFinite {
          FlatVector.scale(&values, range, by: factor)
        } else {
          // A mean below the smallest normal float: in two steps, or all would become infinite.
          FlatVector.scale(&values, range, by: 0x1p100)
          FlatVector.scale(&values, range, by: Float(0x1p-100 / mean))
        }
      }
    }
  }
}
