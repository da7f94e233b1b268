import AdapterStore
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Tensors
import Transformer

/// Runs one round from the documents that wait to a version or a refusal, and goes on with one that was interrupted.
///
/// Not `Sendable`: it owns the model while it runs.
package final class RoundRunner {
  let store: ReplayStore
  let adapters: AdapterStore
  let engine: GradientEngine
  let base: Manifest.Base
  let rounds: Path
  let fileSystem: any FileSystem
  let seed: UInt64
  let now: @Sendable () -> Date
  let clock = ContinuousClock()
  let log: Log
  let settingsText: [String: String]
  /// Asked of every candidate that is reported; `nil` asks nothing.
  let probes: AbilityProbes?
  /// Asked between any two steps.
  let control: @Sendable () -> RoundControl
  let report: @Sendable (RoundActivity) -> Void
  /// Shows a finished round's report to whoever watches.
  let table: @Sendable (ForgettingReport) -> Void

  /// Time between two checkpoints.
  private static let checkpointInterval = Duration.seconds(45)
  /// An attempt that the gate refused is repeated once, with `replay.retry` and this much more pull.
  static let retryPenalty = 4.0
  /// A version's figure: the weight that its round's distillation came to.
  static let generalWeight = "general_weight"

  package init(
    store: ReplayStore, adapters: AdapterStore, engine: GradientEngine, base: Manifest.Base, rounds: Path, seed: UInt64,
    settingsText: [String: String], probes: AbilityProbes? = nil, through fileSystem: any FileSystem,
    now: @escaping @Sendable () -> Date, log: Log,
    control: @escaping @Sendable () -> RoundControl, report: @escaping @Sendable (RoundActivity) -> Void,
    table: @escaping @Sendable (ForgettingReport) -> Void
  ) {
    self.store = store
    self.adapters = adapters
    self.engine = engine
    self.base = base
    self.rounds = rounds
    self.seed = seed
    self.settingsText = settingsText
    self.probes = probes
    self.fileSystem = fileSystem
    self.now = now
    self.log = log
    self.control = control
    self.report = report
    self.table = table
  }

  /// Everything that stays the same over a round's attempts.
  struct Episode {
    let round: Round
    let folder: RoundFolder
    let settings: RoundSettings
    let lineage: [Int]
    let parent: Adapter
    let consolidation: Consolidation
    /// For early stopping: the round's own validation pieces.
    let validation: [StoredPiece]
    /// Of each earlier domain, the part of the lineage's budget that current has used up.
    var needs: [String: Double] = [:]
    /// Where the parent's round left the weight of distillation.
    var generalWeight: Float?
    var ledger: RoundFolder.Ledger
    var progress: RoundActivity
  }

  /// Starts a round with what waits, or goes on with the one that was interrupted.
  /// - Returns: `nil` where nothing waits that could be trained on.
  /// - Throws: `RoundInterruption`, `LearningError`, or what the disk and the store throw; current is untouched then. A
  ///   round that cannot go on learning is given up first.
  package func run(
    settings: RoundSettings, trigger: RoundTrigger = .once
  ) async throws -> RoundResult? {
    let current = try adapters.current().rawValue
    let moment = now()
    let pinned = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let started = try await store.write { db -> Round? in
      if let running = try db.runningRound() { return running }
      if trigger == .suspects { return try db.beginSuspectRound(parent: current, settings: pinned, now: moment) }
      return try db.beginRound(
        parent: current, domain: trigger.domain, includingDeferred: trigger.includesDeferred,
        includingSuspects: trigger.request != nil, tokenLimit: settings.tokenLimit, settings: pinned, now: moment)
    }
    guard let round = started else { return nil }
    guard (try? JSONDecoder().decode(RoundSettings.self, from: Data(round.settings.utf8))) != nil else {
      // Of another stet, whose settings had other names: its documents start anew.
      log.warning("round.unreadable", ["round": round.number])
      try await abandon(round)
      return try await run(settings: settings, trigger: trigger)
    }
    guard round.parent == current else {
      try await abandon(round)
      throw RoundInterruption.abandoned(round: round.number)
    }
    do {
      return try await run(round)
    } catch RoundInterruption.abandoned {
      try await abandon(round)
      throw RoundInterruption.abandoned(round: round.number)
    } catch let error as LearningError {
      // It would fail again in the same place. Its documents wait for a round with the settings of then.
      try await abandon(round)
      throw error
    }
  }

  private func run(_ round: Round) async throws -> RoundResult {
    var episode = try await prepare(round)
    log.info(
      "round.started",
      ["round": round.number, "domains": round.domains.joined(separator: ", "), "parent": round.parent])
    return try await follow(&episode)
  }

  // MARK: Before step 1

  func prepare(_ round: Round) async throws -> Episode {
    guard let settings = try? JSONDecoder().decode(RoundSettings.self, from: Data(round.settings.utf8)) else {
      throw LearningError.unreadableState("the settings of round \(round.number) in the store")
    }
    let folder = RoundFolder(rounds: rounds, number: round.number, through: fileSystem)
    try folder.create()
    let lineage = try await store.read { try $0.lineage(of: round.parent) }
    let pieces = try await RoundPieces.choose(.test, round: round, settings: settings, store: store)
    let validation = try await RoundPieces.choose(.validation, round: round, settings: settings, store: store).ownRows
    let progress = RoundActivity(
      round: round.number, domains: round.domains, phase: .before, step: 0, steps: pieces.all.count, attempt: 0)
    let parent = try startingPoint(round)
    var ledger = try folder.ledger()
    let consolidation = try await startingConsolidation(
      round, folder: folder, parent: parent, settings: settings, progress: progress, ledger: &ledger)
    var episode = Episode(
      round: round, folder: folder, settings: settings, lineage: lineage, parent: parent, consolidation: consolidation,
      validation: validation, ledger: ledger, progress: progress)
    if round.parent != 0 {
      let figures = try adapters.manifest(of: try VersionNumber(store: round.parent)).origin.figures
      episode.generalWeight = figures[Self.generalWeight].map { Float($0) }
    }
    let began = clock.now
    let evaluator = evaluator(episode)
    let scores = try await evaluator.scores(of: .version(round.parent), adapter: parent, pieces: pieces.all)
    episode.needs = try await evaluator.needs(pieces, scores: scores, lineage: lineage, budgets: settings.budgets)
    if round.parent != 0 {
      // Row 0 of R: what the base made of each new domain.
      _ = try await evaluator.scores(of: .version(0), adapter: nil, pieces: pieces.ownRows)
    }
    _ = try await evaluator.generalScores(of: .version(round.parent), adapter: parent)
    episode.ledger.evaluationSeconds += seconds(since: began)
    try folder.write(episode.ledger)
    return episode
  }

  /// The parent's adapter; above the base a fresh one, whose B is 0 and which therefore changes nothing yet.
  private func startingPoint(_ round: Round) throws -> Adapter {
    if round.parent == 0 {
      var rng = SeededGenerator(seed: seed, stream: "adapter of round \(round.number)")
      return Adapter.initial(engine.layout, using: &rng)
    }
    return try adapters.adapter(of: try VersionNumber(store: round.parent), model: engine.layout.model)
  }

  /// The parent's Fisher and anchor; above the base, and above a version without a Fisher, that of the general set, so that
  /// the first round is protected too.
  private func startingConsolidation(
    _ round: Round, folder: RoundFolder, parent: Adapter, settings: RoundSettings, progress: RoundActivity,
    ledger: inout RoundFolder.Ledger
  ) async throws -> Consolidation {
    if round.parent != 0 {
      let state = try adapters.consolidation(of: try VersionNumber(store: round.parent))
      let carried = try Consolidation(vectors: state.vectors, values: state.values, count: engine.layout.count)
      // Versions that were made without EWC carry nothing that it could hold on to.
      if carried.rounds > 0 || settings.ewcLambda == 0 { return carried }
    }
    if let made = try folder.consolidation(count: engine.layout.count) { return made }
    var progress = progress
    progress.phase = .consolidation
    report(progress)
    let began = clock.now
    let general = try await store.read { try $0.generalSamples(.replayed) }
    var consolidation = Consolidation(anchor: parent.parameters)
    let rows = general.prefix(settings.ewcSamples).map { FisherEstimator.part(of: $0.sample.encoded.row) }
    if !rows.isEmpty, settings.ewcLambda > 0 {
      consolidation.absorb(
        try FisherEstimator.estimate(
          samples: rows, parameters: parent.parameters, using: AdapterGradients(engine), pause: { try check(round) }),
        at: parent.parameters, gamma: settings.ewcGamma, kinds: ParameterKinds(engine.layout))
    }
    try folder.write(consolidation)
    ledger.fisherSeconds += seconds(since: began)
    return consolidation
  }

  // MARK: Training

  /// One attempt: from the parent, or from the checkpoint that an interrupted sitting left.
  func train(
    _ episode: inout Episode, attempt: RoundAttempt, machine: RoundMachine
  ) async throws -> RoundTrainer {
    let (round, settings) = (episode.round, episode.settings)
    let plan = try await self.plan(episode, attempt: attempt, machine: machine)
    var trainer: RoundTrainer
    if let saved = try episode.folder.checkpoint() {
      trainer = try RoundTrainer(restoring: saved, consolidation: episode.consolidation)
      log.info("round.resumed", ["round": round.number, "step": trainer.step])
    } else {
      trainer = try RoundTrainer(
        settings: trainingSettings(
          episode, plan: plan, attempt: attempt, machine: machine),
        parameters: episode.parent.parameters, consolidation: episode.consolidation)
    }
    let material = try await RoundMaterial.load(plan.steps, from: store)
    let validation = episode.validation.map { $0.encoded.row }
    let source = AdapterGradients(engine)
    // Above the base there is nothing that a version has learned.
    var recall =
      settings.recallWeight > 0 && round.parent != 0 ? ReplayRecall(engine: engine, teacher: episode.parent) : nil
    var saved = clock.now
    var (worked, counted) = (0.0, 0)
    while !trainer.isFinished {
      if control() == .stop { try save(trainer, episode) }
      try check(round)
      let began = clock.now
      let step = plan.steps[trainer.step]
      let recalled = try recall?.targets(of: step, text: material.text, pause: { try check(round) })
      guard let rows = material.rows(of: step, recall: recalled ?? [:], isAlone: !settings.replaysText) else {
        // Everything in this step has been forgotten or superseded meanwhile: the round cannot be what it was.
        throw RoundInterruption.abandoned(round: round.number)
      }
      let number = trainer.step
      let done: StepReport
      do {
        done = try trainer.advance(rows: rows, validation: validation, using: source, pause: { try check(round) })
      } catch let interruption as RoundInterruption {
        // A stop within a step: the steps before it are kept, and this one is done again.
        if case .stopped = interruption, trainer.step == number { try save(trainer, episode) }
        throw interruption
      }
      let spent = seconds(since: began)
      episode.ledger.stepSeconds += spent
      episode.ledger.tokens += done.tokens
      episode.ledger.replayedTokens += step.rows.flatMap(\.samples).filter { $0.origin != .new }
        .reduce(0) { $0 + $1.reference.tokens }
      episode.ledger.generalTokens? += step.rows.flatMap(\.samples).filter { $0.origin == .general }
        .reduce(0) { $0 + $1.reference.tokens }
      (worked, counted) = (worked + spent, counted + done.tokens)
      show(done, &episode.progress, attempt: attempt.number, rate: Double(counted) / max(worked, 1e-9), spent: worked)
      if clock.now - saved >= Self.checkpointInterval {
        try save(trainer, episode)
        saved = clock.now
      }
    }
    try save(trainer, episode)
    log.info(
      "round.trained",
      [
        "round": round.number, "attempt": attempt.number + 1, "steps": trainer.step, "best": trainer.outcomeStep,
        "general_weight": Double(trainer.distillation.weight),
      ])
    if let alarm = trainer.watch.alarm { log.warning("ewc.ratio", ["round": round.number, "alarm": "\(alarm)"]) }
    return trainer
  }

  private func plan(
    _ episode: Episode, attempt: RoundAttempt, machine: RoundMachine
  ) async throws -> RoundFolder.Plan {
    if let plan = try episode.folder.plan(), plan.attempt == attempt.number { return plan }
    let settings = episode.settings
    var rng = SeededGenerator(
      seed: seed, stream: "round \(episode.round.number) attempt \(attempt.number) seed \(settings.seed)")
    let planSeed = rng.next()
    // Without validation pieces nothing could tell overfitting, so such a round sees its documents once.
    let mixer = try await RoundMaterial.plan(
      round: episode.round.number, settings: settings,
      replayShare: machine.replayShare(settings.replayShare, in: attempt),
      passes: episode.validation.isEmpty ? 1 : .max, needs: needs(episode, attempt), seed: planSeed, store: store)
    let plan = RoundFolder.Plan(
      settings: settings, attempt: attempt.number, seed: planSeed, steps: mixer.steps, epochSteps: mixer.epochSteps)
    try episode.folder.begin(plan)
    return plan
  }

  /// A second try has most for what the first would have cost most.
  private func needs(_ episode: Episode, _ attempt: RoundAttempt) -> [String: Double] {
    var needs = episode.needs
    if attempt.number > 0, let worst = episode.ledger.tries.last?.walk.first?.worstDomain {
      needs[worst, default: 0] += 1
    }
    return needs
  }

  private func trainingSettings(
    _ episode: Episode, plan: RoundFolder.Plan, attempt: RoundAttempt, machine: RoundMachine
  ) -> TrainingSettings {
    let (settings, lineage) = (episode.settings, episode.lineage)
    let steps = max(plan.steps.count, 1)
    let epoch = max(plan.epochSteps.first ?? steps, 1)
    return TrainingSettings(
      schedule: LearningRateSchedule(
        peak: settings.rateScale.map { settings.rate * machine.rateScale($0, in: attempt) }
          ?? LearningRateSchedule.peak(base: settings.rate, round: lineage.count, lowest: settings.rateLowest),
        totalSteps: steps, warmup: settings.warmup, floor: settings.floor),
      optimiser: AdamW.Settings(weightDecay: Double(settings.weightDecay)), clip: settings.clip,
      penaltyStrength: Float(machine.penalty(Double(settings.ewcLambda), in: attempt)),
      rankDropout: settings.rankDropout, elementDropout: settings.elementDropout,
      distillation: DivergenceControl(
        weight: Float(machine.penalty(Double(settings.generalWeight), in: attempt)),
        start: episode.generalWeight.map { Float(machine.penalty(Double($0), in: attempt)) },
        target: RoundSettings.divergenceTarget * settings.budgets.general / Double(attempt.number + 1)),
      recallWeight: settings.recallWeight, rank: settings.lora.rank, validationInterval: max(epoch / 3, 5),
      patience: settings.patience, seed: plan.seed)
  }

  private func save(_ trainer: RoundTrainer, _ episode: Episode) throws {
    try episode.folder.write(try trainer.checkpoint())
    try episode.folder.write(episode.ledger)
  }

  /// Stops or abandons where the owner asks for it; what is not on disk by now is done again at the next start.
  func check(_ round: Round) throws {
    switch control() {
    case .go: return
    case .stop: throw RoundInterruption.stopped(round: round.number)
    case .abandon: throw RoundInterruption.abandoned(round: round.number)
    }
  }

  private func show(
    _ step: StepReport, _ progress: inout RoundActivity, attempt: Int, rate: Double, spent: Double
  ) {
    progress.phase = .training
    progress.attempt = attempt
    (progress.step, progress.steps) = (step.step, step.steps)
    (progress.loss, progress.penaltyRatio) = (step.loss, step.penaltyRatio)
    progress.tokensPerSecond = rate
    progress.secondsLeft = Double(step.steps - step.step) * Double(step.tokens) / max(rate, 1e-9)
    report(progress)
  }

  // MARK: Ends

  func abandon(_ round: Round) async throws {
    let interrupted = InterruptedRound(
      round, folder: RoundFolder(rounds: rounds, number: round.number, through: fileSystem))
    let moment = now()
    try await store.write { try interrupted.abandon(in: $0, now: moment) }
    try interrupted.removeFiles()
    log.notice("round.abandoned", ["round": round.number])
  }

  func evaluator(_ episode: Episode) -> Evaluator {
    var progress = episode.progress
    let (report, round) = (report, episode.round)
    return Evaluator(engine: engine, store: store, round: round.number) { done, total in
      try self.check(round)
      if progress.phase == .training { progress.phase = .evaluation }
      (progress.step, progress.steps, progress.secondsLeft) = (done, total, nil)
      report(progress)
    }
  }

  func seconds(since start: ContinuousClock.Instant) -> Double { (clock.now - start) / .seconds(1) }

  static func replayShare(of plan: RoundFolder.Plan) -> Double {
    let samples = plan.steps.flatMap(\.rows).flatMap(\.samples)
    let all = samples.reduce(0) { $0 + $1.reference.tokens }
    let old = samples.filter { if case .earlier = $0.origin { true } else { false } }
      .reduce(0) { $0 + $1.reference.tokens }
    return all == 0 ? 0 : Double(old) / Double(all)
  }
}

extension VersionNumber {
  /// - Throws: where the store's number is no version's.
  init(store number: Int) throws {
    guard let version = VersionNumber(rawValue: number) else { throw LineageError.unknownVersion(number) }
    self = version
  }
}
