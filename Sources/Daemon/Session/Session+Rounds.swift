import AdapterStore
import Curation
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Transformer

extension Session {
  /// Intake for this State's watched folder.
  /// - Throws: as `maker`: a classifier that is damaged stops the start.
  package func intake(watch: Path) throws -> IntakeService {
    IntakeService(
      home, watch: watch, settings: settings.settings, maker: try maker(settings.settings), through: fileSystem,
      now: now, log: log)
  }

  /// How documents are judged, by the classifiers that the State has now.
  /// - Throws: `ClassifierFileError`, `ClassifierError`.
  private func maker(_ settings: Settings) throws -> ContentMaker {
    let classifiers = try ClassifierHome(state: home.directory, through: fileSystem).screening(settings) { home.base }
    return home.contentMaker(settings, classifiers: classifiers)
  }

  /// What the service has others do.
  /// - Parameter table: shows a finished round's report.
  package func handlers(table: @escaping @Sendable (ForgettingReport) -> Void) -> RoundHandlers {
    RoundHandlers(
      run: { trigger, settings, controls in
        try await runRound(trigger, settings, controls, table: table)
      },
      move: { request, settings, controls in
        if request.kind == .promote, let round = try MoveArguments(request).round {
          return try await promote(round: round, recording: request.id, controls, table: table).json
        }
        let mover = VersionMover(
          state: home.directory, store: home.store, adapters: adapters,
          keepsTexts: settings.replay.retention == .all, through: fileSystem, now: now, log: log)
        switch request.kind {
        case .rollback: return try await mover.perform(.rollback, request)
        case .promote: return try await mover.perform(.promote, request)
        case .forget: return try await forgetter(settings).perform(request)
        case .train, .pause, .resume: throw MoveError.unreadableArguments
        }
      },
      maker: { try maker($0) })
  }

  package func forgetter(_ settings: Settings) -> Forgetter {
    Forgetter(
      state: home.directory, store: home.store, adapters: adapters, keepsTexts: settings.replay.retention == .all,
      through: fileSystem, now: now, log: log)
  }

  /// Runs one round, or goes on with the one that was interrupted.
  package func runRound(
    _ trigger: RoundTrigger, _ settings: Settings, _ controls: WorkControls,
    table: @escaping @Sendable (ForgettingReport) -> Void
  ) async throws -> RoundResult? {
    try models.checkUnchanged(home.base)
    guard try await home.store.read({ try trigger.hasWork($0) }) else { return nil }
    try await makeGeneralSet(settings, controls)
    var pinned = try await pinnedSettings(settings, layout: try layout())
    pinned.isTrial = trigger == .suspects
    if settings.train.rateDecay == .gate {
      let lowest = pinned.rateLowest
      pinned.rateScale = try await home.store.read { try RateHistory.scale(in: $0, lowest: lowest) }
    }
    // An interrupted round's adapter has the shape that it began with, whatever the settings say by now.
    let layout = AdapterLayout(lora: pinned.lora, model: home.base.file.configuration)
    let runner = try runner(pinned, layout, controls, table: table)
    if settings.quality.perplexity != .off {
      try await PerplexityScreen(
        store: home.store, rejects: settings.quality.perplexity == .reject, controls: controls, now: now, log: log
      ).run(runner.engine)
    }
    let result = try await runner.run(settings: pinned, trigger: trigger)
    if let result, result.state == .published { thin(settings.adapters) }
    if let result { tellHook(result, settings.hooks) }
    return result
  }

  /// Makes the candidate of a round that the gate refused a version, and current.
  /// - Throws: as `RoundRunner.promote`.
  package func promote(
    round number: Int, recording request: RequestID? = nil, _ controls: WorkControls,
    table: @escaping @Sendable (ForgettingReport) -> Void
  ) async throws -> MoveOutcome {
    try models.checkUnchanged(home.base)
    guard let round = try await home.store.read({ try $0.round(number) }) else {
      throw RoundError.unknown(round: number)
    }
    guard let pinned = try? JSONDecoder().decode(RoundSettings.self, from: Data(round.settings.utf8)) else {
      throw LearningError.unreadableState("the settings of round \(number) in the store")
    }
    let layout = AdapterLayout(lora: pinned.lora, model: home.base.file.configuration)
    let outcome = try await runner(pinned, layout, controls, table: table).promote(number, recording: request)
    thin(settings.settings.adapters)
    tellHook(
      RoundResult(
        round: number, version: outcome.to, state: .published, seconds: round.seconds, tokens: round.tokens),
      settings.settings.hooks)
    return outcome
  }

  private func runner(
    _ pinned: RoundSettings, _ layout: AdapterLayout, _ controls: WorkControls,
    table: @escaping @Sendable (ForgettingReport) -> Void
  ) throws -> RoundRunner {
    let model = try LanguageModel(
      file: home.base.file, memory: pinned.memory, precision: pinned.precision.available, threads: pinned.threads,
      layout: layout)
    return RoundRunner(
      store: home.store, adapters: adapters,
      engine: GradientEngine(model: model, layout: layout, lanes: pinned.lanes, kept: pinned.kept),
      base: manifestBase, rounds: home.directory.rounds, seed: home.identity.seed,
      settingsText: settings.settings.texts, probes: try AbilityProbes(home.base), through: fileSystem, now: now,
      log: log, control: controls.control,
      report: controls.report, table: table)
  }

