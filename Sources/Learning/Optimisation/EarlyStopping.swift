/// Remembers the best validation loss, and says when waiting for a better one has been long enough.
package struct EarlyStopping: Codable, Hashable, Sendable {
  package enum Verdict: String, Codable, Hashable, Sendable {
    /// The best so far.
    case improved
    case waiting
    /// `patience` measurements in a row brought nothing.
    case exhausted
  }

  /// Measurements without improvement that end training.
  package let patience: Int
  /// What counts as better, nats per token.
  package let margin: Double
  package private(set) var bestLoss: Double?
  /// Steps done at the best loss.
  package private(set) var bestStep = 0
  package private(set) var misses = 0

  package init(patience: Int = 3, margin: Double = 0) {
    self.patience = patience
    self.margin = margin
  }

  /// Takes a measurement after `step` steps.
  package mutating func record(_ loss: Double, step: Int) -> Verdict {
    if let bestLoss, loss >= bestLoss - margin {
      misses += 1
      return misses >= patience ? .exhausted : .waiting
    }
    bestLoss = loss
    bestStep = step
    misses = 0
    return .improved
  }
}
