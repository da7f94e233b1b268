import AdapterStore
import Foundation
import Learning
import ModelFiles
import ReplayStore
import Reports
import Transformer

/// Turns what a round measured into its forgetting report.
extension RoundRunner {
  /// - Parameter version: the number it is about to get; `nil` for a refusal.
  func forgettingReport(
    _ course: RoundCourse, _ episode: inout Episode, decision: ForgettingReport.Decision, version: Int?,
    documents: [Document]
  ) async throws -> ForgettingReport {
    guard let point = course.point else {
      preconditionFailure("round \(episode.round.number): reported before it was judged")
    }
    let outcome = point.judgement.outcome
    let sources = try await sources(of: documents)
    let began = clock.now
    let ability = try await ability(of: point.adapter, episode.round)
    episode.ledger.evaluationSeconds += seconds(since: began)
    let pieces = try await RoundPieces.choose(
      .test, round: episode.round, settings: episode.settings, evidence: point.attempt.evidence, store: store)
    let matrix = try await matrix(point, episode, pieces, version: version)
    let number = episode.round.number
    let tokens = try await store.read { db in
      try db.trainingSamples(ofRound: number).reduce(0) { $0 + $1.tokenCount }
    }
    return ForgettingReport(
      version: version, round: episode.round.number, parent: episode.round.parent, created: now(), matrix: matrix,
      forgetting: forgettingRows(point.judgement), general: generalRow(outcome), ability: ability,
      learning: point.judgement.learned.flatMap(learningRows),
      backwardTransfer: version == nil ? nil : try await backwardTransfer(point, episode, pieces),
      forwardTransfer: try await forwardTransfer(episode, pieces),
      gate: ForgettingReport.Gate(
        decision: decision,
        scale: version == nil ? 1 : point.attempt.scale,
        walk: episode.ledger.tries.first?.walk ?? Self.steps(of: course),
        retries: try retries(course, episode), reason: version == nil ? course.fault : nil,
        deferred: version == nil ? documents.count : 0,
        conflict: version == nil ? conflict(sources, documents.count) : nil),
      cost: cost(episode, try episode.folder.plan()), settings: settingsText,
      data: ForgettingReport.DataSummary(
        documents: documents.count, samples: documents.reduce(0) { $0 + $1.sampleCount },
        tokens: tokens, domains: episode.round.domains, sources: sources),
      penaltyRatio: episode.progress.penaltyRatio, alarms: [course.trainer?.watch.alarm?.description].compactMap { $0 })
  }

  // MARK: Rows

  private func learningRows(_ gain: LearningGain) -> [ForgettingReport.LearningRow] {
    var rows = [
      ForgettingReport.LearningRow(
        domain: gain.domain, pieces: gain.pieces, before: gain.before, after: gain.after,
        relative: ratio(gain.after - gain.before, gain.before))
    ]
    if let before = gain.accuracyBefore, let after = gain.accuracyAfter {
      rows.append(
        ForgettingReport.LearningRow(
          domain: gain.domain, pieces: gain.pieces, before: before, after: after, relative: before - after,
          metric: .accuracy))
    }
    return rows
  }

  /// Each domain's loss, and below it the share of right answers where there are answers to choose between.
  private func forgettingRows(_ judgement: CandidateJudgement) -> [ForgettingReport.ForgettingRow] {
    judgement.outcome.rows.compactMap { row in
      switch row.comparison {
      case .round: forgettingRow(row, judgement)
      case .accuracy:
        ForgettingReport.ForgettingRow(
          domain: row.domain, pieces: row.pieces, before: row.before, after: row.after,
          relative: row.before - row.after, low: row.low ?? .nan, high: row.high ?? .nan, budget: row.budget,
          verdict: Self.verdict([row.verdict]), metric: .accuracy)
      case .lineage, .general: nil
      }
    }
  }

  private func forgettingRow(_ row: GateRow, _ judgement: CandidateJudgement) -> ForgettingReport.ForgettingRow {
    let outcome = judgement.outcome
    let lineage = outcome.rows.first { $0.comparison == .lineage && $0.domain == row.domain }
    let own = outcome.rows.filter { $0.domain == row.domain && ($0.comparison == .round || $0.comparison == .lineage) }
    return ForgettingReport.ForgettingRow(
      domain: row.domain, pieces: row.pieces, before: row.before, after: row.after,
      relative: row.relative ?? .nan, low: row.low ?? .nan, high: row.high ?? .nan, budget: row.budget,
      verdict: Self.verdict(own.map(\.verdict)),
      lineage: lineage.map {
        ForgettingReport.Lineage(
          version: judgement.best[row.domain] ?? 0, best: $0.before, relative: $0.relative ?? .nan,
          high: $0.high ?? .nan, budget: $0.budget)
      })
  }

  private static func verdict(_ verdicts: [GateVerdict]) -> ForgettingReport.Verdict {
    if verdicts.contains(.over) { return .over }
    return verdicts.contains(.undecided) ? .undecided : .ok
  }

