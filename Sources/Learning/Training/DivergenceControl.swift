import Foundation

/// Weighs distillation so that KL(base ‖ model) settles at a target: the multiplier of a constraint rather than a guess.
///
/// After each step that distilled, log w grows by `gain`·n/`window`·(KL/target − 1), KL being the step's mean over its n
/// distilled tokens: integral control in the manner of PPO's adaptive coefficient (Schulman et al., 2017, §4). How hard a
/// domain pulls is different for each, and not known before. A model that has only begun to move is below its target
/// whatever its weight: what would lower the weight counts by the part of the round that is done.
package struct DivergenceControl: Codable, Hashable, Sendable {
  /// The present weight of the distilled tokens' mean divergence against the learned tokens' mean loss, within a step.
  package private(set) var weight: Float
  /// Nats per token; 0 keeps the weight as it is.
  package let target: Double
  private let range: ClosedRange<Float>

  private static let gain = 0.25
  /// Distilled tokens, about one text.
  private static let window = 256.0
  /// A step as far off as this counts no more.
  private static let farthest = 2.0
  /// How far the weight may go from where it starts, either way.
  private static let reach: Float = 32

  /// - Parameter start: where an earlier round left the weight, whose pull is likely to go on; `nil` begins at `weight`.
  /// - Precondition: `weight` is above 0.
  package init(weight: Float, start: Float? = nil, target: Double) {
    precondition(weight > 0 && target >= 0, "distillation of weight \(weight) towards \(target) nats")
    self.target = target
    range = weight / Self.reach...weight * Self.reach
    self.weight = min(max(start ?? weight, range.lowerBound), range.upperBound)
  }

  /// Takes note of what a step measured before its update.
  /// - Parameter progress: the part of the round that is done, 0 to 1.
  package mutating func record(divergence: Double, tokens: Int, progress: Double = 1) {
    guard target > 0, tokens > 0 else { return }
    var error = min(divergence / Double(tokens) / target - 1, Self.farthest)
    if error < 0 { error *= progress }
    let factor = Float(exp(Self.gain * min(Double(tokens) / Self.window, 1) * error))
    weight = min(max(weight * factor, range.lowerBound), range.upperBound)
  }
}
