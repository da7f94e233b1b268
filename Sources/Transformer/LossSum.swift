/// The loss of some rows, summed over supervised tokens, in nats.
package struct LossSum: Codable, Hashable, Sendable {
  /// Negative log-likelihood of the tokens that are learned as such.
  package var nll: Double
  package var tokens: Int
  /// KL(base ‖ model) at the tokens that are distilled, without their weight.
  package var divergence: Double
  package var distilled: Int
  /// KL(remembered ‖ model) at the places that recall a distribution, without its weight.
  package var recall = 0.0
  package var recalled = 0

  package init(nll: Double = 0, tokens: Int = 0, divergence: Double = 0, distilled: Int = 0) {
    self.nll = nll
    self.tokens = tokens
    self.divergence = divergence
    self.distilled = distilled
  }

  /// Nats per token that is learned as such; 0 where there are none.
  package var mean: Double { tokens == 0 ? 0 : nll / Double(tokens) }

  /// All supervised tokens.
  package var targets: Int { tokens + distilled }

  package static func += (sum: inout LossSum, other: LossSum) {
    sum.nll += other.nll
    sum.tokens += other.tokens
    sum.divergence += other.divergence
    sum.distilled += other.distilled
    sum.recall += other.recall
    sum.recalled += other.recalled
  }
}
