import Foundation

/// An exponential moving average of the adapter's factors over a round's steps, corrected for its start as Adam's
/// moments are (Kingma and Ba, 2015, §3): θ̄ₜ = (1 − β)Σ β^(t−s)θₛ/(1 − βᵗ), β = 1 − 1/window.
package struct SlowWeights: Hashable, Sendable {
  /// (1 − β)Σ β^(t−s)θₛ.
  package private(set) var sum: [Float]
  package private(set) var steps: Int
  package let window: Int

  /// - Precondition: `window` is above 0.
  package init(count: Int, window: Int) {
    self.init(sum: [Float](repeating: 0, count: count), steps: 0, window: window)
  }

  /// An average that goes on.
  package init(sum: [Float], steps: Int, window: Int) {
    precondition(window > 0 && steps >= 0, "an average over \(window) steps, of \(steps)")
    self.sum = sum
    self.steps = steps
    self.window = window
  }

  private var decay: Double { 1 - 1 / Double(window) }

  package mutating func record(_ parameters: [Float]) {
    FlatVector.combine(&sum, times: Float(decay), plus: parameters, times: Float(1 - decay))
    steps += 1
  }

  /// θ̄; `nil` before the first step.
  package var mean: [Float]? {
    guard steps > 0 else { return nil }
    var mean = sum
    FlatVector.scale(&mean, mean.indices, by: Float(1 / (1 - pow(decay, Double(steps)))))
    return mean
  }
}