  private func generalRow(_ outcome: GateOutcome) -> ForgettingReport.GeneralRow? {
    outcome.rows.first { $0.comparison == .general }.map { row in
      ForgettingReport.GeneralRow(
        pieces: row.pieces, before: row.before, after: row.after, change: row.after - row.before,
        high: row.high ?? .nan, budget: row.budget, verdict: Self.verdict([row.verdict]))
    }
  }

  /// What was found along the latest attempt.
  static func steps(of course: RoundCourse) -> [ForgettingReport.WalkStep] {
    course.walk.map { step in
      let worst = worst(of: step.judgement.outcome)
      return ForgettingReport.WalkStep(scale: step.scale, worstDomain: worst.domain, change: worst.change)
    }
  }

  /// The attempts after the first, each as its whole step was found.
  private func retries(_ course: RoundCourse, _ episode: Episode) throws -> [ForgettingReport.Retry] {
    let tries = episode.ledger.tries
    guard !tries.isEmpty else { return [] }
    let latest = RoundFolder.Ledger.Try(
      replayShare: try episode.folder.plan().map { Self.replayShare(of: $0) } ?? 0, walk: Self.steps(of: course))
    return (tries.dropFirst() + [latest]).map {
      ForgettingReport.Retry(
        replayShare: $0.replayShare, worstDomain: $0.walk.first?.worstDomain, change: $0.walk.first?.change ?? 0)
    }
  }

  /// The row that uses up most of its budget.
  static func worst(of outcome: GateOutcome) -> (domain: String?, change: Double) {
    let rows = outcome.rows.filter { $0.comparison == .round || $0.comparison == .general }
    let worst = rows.max { use(of: $0) < use(of: $1) }
    guard let worst else { return (nil, .nan) }
    return (worst.domain, worst.comparison == .general ? worst.after : worst.relative ?? .nan)
  }

  private static func use(of row: GateRow) -> Double {
    (row.comparison == .general ? row.after : row.relative ?? 0) / max(row.budget, 1e-12)
  }

  // MARK: Ability

  /// The base is asked once and its answers kept; `nil` without probes.
  private func ability(of adapter: Adapter, _ round: Round) async throws -> [ForgettingReport.AbilityRow]? {
    guard let probes else { return nil }
    let known = try await store.read { try $0.abilityOfBase() }
    let base: [[Bool]]
    if let answers = known.flatMap(probes.read) {
      base = answers
    } else {
      base = try probes.answers(engine, adapter: nil, pause: { try check(round) })
      let text = probes.text(base)
      try await store.write { try $0.setAbilityOfBase(text) }
    }
    return probes.rows(
      base: base, version: try probes.answers(engine, adapter: adapter, pause: { try check(round) }), seed: seed)
  }

  // MARK: R

  /// Versions that a report shows at most, beside the base and those that learned a domain first: a report that told all
  /// of them would grow from round to round.
  private static let shownVersions = 48

  /// Standard errors in half of a 95 % interval.
  private static let interval = 1.96

