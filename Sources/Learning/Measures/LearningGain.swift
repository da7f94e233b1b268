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

  package init(
    domain: String, pieces: Int, before: Double, after: Double, accuracyBefore: Double? = nil,
    accuracyAfter: Double? = nil
  ) {
    self.domain = domain
    self.pieces = pieces
    self.before = before
    self.after = after
    self.accuracyBefore = accuracyBefore
    self.accuracyAfter = accuracyAfter
  }

  /// (after − before)/before, negative where something was learned; `nil` where before is 0.
  package var relative: Double? { before > 0 ? (after - before) / before : nil }
}

extension [LearningGain] {
  /// Mean over domains of (before − after)/before; `nil` where no domain has held-out pieces.
  package var meanImprovement: Double? {
    let changes = filter { $0.pieces > 0 }.compactMap(\.relative)
    return changes.isEmpty ? nil : -changes.reduce(0, +) / Double(changes.count)
  }

  /// Whether enough was learned to be worth a version. A round so small that none of its pieces was held out passes:
  /// nothing speaks against it.
  /// - Parameter minimum: a share of the loss, to be exceeded.
  package func isEnough(minimum: Double = 0) -> Bool { meanImprovement.map { $0 > minimum } ?? true }
}
