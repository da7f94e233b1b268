import Foundation
import Tensors

/// Decides whether a candidate has forgotten too much: publish when every upper bound is within its budget, reject when
/// a lower bound is over one, otherwise undecided.
///
/// Bounds are paired by piece, weighted by tokens and simultaneous over everything that is compared, each side at
/// `bootstrap.level`: a candidate that is over one budget is published, and one that is within all is rejected, in at most
/// that share of rounds.
///
/// **Domains of fewer than sixteen pieces** say too little alone. The pool of them has to be within budget by its bound, and
/// each by its mean, with a tolerance: of thirty domains of two pieces some mean is always over by chance. It is what the
/// spread of the other domains' pieces explains, for all small domains at once. A pool that is itself too small is filled
/// up with the other domains. Where all earlier pieces together are fewer than sixteen, in a young State, the means decide:
/// otherwise its second round could never publish.
/// A general set of fewer than sixteen texts is decided by its mean as well.
///
/// **Where current itself is over the lineage's budget**, since pieces came or left after it was published, or over the
/// general set's, since a person promoted it or the budget was lowered, a candidate must not add to that: held to the
/// budget itself, nothing could ever be published again.
package struct ForgettingGate: Sendable {
  /// Pieces below which a domain is not judged alone.
  package static let fewest = 16

  package let budgets: GateBudgets
  package let bootstrap: PairedBootstrap
  package let seed: UInt64

  package init(
    budgets: GateBudgets = GateBudgets(), bootstrap: PairedBootstrap = PairedBootstrap(), seed: UInt64
  ) {
    self.budgets = budgets
    self.bootstrap = bootstrap
    self.seed = seed
  }

  /// - Parameters:
  ///   - domains: earlier domains; empty in the first round. Pieces without tokens are left out.
  ///   - general: held-out texts of the general set.
  package func judge(domains: [DomainEvidence], general: [GeneralEvidence]) -> GateOutcome {
    let domains = domains.map { DomainEvidence(domain: $0.domain, pieces: $0.pieces.filter { $0.tokens > 0 }) }
      .filter { !$0.pieces.isEmpty }
    let general = general.filter { $0.tokens > 0 }
    let alone = domains.filter { $0.pieces.count >= Self.fewest }
    let pool = pool(of: domains)

    var groups = alone.map { losses($0.pieces) + answers($0.pieces) }
    let poolPlace = pool.map { members in
      groups.append(losses(members.flatMap(\.pieces)))
      return groups.count - 1
    }
    let generalPlace = general.count < Self.fewest ? nil : groups.count
    if generalPlace != nil {
      let isOver = isOver(general)
      groups.append([
        .init(
          changes: general.map { isOver ? $0.after - $0.before : $0.after },
          tokens: general.map { Double($0.tokens) })
      ])
    }
    var rng = SeededGenerator(seed: seed, stream: "gate")
    let bounds = bootstrap.bounds(of: groups, using: &rng)

    var rows: [GateRow] = []
    for evidence in domains {
      if let place = alone.firstIndex(where: { $0.domain == evidence.domain }) {
        rows.append(row(evidence, .round, bounds[place][0]))
        rows.append(row(evidence, .lineage, bounds[place][1]))
        if bounds[place].count > 2 { rows.append(accuracyRow(evidence, bounds[place][2])) }
      } else {
        let others = (pool ?? []).filter { $0.domain != evidence.domain }.flatMap(\.pieces)
        let tolerances = tolerances(of: evidence.pieces, among: others, domains: domains.count - alone.count)
        for (i, comparison) in [GateRow.Comparison.round, .lineage].enumerated() {
          rows.append(
            smallRow(
              evidence, comparison, pool: pool?.flatMap(\.pieces) ?? [], bound: poolPlace.map { bounds[$0][i] },
              tolerance: tolerances[i]))
        }
      }
    }
    if !general.isEmpty { rows.append(generalRow(general, generalPlace.map { bounds[$0][0] })) }

    let decision: GateDecision =
      switch GateOutcome.worst(rows.filter(\.blocks).map(\.verdict)) {
      case .ok: .publish
      case .over: .reject
      case .undecided: .undecided
      }
    return GateOutcome(decision: decision, rows: rows)
  }

  /// The domains whose pieces stand behind small ones; `nil` where there are none or too few.
  private func pool(of domains: [DomainEvidence]) -> [DomainEvidence]? {
    func isEnough(_ domains: [DomainEvidence]) -> Bool { domains.reduce(0) { $0 + $1.pieces.count } >= Self.fewest }
    let small = domains.filter { $0.pieces.count < Self.fewest }
    if small.isEmpty { return nil }
    return isEnough(small) ? small : isEnough(domains) ? domains : nil
  }

  // MARK: Series

  private func losses(_ pieces: [PieceEvidence]) -> [PairedBootstrap.Series] {
    let lineage = Self.lineage(pieces)
    return [
      .init(changes: pieces.map { $0.after - $0.before }, tokens: pieces.map { Double($0.tokens) }),
      .init(
        changes: lineage.map { $0.map { $0.after - ($0.best ?? $0.before) } ?? 0 },
        tokens: lineage.map { Double($0?.tokens ?? 0) }),
    ]
  }

  /// The pieces that the best version of the lineage was measured on, `nil` in place of others; all where it is current.
  private static func lineage(_ pieces: [PieceEvidence]) -> [PieceEvidence?] {
    let isKnown = pieces.contains { $0.best != nil }
    return pieces.map { isKnown && $0.best == nil ? nil : $0 }
  }

  /// Accuracy lost, where every piece has a label.
  private func answers(_ pieces: [PieceEvidence]) -> [PairedBootstrap.Series] {
    let lost = pieces.compactMap { piece -> Double? in
      guard let was = piece.wasRight, let now = piece.isRight else { return nil }
      return (was ? 1 : 0) - (now ? 1 : 0)
    }
    if lost.count < pieces.count { return [] }
    return [.init(changes: lost, tokens: [Double](repeating: 1, count: lost.count))]
  }

  // MARK: Rows

  private struct Means {
    let start: Double
    let after: Double
    /// What current has lost already.
    let lost: Double

    init(_ pieces: [PieceEvidence], _ comparison: GateRow.Comparison) {
      let pieces = comparison == .lineage ? ForgettingGate.lineage(pieces).compactMap { $0 } : pieces
      let tokens = Double(pieces.reduce(0) { $0 + $1.tokens })
      start = pieces.reduce(0) { $0 + (comparison == .lineage ? $1.best ?? $1.before : $1.before) } / tokens
      after = pieces.reduce(0) { $0 + $1.after } / tokens
      lost = pieces.reduce(0) { $0 + $1.before } / tokens - start
    }
  }

  private func limit(_ comparison: GateRow.Comparison, _ means: Means) -> Double {
    comparison == .lineage
      ? max(budgets.lineage.limit(from: means.start), means.lost) : budgets.round.limit(from: means.start)
  }

  private func verdict(_ bound: PairedBootstrap.Bound, limit: Double) -> GateVerdict {
    bound.high <= limit ? .ok : bound.low > limit ? .over : .undecided
  }

  private func row(
    _ evidence: DomainEvidence, _ comparison: GateRow.Comparison, _ bound: PairedBootstrap.Bound
  ) -> GateRow {
    let means = Means(evidence.pieces, comparison)
    let limit = limit(comparison, means)
    let unit = share(of: means.start)
    return GateRow(
      domain: evidence.domain, comparison: comparison, basis: .alone, pieces: evidence.pieces.count,
      before: means.start, after: means.after, relative: unit * (means.after - means.start), low: unit * bound.low,
      high: unit * bound.high, budget: unit * limit, verdict: verdict(bound, limit: limit))
  }

  private func smallRow(
    _ evidence: DomainEvidence, _ comparison: GateRow.Comparison, pool: [PieceEvidence],
    bound: PairedBootstrap.Bound?, tolerance: Double
  ) -> GateRow {
    let means = Means(evidence.pieces, comparison)
    let limit = limit(comparison, means)
    let unit = share(of: means.start)
    let isWithin = means.after - means.start <= limit + tolerance
    // Without a pool there is nothing but the mean. With one, a domain that is over by its mean alone stays undecided.
    var result: GateVerdict = isWithin ? .ok : bound == nil ? .over : .undecided
    var poolUnit = 0.0
    if let bound {
      let pooled = Means(pool, comparison)
      poolUnit = share(of: pooled.start)
      switch verdict(bound, limit: self.limit(comparison, pooled)) {
      case .ok: break
      // The pool is over, but a domain that is not by its own mean is not to blame for it.
      case .over: result = isWithin ? .undecided : .over
      case .undecided: result = .undecided
      }
    }
    return GateRow(
      domain: evidence.domain, comparison: comparison, basis: bound == nil ? .point : .pooled,
      pieces: evidence.pieces.count, before: means.start, after: means.after,
      relative: unit * (means.after - means.start), low: bound.map { poolUnit * $0.low },
      high: bound.map { poolUnit * $0.high }, budget: unit * limit, verdict: result,
      tolerance: tolerance > 0 ? unit * tolerance : nil)
  }

  /// How far a small domain's means, against current and the lineage's best, can be over by chance, nats per token: the
  /// standard errors that the spread of the other pieces gives them, √(2 ln(n/α)) times. A normal deviation exceeds that in
  /// any of the 2n comparisons of n small domains with a probability of α at most, for P(Z > z) ≤ ½·exp(−z²/2). 0 where the
  /// others are too few to tell.
  private func tolerances(of own: [PieceEvidence], among others: [PieceEvidence], domains: Int) -> [Double] {
    guard others.count >= Self.fewest else { return [0, 0] }
    let reach = (2 * log(Double(domains) / bootstrap.level)).squareRoot()
    return zip(losses(own), losses(others)).map { own, others in
      reach * (ChangeSpread(others)?.standardError(of: own.tokens) ?? 0)
    }
  }

  private func accuracyRow(_ evidence: DomainEvidence, _ bound: PairedBootstrap.Bound) -> GateRow {
    let count = Double(evidence.pieces.count)
    let before = Double(evidence.pieces.count { $0.wasRight == true }) / count
    let after = Double(evidence.pieces.count { $0.isRight == true }) / count
    return GateRow(
      domain: evidence.domain, comparison: .accuracy, basis: .alone, pieces: evidence.pieces.count, before: before,
      after: after, relative: before > 0 ? (after - before) / before : nil, low: bound.low, high: bound.high,
      budget: budgets.accuracy, verdict: verdict(bound, limit: budgets.accuracy))
  }

  private func generalRow(_ general: [GeneralEvidence], _ bound: PairedBootstrap.Bound?) -> GateRow {
    let tokens = Double(general.reduce(0) { $0 + $1.tokens })
    let before = general.reduce(0) { $0 + $1.before } / tokens
    let after = general.reduce(0) { $0 + $1.after } / tokens
    // Bounds are of the change where current is over, of the level elsewhere.
    let isOver = isOver(general)
    let (start, limit) = isOver ? (before, 0) : (0, budgets.general)
    return GateRow(
      domain: "general", comparison: .general, basis: bound == nil ? .point : .alone,
      pieces: general.count, before: before, after: after, relative: before > 0 ? (after - before) / before : nil,
      low: bound.map { $0.low + start }, high: bound.map { $0.high + start }, budget: start + limit,
      verdict: bound.map { verdict($0, limit: limit) } ?? (after - start <= limit ? .ok : .over))
  }

  /// Whether current itself is over the general set's budget.
  private func isOver(_ general: [GeneralEvidence]) -> Bool {
    general.reduce(0) { $0 + $1.before } > budgets.general * Double(general.reduce(0) { $0 + $1.tokens })
  }

  /// Turns nats per token into shares of a loss; a loss of 0 has none.
  private func share(of loss: Double) -> Double { loss > 0 ? 1 / loss : 1 }
}
