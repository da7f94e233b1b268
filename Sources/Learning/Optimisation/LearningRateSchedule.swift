import Foundation

/// A round's learning rate: a linear warm-up to the peak, then a cosine to a tenth of it at the last step.
package struct LearningRateSchedule: Codable, Hashable, Sendable {
  package let peak: Float
  package let warmupSteps: Int
  package let totalSteps: Int
  /// Share of the peak at the last step.
  package let floor: Double

  /// Warm-up takes `warmup` of the steps and at least three, as far as there are so many.
  /// - Precondition: at least one step.
  package init(peak: Float, totalSteps: Int, warmup: Double = 0.05, floor: Double = 0.1) {
    precondition(totalSteps > 0, "a schedule over \(totalSteps) steps")
    self.peak = peak
    self.totalSteps = totalSteps
    self.floor = floor
    warmupSteps = min(totalSteps, max(3, Int((Double(totalSteps) * warmup).rounded(.up))))
  }

  /// The rate of a step, counted from 0.
  package func rate(at step: Int) -> Float {
    if step < warmupSteps { return peak * Float(step + 1) / Float(warmupSteps) }
    let left = totalSteps - warmupSteps
    let progress = left == 0 ? 1 : min(1, Double(step - warmupSteps + 1) / Double(left))
    return peak * Float(floor + (1 - floor) * (1 + cos(.pi * progress)) / 2)
  }

  /// The peak of the lineage's n-th round, from 1: `base`/n^`power`, and never below `lowest` of it. Warming up to the same
  /// peak every round is itself a cause of forgetting; a maximum that falls over rounds is not (TiC-LM, 2025). Beside replay it
  /// costs learning and keeps nothing more (`stet bench continual`; the table is in the README).
  package static func peak(base: Float, round: Int, power: Double = 0.25, lowest: Float = 0.25) -> Float {
    base * max(lowest, Float(pow(Double(max(round, 1)), -power)))
  }

  /// Of the rate: what a round that the gate held back would have been let through with, and what its second try has.
  package static let heldBack = Float(0.5).squareRoot()

  /// Share of the rate that a round's peak has, by what became of the round before it: as a trust region's radius it falls
  /// where that one's step was too large (Conn et al., 2000, §6.1), and half as fast rises again where it was not.
  /// - Parameters:
  ///   - scale: that the round before had.
  ///   - lowest: that it never falls below.
  package static func scale(after scale: Float, wasHeldBack: Bool, lowest: Float) -> Float {
    max(lowest, min(1, wasHeldBack ? scale * heldBack : scale / heldBack.squareRoot()))
  }
}
