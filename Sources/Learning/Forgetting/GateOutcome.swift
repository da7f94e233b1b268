package enum GateDecision: String, Codable, Hashable, Sendable {
  case publish
  case reject
  /// The bounds lie on both sides of a budget: measure more pieces, or step back.
  case undecided
}

package enum GateVerdict: String, Codable, Hashable, Sendable {
  case ok
  case over
  case undecided
}

/// One comparison with one budget, as a report prints it.
package struct GateRow: Codable, Hashable, Sendable {
  package enum Comparison: String, Codable, Hashable, Sendable {
    /// Loss against current, and against the lineage's best: before and after in nats per token; low, high and budget as
    /// shares of before.
    case round
    case lineage
    /// KL to the base: all in nats per token; low and high bound the level after.
    case general
    /// Share of right answers: low, high and budget are of the accuracy lost, 0 to 1.
    case accuracy
  }

  /// What the bounds stand on.
  package enum Basis: String, Codable, Hashable, Sendable {
    /// The domain's own pieces.
    case alone
    /// Too few pieces: the domain's mean is within budget and `tolerance` or not, low and high are of the pool of such
    /// domains.
    case pooled
    /// Too few pieces in the pool too: the mean decides, there are no bounds.
    case point
  }

  /// `general` for the general set.
  package let domain: String
  package let comparison: Comparison
  package let basis: Basis
  package let pieces: Int
  package let before: Double
  package let after: Double
  /// (after − before)/before; `nil` where before is 0.
  package let relative: Double?
  package let low: Double?
  package let high: Double?
  package let budget: Double
  package let verdict: GateVerdict
  /// What `relative` may be over budget by chance, where pieces are few; `nil` where they are not, or too few to tell.
  package var tolerance: Double?
}

package struct GateOutcome: Codable, Hashable, Sendable {
  package let decision: GateDecision
  /// Domains in the order they came in, each against current, the lineage's best, and by accuracy; then `general`.
  package let rows: [GateRow]

  static func worst(_ verdicts: [GateVerdict]) -> GateVerdict {
    if verdicts.contains(.over) { return .over }
    return verdicts.contains(.undecided) ? .undecided : .ok
  }
}

extension GateRow {
  /// A few dozen answers can show that accuracy fell, never that it fell by less than half a point: there the loss, which
  /// is finer, has to vouch.
  var blocks: Bool { comparison != .accuracy || verdict == .over }
}
