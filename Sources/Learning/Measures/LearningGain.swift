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
  /// What `relative` may be off by chance, where the pieces are few; `nil` where they are not, or too few to tell.
  package var tolerance: Double?

  package init(
    domain: String, pieces: Int, before: Double, after: Double, accuracyBefore: Double? = nil,
    accuracyAfter: Double? = nil, tolerance: Double? = nil
  ) {
    self.domain = domain
    self.pieces = pieces
    self.before = before
    self.after = after
    self.accuracyBefore = accuracyBefore
    self.accuracyAfter = accuracyAfter
    self.tolerance = tolerance
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

  /// Whether enough was learned to be worth a version, as far as so many pieces can tell. A round so small that none of its
  /// pieces was held out passes: nothing speaks against it.
  /// - Parameter minimum: a share of the loss, to be exceeded.
  package func isEnough(minimum: Double = 0) -> Bool { meanImprovement.map { $0 + tolerance > minimum } ?? true }

  /// Of the mean, a share of the loss: domains err apart from each other.
  private var tolerance: Double {
    let measured = filter { $0.pieces > 0 && $0.relative != nil }
    let squares = measured.reduce(0) { $0 + ($1.tolerance ?? 0) * ($1.tolerance ?? 0) }
    return squares.squareRoot() / Double(Swift.max(measured.count, 1))
  }
}

extension LearningGain {
  /// Standard errors that a mean may be off.
  private static let reach = 2.0

  /// What each domain gained. The mean of fewer than sixteen pieces has a tolerance: what the spread of all pieces that were
  /// measured gives it by chance. Without one, two pieces that got worse by a thousandth would speak for a whole domain.
  /// - Parameters:
  ///   - new: pieces of the round's own documents.
  ///   - earlier: what else was measured.
  package static func gains(of new: [DomainEvidence], beside earlier: [DomainEvidence]) -> [LearningGain] {
    func measured(_ domain: DomainEvidence) -> [PieceEvidence] { domain.pieces.filter { $0.tokens > 0 } }
    func changes(_ domains: [DomainEvidence]) -> [PairedBootstrap.Series] {
      domains.map(measured).filter { !$0.isEmpty }.map { pieces in
        .init(changes: pieces.map { $0.after - $0.before }, tokens: pieces.map { Double($0.tokens) })
      }
    }
    // Pieces that are learned differ more than those that are not to change.
    let spread = ChangeSpread(changes(new)) ?? ChangeSpread(changes(new + earlier))
    return new.map { domain in
      let pieces = measured(domain)
      let sizes = pieces.map { Double($0.tokens) }
      let tokens = sizes.reduce(0, +)
      func mean(_ loss: (PieceEvidence) -> Double) -> Double {
        tokens > 0 ? pieces.reduce(0) { $0 + loss($1) } / tokens : 0
      }
      let before = mean(\.before)
      let error = pieces.count < ForgettingGate.fewest ? spread?.standardError(of: sizes) : nil
      return LearningGain(
        domain: domain.domain, pieces: domain.pieces.count, before: before, after: mean(\.after),
        accuracyBefore: accuracy(domain.pieces.map(\.wasRight)),
        accuracyAfter: accuracy(domain.pieces.map(\.isRight)),
        tolerance: before > 0 ? error.map { reach * $0 / before } : nil)
    }
  }

  /// `nil` unless every piece has an answer.
  private static func accuracy(_ answers: [Bool?]) -> Double? {
    guard !answers.isEmpty, !answers.contains(nil) else { return nil }
    return Double(answers.count { $0 == true }) / Double(answers.count)
  }
}
