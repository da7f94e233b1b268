import AdapterStore
import Curation
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Transformer

/// A round's last step: a version, or a refusal that leaves current as it was.
extension RoundRunner {
  /// Refused rounds whose candidates can still be promoted by hand.
  private static let keptCandidates = 3

  /// Consolidates at the published point, makes the version and flips `current`.
  func publish(_ course: RoundCourse, _ episode: Episode) async throws -> RoundResult {
    guard let made = try await install(course, episode, decision: .published) else {
      // Training that ends exactly where it began has taught nothing.
      return try await reject(course, episode)
    }
    try await publisher.finish(version: made.manifest, round: episode.round, report: made.report)
    announce(made.report)
    return RoundResult(
      round: episode.round.number, version: made.manifest.number.rawValue, state: .published,
      seconds: made.manifest.origin.figures["seconds"] ?? 0, tokens: episode.ledger.tokens)
  }

  /// Makes the candidate of a refused round a version, past the gate: what a person decided who read its report.
  /// - Parameter request: finished in the transaction that moves.
  /// - Throws: `RoundError.wrongState`; `MoveError.candidateGone`, `.nothingLearned`; as `run`.
  package func promote(_ number: Int, recording request: RequestID?) async throws -> MoveOutcome {
    guard let round = try await store.read({ try $0.round(number) }) else { throw RoundError.unknown(round: number) }
    guard round.state == .rejected else { throw RoundError.wrongState(round: number, round.state) }
    let folder = RoundFolder(rounds: rounds, number: number, through: fileSystem)
    guard let plan = try folder.plan(), try folder.hasCheckpoint(),
      try !adapters.isThinned(VersionNumber(store: round.parent))
    else { throw MoveError.candidateGone(round: number) }
    var (episode, course) = (try await prepare(round), RoundCourse())
    _ = try await judge(RoundAttempt(number: plan.attempt), &course, &episode)
    if course.trainer?.outcomeStep == 0 { throw MoveError.nothingLearned(round: number) }
    guard let made = try await install(course, episode, decision: .promoted) else {
      throw MoveError.nothingLearned(round: number)
    }
    let outcome = try await publisher.finish(
      version: made.manifest, round: round, report: made.report, recording: request)
    announce(made.report)
    log.notice("round.promoted", ["round": number, "version": outcome.to])
    return outcome
  }

  private var publisher: Publisher {
    Publisher(store: store, adapters: adapters, rounds: rounds, fileSystem: fileSystem, now: now)
  }

  /// A complete version on disk, not yet current; `nil` where it would be its parent.
  private func install(
    _ course: RoundCourse, _ episode: Episode, decision: ForgettingReport.Decision
  ) async throws -> (manifest: Manifest, report: ForgettingReport)? {
    guard let point = course.point, let trainer = course.trainer else {
      preconditionFailure("round \(episode.round.number): published before it was judged")
    }
    var episode = episode
    episode.progress.phase = .publishing
    report(episode.progress)
    let round = episode.round
    var began = clock.now
    let consolidation = try await consolidate(point.adapter, episode)
    episode.ledger.fisherSeconds += seconds(since: began)

    let highest = try await store.read { try $0.versions().last?.number ?? 0 }
    let number = max(try adapters.highestNumber(), try VersionNumber(store: highest)).next
    let documents = try await store.read { try $0.documents(inRound: round.number) }
    let created = now()
    let measured = episode.ledger.evaluationSeconds
    began = clock.now
    var forgetting = try await forgettingReport(
      course, &episode, decision: decision, version: number.rawValue, documents: documents)
    // As far as it can be known before it is written down.
    let publishing = seconds(since: began) - (episode.ledger.evaluationSeconds - measured)
    forgetting.cost.publishingSeconds = publishing
    forgetting.cost.seconds += publishing
    let contents = VersionContents(
      adapter: point.adapter,
      consolidation: ConsolidationState(vectors: consolidation.vectors, values: consolidation.values),
      origin: Manifest.Origin(
        created: created, base: base, lora: episode.settings.lora, settings: settingsText,
        seeds: ["state": Seed(rawValue: seed), "round": Seed(rawValue: try episode.folder.plan()?.seed ?? 0)],
        documents: documents.map(\.id.rawValue),
        figures: [
          "subject": Double(point.subject), "seconds": episode.ledger.seconds,
          "tokens": Double(episode.ledger.tokens),
          "steps": Double(trainer.step), "best_step": Double(trainer.outcomeStep),
          "scale": point.attempt.scale, Self.generalWeight: Double(trainer.distillation.weight),
          "memory_mode_small": episode.settings.memory == .small ? 1 : 0,
          "bf16": episode.settings.precision == .bf16 ? 1 : 0, "threads": Double(episode.settings.threads),
        ]), parent: try VersionNumber(store: round.parent), round: round.number, baseName: episode.settings.baseName,
      report: try ReportCoding.object(forgetting),
      page: Data(ReportPage(forgetting, zone: .current).html.utf8))
    switch try adapters.install(contents, above: try VersionNumber(store: highest)) {
    case .identical: return nil
    case .installed(let manifest): return (manifest, forgetting)
    }
  }

