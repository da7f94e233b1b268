import ModelFiles
import Tensors

/// Rank dropout: whole ranks of an adapter masked for one step, the rest scaled by 1/(1 − rate).
///
/// A masked adapter is still a product B·A, so it costs nothing.
package struct RankMask: Sendable {
  private let seed: UInt64
  private let rate: Float
  private let rank: Int

  /// - Parameter seed: one for each optimiser step.
  package init(rate: Float, rank: Int, seed: UInt64) {
    precondition(rate >= 0 && rate < 1, "rank dropout \(rate)")
    self.rate = rate
    self.rank = rank
    self.seed = seed
  }

  /// The factor of each rank of one projection: 0 or 1/(1 − rate).
  func scales(layer: Int, projection: Projection) -> [Float] {
    var rng = SeededGenerator(seed: seed, stream: "\(layer).\(projection.rawValue)")
    return (0..<rank).map { _ in Float.random(in: 0..<1, using: &rng) < rate ? 0 : 1 / (1 - rate) }
  }
}

/// Element dropout on the adapter's input (PEFT's `lora_dropout`): x∘m/(1 − rate) in front of A only.
package struct ElementDropout: Sendable {
  package let rate: Float
  private let seed: UInt64

  /// - Parameter seed: one for each optimiser step.
  package init(rate: Float, seed: UInt64) {
    precondition(rate >= 0 && rate < 1, "dropout \(rate)")
    self.rate = rate
    self.seed = seed
  }

  /// The same mask again for the same row, layer and group.
  func key(row: Int, layer: Int, group: LinearGroup) -> UInt64 {
    var state = seed &+ UInt64(row) << 32 &+ UInt64(layer) << 8
    switch group {
    case .attentionInput: break
    case .attentionOutput: state &+= 1
    case .mlpInput: state &+= 2
    case .mlpOutput: state &+= 3
    }
    return SeededGenerator.splitMix(&state)
  }

  /// out ← x ∘ m/(1 − rate), or with `adding` out += x ∘ m/(1 − rate), for token rows of `width` elements.
  func apply(
    _ x: UnsafePointer<Float>, stride: Int, into out: UnsafeMutablePointer<Float>, outputStride: Int,
    adding: Bool = false, rows: Range<Int>, width: Int, key: UInt64
  ) {
    let keep = 1 / (1 - rate)
    for t in rows {
      for i in 0..<width {
        var state = key &+ UInt64(t * width + i)
        let uniform = Float(SeededGenerator.splitMix(&state) >> 40) * 0x1p-24
        let value = unsafe uniform < rate ? 0 : x[t * stride + i] * keep
        unsafe out[t * outputStride + i] = unsafe adding ? out[t * outputStride + i] + value : value
      }
    }
  }
}
