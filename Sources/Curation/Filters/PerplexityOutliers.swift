import Foundation

/// Which texts the base model finds far more or far less surprising than their like: gibberish or another kind of text
/// above, boilerplate that every model knows by heart below.
package struct PerplexityOutliers: Hashable, Sendable {
  package struct Outlier: Hashable, Sendable {
    package let reason: RejectionReason
    /// For people.
    package let text: String
  }

  private let median: Double
  private let distance: Double

  /// Fewer texts of a language tell no outlier.
  package static let fewest = 8
  /// Median absolute deviations (as standard deviations), and nats, that an outlier is away from the median.
  private static let deviations = 4.0
  private static let leastNats = 0.7

  /// - Parameter nats: per token, of texts in one language; `nil` where they are too few.
  package init?(_ nats: [Double]) {
    guard nats.count >= Self.fewest else { return nil }
    let median = Self.median(nats)
    self.median = median
    distance = max(Self.leastNats, Self.deviations * 1.4826 * Self.median(nats.map { abs($0 - median) }))
  }

  /// `nil` for a text that is like the others.
  package func outlier(_ nats: Double) -> Outlier? {
    guard abs(nats - median) > distance else { return nil }
    let name: RejectionReason.Name = nats > median ? .perplexityHigh : .perplexityLow
    let limit = nats > median ? median + distance : median - distance
    let words = nats > median ? "gibberish, or another kind of text" : "boilerplate that the model knows by heart"
    return Outlier(
      reason: RejectionReason(name, figure: nats, limit: limit),
      text: String(format: "%.2f nats per token where the others have %.2f: ", nats, median) + words)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
