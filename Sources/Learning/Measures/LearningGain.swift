/// What a candidate learned of one of the round's own domains, on held-out pieces of the round's documents.
package struct LearningGain: Codable, Hashable, Sendable {
  package var domain: String
  package var pieces: Int
  /// Nats per token under current and under the candidate.
  package var before: Double
  package var after: Double
  /// Share of right answers, 0 to 1; `nil` where pieces have none to choose between.
  package var accuracyBefore: Double?
  package var accuracyAfter: Double?
  /// As `relative`, with the domain's earlier held-out pieces, where the new ones are few; `nil` where they are not, or there
  /// are no others.
  package var together: Double?

  package init(
    domain: String, pieces: Int, before: Double, after: Double, accuracyBefore: Double? = nil,
    accuracyAfter: Double? = nil, together: Double? = nil
  ) {
    self.domain = domain
    self.pieces = pieces
    self.before = before
    self.after = after
    self.accuracyBefore = accuracyBefore
    self.accuracyAfter = accuracyAfter
    self.together = together
  }

  /// (after − before)/before, negative where something was learned; `nil` where before is 0.
  package var relative: Double? { before > 0 ? (after - before) / before : nil }
}

extension [LearningGain] {
  /// Mean over domains of (before − after)/before, of few pieces with the domain's earlier ones; `nil` where no domain has
  /// held-out pieces.
  package var meanImprovement: Double? {
    let changes = filter { $0.pieces > 0 }.compactMap { $0.together ?? $0.relative }
    return changes.isEmpty ? nil : -changes.reduce(0, +) / Double(changes.count)
  }

  /// Whether enough was learned to be worth a version. A round so small that none of its pieces was held out passes:
  /// nothing speaks against it.
  /// - Parameter minimum: a share of the loss, to be exceeded.
  package func isEnough(minimum: Double = 0) -> Bool { meanImprovement.map { $0 > minimum } ?? true }
}

extension LearningGain {
  /// What each domain gained. Fewer than sixteen pieces do not speak for it alone: two that got worse by a thousandth would
  /// say that a whole domain learned nothing.
  /// - Parameters:
  ///   - new: pieces of the round's own documents.
  ///   - earlier: pieces of earlier documents, of these domains and others.
  package static func gains(of new: [DomainEvidence], beside earlier: [DomainEvidence]) -> [LearningGain] {
    new.map { domain in
      let (before, after) = means(domain.pieces)
      let others = earlier.filter { $0.domain == domain.domain }.flatMap(\.pieces)
      var together: Double?
      if !domain.pieces.isEmpty, domain.pieces.count < ForgettingGate.fewest, !others.isEmpty {
        let (was, now) = means(domain.pieces + others)
        together = was > 0 ? (now - was) / was : nil
      }
      return LearningGain(
        domain: domain.domain, pieces: domain.pieces.count, before: before, after: after,
        accuracyBefore: accuracy(domain.pieces.map(\.wasRight)),
        accuracyAfter: accuracy(domain.pieces.map(\.isRight)), together: together)
    }
  }

  /// Nats per token; 0 where there are none.
  private static func means(_ pieces: [PieceEvidence]) -> (before: Double, after: Double) {
    let tokens = Double(max(pieces.reduce(0) { $0 + $1.tokens }, 1))
    return (pieces.reduce(0) { $0 + $1.before } / tokens, pieces.reduce(0) { $0 + $1.after } / tokens)
  }

  /// `nil` unless every piece has an answer.
  private static func accuracy(_ answers: [Bool?]) -> Double? {
    guard !answers.isEmpty, !answers.contains(nil) else { return nil }
    return Double(answers.count { $0 == true }) / Double(answers.count)
  }
}
