import AdapterStore
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Transformer

/// A round's last step: a version, or a refusal that leaves current as it was.
extension RoundRunner {
  /// Consolidates at the published point, makes the version and flips `current`.
  func publish(_ course: RoundCourse, _ episode: Episode) async throws -> RoundResult {
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
    began = clock.now

    let highest = try await store.read { try $0.versions().last?.number ?? 0 }
    let number = max(try adapters.highestNumber(), try VersionNumber(store: highest)).next
    let documents = try await store.read { try $0.documents(inRound: round.number) }
    let created = now()
    var forgetting = try await forgettingReport(course, episode, version: number.rawValue, documents: documents)
    forgetting.cost.publishingSeconds = seconds(since: began)
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
          "scale": point.attempt.scale,
          "memory_mode_small": episode.settings.memory == .small ? 1 : 0, "threads": Double(episode.settings.threads),
        ]), parent: try VersionNumber(store: round.parent), round: round.number, baseName: episode.settings.baseName,
      report: try ReportCoding.object(forgetting),
      page: Data(ReportPage(forgetting, zone: .current).html.utf8))
    switch try adapters.install(contents, above: try VersionNumber(store: highest)) {
    case .identical:
      // Training that ends exactly where it began has taught nothing.
      return try await reject(course, episode)
    case .installed(let manifest):
      try await Publisher(store: store, adapters: adapters, rounds: rounds, fileSystem: fileSystem, now: now)
        .finish(version: manifest, round: round, report: forgetting)
      announce(forgetting)
    }
    return RoundResult(
      round: round.number, version: number.rawValue, state: .published, seconds: episode.ledger.seconds,
      tokens: episode.ledger.tokens)
  }

  /// The gate refused: a report, deferred documents, and current as it was.
  func reject(_ course: RoundCourse, _ episode: Episode) async throws -> RoundResult {
    let round = episode.round
    let documents = try await store.read { try $0.documents(inRound: round.number) }
    let forgetting = try await forgettingReport(course, episode, version: nil, documents: documents)
    let figures = RoundFigures(
      seconds: episode.ledger.seconds, tokens: episode.ledger.tokens,
      report: String(decoding: try ReportCoding.line(forgetting), as: UTF8.self))
    let reason =
      course.trainer?.outcomeStep == 0
      ? "round \(round.number) learned nothing: the validation loss never fell below its start"
      : "round \(round.number) was refused by the gate"
    let moment = now()
    try await store.write { try $0.reject(round: round.number, reason: reason, figures: figures, now: moment) }
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
  /// is `stet report`, from the same value.
  private func announce(_ report: ForgettingReport) {
    if let value = try? LogValue(encoding: report) { log.notice("report", ["report": value]) }
    table(report)
  }
}