  /// Old versions give their space back; where that fails, the round has succeeded all the same.
  private func thin(_ settings: Settings.Adapters) {
    guard let latest = settings.keep else { return }
    do {
      let pinned = Set(settings.pinned.compactMap(VersionNumber.init(rawValue:)))
      for version in try adapters.thin(.init(latest: latest, pinned: pinned)) {
        log.info("version.thinned", ["version": version.rawValue])
      }
    } catch { log.warning("version.thinning_failed", ["reason": "\(error)"]) }
  }

  /// How long a hook may take.
  private static let hookPatience = Duration.seconds(60)

  /// Runs the program that waits for a round's end; what it makes of it changes nothing here.
  private func tellHook(_ result: RoundResult, _ hooks: Settings.Hooks) {
    let program = result.state == .published ? hooks.published : hooks.rejected
    guard !program.isEmpty else { return }
    var environment = ProcessInfo.processInfo.environment
    environment["STET_HOOK_ROUND"] = String(result.round)
    environment["STET_HOOK_VERSION"] = result.version.map(String.init) ?? ""
    environment["STET_HOOK_CURRENT"] = home.directory.current.description
    do {
      let end = try ChildProcess.run(program, environment: environment, limits: .init(timeout: Self.hookPatience))
      if end.succeeded { return log.info("hook.ran", ["round": result.round]) }
      log.warning("hook.failed", ["round": result.round, "reason": end.lastErrorLine ?? "\(end.outcome)"])
    } catch {
      log.warning("hook.failed", ["round": result.round, "reason": "\(error)"])
    }
  }

  /// An interrupted round keeps the mode and threads that it was started with.
  private func pinnedSettings(_ settings: Settings, layout: AdapterLayout) async throws -> RoundSettings {
    if let running = try await home.store.read({ try $0.runningRound() }),
      let pinned = try? JSONDecoder().decode(RoundSettings.self, from: Data(running.settings.utf8))
    {
      return pinned
    }
    let plan = try memoryPlan(settings, layout: layout)
    log.notice(
      "round.memory",
      [
        "mode": plan.mode.rawValue, "precision": plan.precision.rawValue, "rows_at_once": plan.lanes,
        "layers_kept": plan.kept,
        "predicted_megabytes": plan.bytes / 1_000_000,
      ])
    return RoundSettings(
      settings, lora: layout.lora, threads: threads, memory: plan, baseName: manifestBase.name)
  }

  /// How a round fits into memory.
  /// - Throws: `MemoryShortage`.
  package func memoryPlan(_ settings: Settings, layout: AdapterLayout) throws(MemoryShortage) -> MemoryPlan {
    try MemoryPlan.choose(
      settings.train.memory,
      for: RoundSettings.memoryWork(settings, file: home.base.file, layout: layout, threads: threads),
      available: Int(Machine.current.availableMemory))
  }

  /// The general set is sampled once, before the first round.
  private func makeGeneralSet(_ settings: Settings, _ controls: WorkControls) async throws {
    let exists = try await home.store.read { db in
      try !db.generalSamples(.test).isEmpty || !db.generalSamples(.replayed).isEmpty
    }
    if exists || settings.general.pieces == 0 { return }
    let set = GeneralSet(base: home.base, settings: settings.general, seed: home.identity.seed)
    let sampled = try set.sample(threads: threads, isStopped: { controls.control() != .go }) { done, total in
      controls.report(
        RoundActivity(round: 0, domains: ["general"], phase: .general, step: done, steps: total, attempt: 0))
    }
    guard let samples = sampled else { throw RoundInterruption.stopped(round: 0) }
    try await home.store.write { try $0.replaceGeneralSet(samples) }
    log.info("general.sampled", ["pieces": samples.count])
  }
}

extension RoundSettings {
  /// Factors, their best, AdamW's moments, the gradient, anchor and Fisher, the parent's factors, and a checkpoint on its
  /// way to the disk.
  private static let vectors = 12

  /// What a round takes, as far as memory is concerned.
  package static func memoryWork(
    _ settings: Settings, file: BaseModelFile, layout: AdapterLayout, threads: Int
  ) -> MemoryPlan.Work {
    MemoryPlan.Work(
      file: file, layout: layout, batch: settings.train.batch, sequence: settings.train.sequence, threads: threads,
      vectors: vectors, evaluates: true, precisions: settings.train.precision.allowed)
  }

  init(_ settings: Settings, lora: LoRAConfiguration, threads: Int, memory: MemoryPlan, baseName: String) {
    self.init()
    recipe = LearningRecipe(settings)
    self.lora = lora
    elementDropout = Float(settings.lora.dropout)
    rankDropout = Float(settings.lora.rankDropout)
    seed = settings.train.seed
    patience = settings.train.patience
    retryShare = settings.replay.retry
    tokenLimit = settings.round.limit
    pieces = settings.heldout.pieces
    validationPieces = settings.heldout.validationPieces
    budgets = GateBudgets(
      round: GateBudgets.Rise(relative: settings.gate.round, least: settings.gate.roundNats),
      lineage: GateBudgets.Rise(relative: settings.gate.lineage, least: settings.gate.lineageNats),
      general: settings.gate.general, accuracy: settings.gate.accuracy)
    minimumGain = settings.gate.minimumGain
    self.memory = memory.mode
    precision = memory.precision
    lanes = memory.lanes
    kept = memory.kept
    self.threads = threads
    self.baseName = baseName
    keepsTexts = settings.replay.retention == .all
    replayBudget = settings.replay.budget
    keptPieces = settings.heldout.keep
  }
}