  /// Rows of the lineage, oldest first, and the candidate's, each on what it was measured on of the pieces that the gate
  /// read.
  private func matrix(
    _ point: RoundCourse.Point, _ episode: Episode, _ pieces: RoundPieces, version: Int?
  ) async throws -> ForgettingReport.Matrix {
    let judgement = point.judgement
    let latest = episode.lineage.sorted().suffix(Self.shownVersions)
    let lineage = Set(latest).union([0]).union(try await firstVersions(episode).values).sorted()
    let ids = pieces.new.merging(pieces.earlier) { $1 }.values.flatMap { $0.map(\.id) }
    let cells = try await store.read { try $0.matrixCells(versions: lineage, pieces: ids) }
    var rows: [[String: Double]] = lineage.map { number in
      Dictionary(
        cells.filter { $0.version == number }.compactMap { cell in cell.loss.map { (cell.domain, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    var right: [[String: Double]] = lineage.map { number in
      Dictionary(
        cells.filter { $0.version == number }.compactMap { cell in cell.accuracy.map { (cell.domain, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    var versions = lineage
    var subjects = lineage.map { EvaluationSubject.version($0) }
    if let version {
      subjects.append(.candidate(round: episode.round.number, attempt: point.subject))
      versions.append(version)
      var own = Dictionary(
        judgement.outcome.rows.filter { $0.comparison == .round }.map { ($0.domain, $0.after) },
        uniquingKeysWith: { first, _ in first })
      for learned in judgement.learned where own[learned.domain] == nil { own[learned.domain] = learned.after }
      rows.append(own)
      var answers = Dictionary(
        judgement.outcome.rows.filter { $0.comparison == .accuracy }.map { ($0.domain, $0.after) },
        uniquingKeysWith: { first, _ in first })
      for learned in judgement.learned where answers[learned.domain] == nil {
        answers[learned.domain] = learned.accuracyAfter
      }
      right.append(answers)
    }
    let domains = Set(rows.flatMap(\.keys)).sorted()
    let spreads = try await store.read { [subjects] db in
      try subjects.map { subject in
        Dictionary(
          try db.matrixSpreads(of: subject, pieces: ids).map { ($0.domain, Self.interval * $0.error) },
          uniquingKeysWith: { first, _ in first })
      }
    }
    return ForgettingReport.Matrix(
      versions: versions, domains: domains, nll: rows.map { row in domains.map { row[$0] } },
      accuracy: right.map { row in domains.map { row[$0] } }, spread: spreads.map { row in domains.map { row[$0] } })
  }

  /// Mean relative change of each earlier domain since the version that first learned it, on the pieces that it and the
  /// candidate were measured on.
  private func backwardTransfer(
    _ point: RoundCourse.Point, _ episode: Episode, _ pieces: RoundPieces
  ) async throws -> Double? {
    let candidate = EvaluationSubject.candidate(round: episode.round.number, attempt: point.subject)
    var changes: [Double] = []
    for (domain, first) in try await firstVersions(episode).sorted(by: { $0.key < $1.key }) {
      guard let own = pieces.earlier[domain] else { continue }
      if let change = try await change(from: .version(first), to: candidate, domain: domain, own) {
        changes.append(change)
      }
    }
    return changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
  }

  /// The relative change of a domain's loss from one adapter to another; `nil` where no piece was measured with both.
  private func change(
    from first: EvaluationSubject, to last: EvaluationSubject, domain: String, _ pieces: [StoredPiece]
  ) async throws -> Double? {
    let scores = try await store.read { db in
      try [first, last].map { subject in
        Dictionary(
          uniqueKeysWithValues: try db.scores(of: subject, domain: domain, split: .test).map { ($0.piece, $0) })
      }
    }
    let shared = pieces.filter { piece in scores.allSatisfy { $0[piece.id] != nil } }
    let (was, now) = (Evaluator.mean(shared, scores[0]), Evaluator.mean(shared, scores[1]))
    return was > 0 ? (now - was) / was : nil
  }

  /// The version of the lineage that learned a domain first.
  private func firstVersions(_ episode: Episode) async throws -> [String: Int] {
    let lineage = Set(episode.lineage)
    let rows = try await store.read { try $0.versions() }
    var first: [String: Int] = [:]
    for row in rows where lineage.contains(row.number) {
      for domain in row.domains { first[domain] = min(first[domain] ?? .max, row.number) }
    }
    return first
  }

  /// Mean relative change against the base of those of the round's domains that its parent has not learned; `nil` in the
  /// first round.
  private func forwardTransfer(_ episode: Episode, _ pieces: RoundPieces) async throws -> Double? {
    guard episode.round.parent != 0 else { return nil }
    let known = try await firstVersions(episode)
    var changes: [Double] = []
    for (domain, own) in pieces.new.sorted(by: { $0.key < $1.key }) where known[domain] == nil {
      let parent = EvaluationSubject.version(episode.round.parent)
      if let change = try await change(from: .version(0), to: parent, domain: domain, own) { changes.append(change) }
    }
    return changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
  }

  // MARK: The rest

  private func cost(_ episode: Episode, _ plan: RoundFolder.Plan?) -> ForgettingReport.Cost {
    let ledger = episode.ledger
    var domains: Set<String> = []
    for sample in (plan?.steps ?? []).lazy.flatMap(\.rows).flatMap(\.samples) {
      if case .earlier(let domain) = sample.origin { domains.insert(domain) }
    }
    return ForgettingReport.Cost(
      seconds: ledger.seconds, stepSeconds: ledger.stepSeconds, evaluationSeconds: ledger.evaluationSeconds,
      fisherSeconds: ledger.fisherSeconds, tokens: ledger.tokens,
      replayedTokens: ledger.replayedTokens, generalTokens: ledger.generalTokens, replayDomains: domains.sorted())
  }

  /// Documents by the file or folder they came from.
  private func sources(of documents: [Document]) async throws -> [ForgettingReport.Source] {
    let ids = documents.map(\.id)
    let names = try await store.read { db in try ids.map { try db.names(of: $0).first?.path ?? "" } }
    var counts: [String: Int] = [:]
    for name in names {
      counts[name.split(separator: "/").dropLast().joined(separator: "/"), default: 0] += 1
    }
    return counts.map { ForgettingReport.Source(path: $0.key, documents: $0.value) }
      .sorted { ($1.documents, $0.path) < ($0.documents, $1.path) }
  }

  private func conflict(
    _ sources: [ForgettingReport.Source], _ documents: Int
  ) -> ForgettingReport.Conflict? {
    guard let first = sources.first, sources.count > 1, 2 * first.documents > documents else { return nil }
    return ForgettingReport.Conflict(source: first.path, documents: first.documents)
  }

  private func ratio(_ change: Double, _ start: Double) -> Double { start > 0 ? change / start : .nan }
}
