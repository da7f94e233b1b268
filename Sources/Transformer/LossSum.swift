/// Negative log-likelihood summed over supervised tokens, in nats.
package struct LossSum: Codable, Hashable, Sendable {
  package var nll: Double
  package var tokens: Int

  package init(nll: Double = 0, tokens: Int = 0) {
    self.nll = nll
    self.tokens = tokens
  }

  /// Nats per supervised token; 0 where there are none.
  package var mean: Double { tokens == 0 ? 0 : nll / Double(tokens) }

  package static func += (sum: inout LossSum, other: LossSum) {
    sum.nll += other.nll
    sum.tokens += other.tokens
  }
}
