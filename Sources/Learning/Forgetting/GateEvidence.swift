/// One held-out piece of an earlier domain under three adapters.
package struct PieceEvidence: Codable, Hashable, Sendable {
  /// Supervised tokens.
  package var tokens: Int
  /// NLL summed over them, nats: under current, and under the candidate.
  package var before: Double
  package var after: Double
  /// Under the version of the lineage that is best on the domain; `nil` where that one was not measured on the piece. Where
  /// no piece of a domain has it, that version is current.
  package var best: Double?
  /// Whether the best label was the right one; `nil` without labels.
  package var wasRight: Bool?
  package var isRight: Bool?

  package init(
    tokens: Int, before: Double, after: Double, best: Double? = nil, wasRight: Bool? = nil, isRight: Bool? = nil
  ) {
    self.tokens = tokens
    self.before = before
    self.after = after
    self.best = best
    self.wasRight = wasRight
    self.isRight = isRight
  }
}

/// What was measured on an earlier domain, on pieces of earlier rounds only.
package struct DomainEvidence: Codable, Hashable, Sendable {
  package var domain: String
  package var pieces: [PieceEvidence]

  package init(domain: String, pieces: [PieceEvidence]) {
    self.domain = domain
    self.pieces = pieces
  }
}

/// One held-out text of the general set: KL(base ‖ adapter) summed over its tokens, nats.
package struct GeneralEvidence: Codable, Hashable, Sendable {
  package var tokens: Int
  package var before: Double
  package var after: Double

  package init(tokens: Int, before: Double, after: Double) {
    self.tokens = tokens
    self.before = before
    self.after = after
  }
}

/// What a round may cost.
package struct GateBudgets: Codable, Hashable, Sendable {
  /// A rise of a domain's loss: a share of the loss, and what is always allowed, nats per token.
  package struct Rise: Codable, Hashable, Sendable {
    package var relative: Double
    package var least: Double

    package init(relative: Double, least: Double) {
      self.relative = relative
      self.least = least
    }

    /// In nats per token, from a loss of `start`.
    package func limit(from start: Double) -> Double { max(relative * start, least) }
  }

  /// Candidate against current.
  package var round: Rise
  /// Candidate against the best version of the lineage.
  package var lineage: Rise
  /// Mean KL to the base on the general set, nats per token: a level, not a rise.
  package var general: Double
  /// Accuracy that a round may lose, 0 to 1.
  package var accuracy: Double

  package init(
    round: Rise = Rise(relative: 0.005, least: 0.005), lineage: Rise = Rise(relative: 0.01, least: 0.01),
    general: Double = 0.05, accuracy: Double = 0.005
  ) {
    self.round = round
    self.lineage = lineage
    self.general = general
    self.accuracy = accuracy
  }
}
