// O outputs · I inputs

import ModelFiles
import Tensors
import Transformer

/// A Fisher on the adapted weights ΔW that keeps row sums r [O] and column sums c [I] of the full diagonal of each matrix:
/// Fᵢⱼ ≈ rᵢcⱼ/Σr. The full diagonal has as many values as the weights themselves.
///
/// It does not depend on how ΔW is written as a product, so (B, A) → (BM, M⁻¹A) changes nothing (EWC-LoRA, 2026).
package struct CompactFisher: Hashable, Sendable {
  /// Of all matrices in the order of `WeightSquares.places`.
  package private(set) var rows: [Float]
  package private(set) var columns: [Float]
  /// Estimates in the running mean.
  package private(set) var rounds: Int

  /// Nothing to keep yet.
  package init(layout: AdapterLayout) {
    let places = WeightSquares.places(layout)
    rows = [Float](repeating: 0, count: places.last?.rows.upperBound ?? 0)
    columns = [Float](repeating: 0, count: places.last?.columns.upperBound ?? 0)
    rounds = 0
  }

  /// F = 1 everywhere: a penalty with it anchors ΔW by its Frobenius norm.
  package static func uniform(layout: AdapterLayout) -> CompactFisher {
    var fisher = CompactFisher(layout: layout)
    for place in WeightSquares.places(layout) {
      for i in place.rows { fisher.rows[i] = Float(place.columns.count) }
      for j in place.columns { fisher.columns[j] = Float(place.rows.count) }
    }
    fisher.rounds = 1
    return fisher
  }

  /// Row and column sums of one round's Fisher, the mean over samples of squared gradients of summed losses.
  package static func estimate(
    samples: [PackedRow], adapter: Adapter, using engine: GradientEngine, pause: () throws -> Void = {}
  ) throws -> CompactFisher {
    precondition(samples.allSatisfy { $0.segmentStarts.count <= 1 }, "a Fisher over packed rows")
    let targets = samples.filter { $0.supervisedCount > 0 }
    let squares = try engine.weightSquares(rows: targets, adapter: adapter, pause: pause)
    var fisher = CompactFisher(layout: adapter.layout)
    let share = 1 / Float(max(targets.count, 1))
    fisher.rows = squares.rows.map { $0 * share }
    fisher.columns = squares.columns.map { $0 * share }
    guard FlatVector.sumOfSquares(fisher.rows).isFinite else { throw LearningError.fisherNotFinite(sample: 0) }
    fisher.rounds = 1
    return fisher
  }

  /// Scales each kind of matrix to mean 1 over all its elements.
  package mutating func normalise(layout: AdapterLayout) {
    let places = WeightSquares.places(layout)
    for projection in layout.lora.targets {
      let own = places.filter { $0.projection == projection }
      let size = own.reduce(0) { $0 + $1.rows.count * $1.columns.count }
      let mean = own.reduce(0.0) { $0 + FlatVector.sum(rows, $1.rows) } / Double(max(size, 1))
      guard mean > 0 else { continue }
      for place in own {
        FlatVector.scale(&rows, place.rows, by: Float(1 / mean))
        FlatVector.scale(&columns, place.columns, by: Float(1 / mean))
      }
    }
  }

  /// F̃ ← (γnF̃ + F)/(γn + 1), with F normalised here.
  package mutating func absorb(_ estimate: CompactFisher, gamma: Double, layout: AdapterLayout) {
    var latest = estimate
    latest.normalise(layout: layout)
    let kept = gamma * Double(rounds)
    let (old, new) = (Float(kept / (kept + 1)), Float(1 / (kept + 1)))
    FlatVector.combine(&rows, times: old, plus: latest.rows, times: new)
    FlatVector.combine(&columns, times: old, plus: latest.columns, times: new)
    rounds += 1
  }
}