  /// The gate refused: a report, deferred documents, and current as it was.
  func reject(_ course: RoundCourse, _ episode: Episode) async throws -> RoundResult {
    var episode = episode
    let round = episode.round
    let documents = try await store.read { try $0.documents(inRound: round.number) }
    let forgetting = try await forgettingReport(
      course, &episode, decision: .rejected, version: nil, documents: documents)
    let figures = RoundFigures(
      seconds: episode.ledger.seconds, tokens: episode.ledger.tokens,
      report: String(decoding: try ReportCoding.line(forgetting), as: UTF8.self))
    // A round that forgot nothing and learned too little says nothing about its documents.
    let fault = course.fault
    let isHarmful = fault == nil
    let reason =
      fault.map { "round \(round.number): \($0)" } ?? "round \(round.number) was refused by the gate"
    let moment = now()
    let culprits = try await store.write { db in
      try db.reject(round: round.number, reason: reason, isHarmful: isHarmful, figures: figures, now: moment)
    }
    for culprit in culprits {
      log.notice(
        "document.quarantined", ["id": culprit.rawValue, "reason": RejectionReason.Name.gateCulprit.rawValue])
    }
    // What it trained stays for stet promote --round, and so do the latest before it.
    let folders = try fileSystem.list(rounds).compactMap { $0.name.string.flatMap { Int($0) } }.sorted()
    for number in folders.dropLast(Self.keptCandidates) {
      try RoundFolder(rounds: rounds, number: number, through: fileSystem).remove()
    }
    announce(forgetting)
    return RoundResult(
      round: round.number, version: nil, state: .rejected, seconds: episode.ledger.seconds,
      tokens: episode.ledger.tokens)
  }

  /// The Fisher of the round's own new samples at the published point, taken into the running mean.
  private func consolidate(_ point: Adapter, _ episode: Episode) async throws -> Consolidation {
    var consolidation = episode.consolidation
    guard let plan = try episode.folder.plan(), episode.settings.ewcLambda > 0 else {
      consolidation.move(to: point.parameters)
      return consolidation
    }
    let material = try await RoundMaterial.load(plan.steps, from: store)
    let samples = material.fisherSamples(of: plan.steps, count: episode.settings.ewcSamples, seed: plan.seed)
    consolidation.absorb(
      try FisherEstimator.estimate(
        samples: samples, parameters: point.parameters, using: AdapterGradients(engine),
        pause: { try check(episode.round) }),
      at: point.parameters, gamma: episode.settings.ewcGamma, kinds: ParameterKinds(engine.layout))
    return consolidation
  }

  /// Two of the report's three appearances: a structured line in the log file, and the table that people read. The third
  /// is `stet report`, from the same value. The log, which is never taken back, names no folder of a document.
  private func announce(_ report: ForgettingReport) {
    var logged = report
    logged.data.sources = []
    logged.gate.conflict = nil
    if let value = try? LogValue(encoding: logged) { log.notice("report", ["report": value]) }
    table(report)
  }
}
