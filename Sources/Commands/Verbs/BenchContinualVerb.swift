import Daemon
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Transformer

/// Learns tasks one after the other with one arm or many, and says what was kept.
struct BenchContinualVerb: Verb {
  let declaration = VerbDeclaration(
    "bench continual", .check, operands: "TASKDIR…", count: 1...Int.max,
    "learning without forgetting, measured: tasks in an order, one arm against another",
    flags: [
      .value(
        "arm", "A",
        "naive, joint, default, or parts joined by +; with --sweep any number, and @ for a --buffer of its own.",
        isRepeatable: true),
      .value("metric", "accuracy|nll", "Labelled samples, by default, or folders of text."),
      .value("train", "N", "Samples that each task learns at most; by default all."),
      .value("test", "N", "Samples that each task is tested on at most; by default all."),
      .value("epochs", "N", "Passes over a task at most; by default train.epochs."),
      .value("seed", "N", "Of the adapter, orders and buffers; by default train.seed."),
      .value("buffer", "SHARE", "Share of past samples that is kept; by default 1, 0 forbids replay."),
      .switch(
        "brief",
        "Test a task only when it was learned and at the end, and nothing else: no forward transfer, no KL to the base."
      ),
      .value("sweep", "DIR", "Every arm, order and seed, each a file in DIR; what is there is not run again."),
      .value("orders", "N", "With --sweep: orders, each with another task first; by default 1."),
      .value("seeds", "N", "With --sweep: seeds from --seed on; by default 1."),
    ],
    details: """
      A task is a folder with train.jsonl, test.jsonl (prompt and completion) and labels.json; an answer is the label whose
      text and end token have the highest total probability. Mixer, trainer and settings are a round's; nothing is held
      out for early stopping, so that every arm sees the same, and joint learns each task as often as naive does. Parts of
      arms, with what a number behind the name says (replay=0.3+ewc=0.01) and what holds without one:

      """
        + ContinualArm.Part.allCases.map { part in
          "  \(part.rawValue): \(part.meaning)" + (part.value.map { " (\($0.what), \(Self.standard(of: $0)))" } ?? "")
        }.joined(separator: "\n"),
    examples: [
      .init("stet bench continual --arm default tasks/*", "what a round's defaults keep"),
      .init(
        "stet bench continual --arm naive,replay,rehearse@0.02,joint --sweep runs --orders 3 --seeds 2 tasks/*",
        "a table and a page, over as many sittings as it takes"),
    ])

  private static func standard(of value: ContinualArm.Value) -> String {
    switch value.standard {
    case .number(let number): Format.short(number)
    case .setting(let name, _): name
    }
  }

  func run(_ call: Call) async throws -> ExitCode {
    let settings = try call.settings().settings
    let arms = try arms(call)
    let isSingle = arms.count == 1 && call.value("orders") == nil && call.value("seeds") == nil
    guard isSingle || call.value("sweep") != nil else {
      throw UsageError("several arms, --orders and --seeds go with --sweep DIR.")
    }
    let learning = try learning(call, settings)
    for (arm, _) in arms where arm.replayedShare(learning.recipe) > 0.95 {
      throw UsageError(
        "--arm \(arm.name): \(arm.replayedShare(learning.recipe)) of a step leaves no room for new text.")
    }
    let metric: ContinualTaskFolder.Metric = try call.choice("metric", default: .accuracy)
    let base = try call.loadModel()
    let folder = ContinualTaskFolder(
      base: base, curator: base.curator(settings),
      limits: (try count("train", call), try count("test", call)), fileSystem: call.fileSystem)
    let tasks = try call.operands.map { try folder.task($0, metric) }
    if let twice = Dictionary(grouping: tasks, by: \.name).first(where: { $0.value.count > 1 })?.key {
      throw UsageError("two task folders are called \(twice), and scores are kept by that name; rename one of them.")
    }
    let bench = Bench(call: call, base: base, settings: settings, learning: learning, tasks: tasks)
    guard let target = call.value("sweep") else {
      let entry = ContinualSweep.Entry(
        arm: arms[0].arm, order: Array(tasks.indices), seed: Int(learning.seed), buffer: arms[0].buffer)
      try show(try bench.run(entry, shared: SharedStart(), prefix: ""), call)
      return .done
    }
    return try sweep(Path(target), arms, bench, call)
  }

  // MARK: What was asked

  /// Arms, each with the share of past samples that is kept.
  private func arms(_ call: Call) throws -> [(arm: ContinualArm, buffer: Double)] {
    let names = call.values("arm").flatMap { $0.split(separator: ",").map(String.init) }
    if names.isEmpty { throw UsageError("bench continual needs --arm, for example --arm default.") }
    let standard = try call.number("buffer", in: 0...1, default: 1)
    return try names.map { text in
      let pair = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = pair[0]
      guard let buffer = pair.count == 1 ? standard : Double(pair[1]), 0...1 ~= buffer else {
        throw UsageError("--arm \(TerminalText.escaped(text)): behind @ stands a share from 0 to 1.")
      }
      do {
        return (try ContinualArm(name), buffer)
      } catch let error as ContinualArm.NameError {
        let reason =
          switch error {
          case .unknown(let word):
            "there is no arm or part “\(TerminalText.escaped(word))”\(NearestName.hint(word, among: ContinualArm.names))"
          case .twice(let part): "\(part) comes twice."
          case .value(let part, let text):
            part.value.map {
              "\(part.rawValue) takes a \($0.isWhole ? "whole number" : "number") from"
                + " \(Format.short($0.range.lowerBound)), its \($0.what), not “\(TerminalText.escaped(text))”."
            } ?? "\(part.rawValue) takes no number."
          }
        throw UsageError("--arm \(TerminalText.escaped(name)): \(reason) stet bench continual --help lists the parts.")
      }
    }
  }

  private func count(_ flag: String, _ call: Call) throws -> Int? {
    call.value(flag) == nil ? nil : try call.integer(flag, in: 1...Int.max, default: 1)
  }

  private func learning(_ call: Call, _ settings: Settings) throws -> ContinualSettings {
    var learning = ContinualSettings(settings)
    learning.epochs = try call.integer("epochs", in: 1...1000, default: settings.train.epochs)
    learning.enough = call.value("epochs") == nil ? settings.train.enough : .max
    learning.isBrief = call.has("brief")
    learning.seed = UInt64(try call.integer("seed", in: 0...Int.max, default: settings.train.seed))
    return learning
  }

  // MARK: Runs

  /// What all runs of one call share.
  private struct Bench {
    let call: Call
    let base: LoadedBase
    let settings: Settings
    let learning: ContinualSettings
    let tasks: [ContinualTask]
    /// The tasks as a fingerprint reads them.
    private let taskTexts: [String]

    init(
      call: Call, base: LoadedBase, settings: Settings, learning: ContinualSettings, tasks: [ContinualTask]
    ) {
      self.call = call
      self.base = base
      self.settings = settings
      self.learning = learning
      self.tasks = tasks
      taskTexts = tasks.map { "\($0.name) \($0.train.count) \($0.tokens) \($0.train.map(\.tokens)) \($0.test)" }
    }

    private static let generalSeed: UInt64 = 1

    func run(_ entry: ContinualSweep.Entry, shared: SharedStart, prefix: String) throws -> ContinualResult {
      let arm = entry.arm
      var learning = learning
      learning.seed = UInt64(entry.seed)
      learning.buffer = entry.buffer
      let factor = Float(arm.rankFactor(tasks: tasks.count))
      let layout = AdapterLayout(
        lora: LoRAConfiguration(
          rank: learning.lora.rank * Int(factor), alpha: learning.lora.alpha * factor, targets: learning.lora.targets),
        model: base.file.configuration)
      // A sweep compares arms by what they do to the base, those that know nothing of it included.
      let measures = call.value("sweep") != nil && !learning.isBrief
      var general = try arm.rehearsesGeneral || measures ? generalTexts() : GeneralTexts()
      if !measures { general.heldOut = [] }
      let bench = try ContinualBench(
        engine: try call.engine(base, layout: layout, settings), tasks: entry.order.map { tasks[$0] }, arm: arm,
        settings: learning,
        writer: { adapter in
          Generator(
            model: try LanguageModel(
              file: base.file, memory: .small, threads: call.threads(settings), purpose: .generation),
            adapter: adapter)
        }, general: general)
      var told = ContinuousClock.now
      return try bench.run(shared: shared, pause: { try Task.checkCancellation() }) { progress in
        let text =
          "\(prefix)\(arm.name)  \(progress.task)  step \(progress.step)/\(progress.steps)"
          + "  loss \(Format.nats(progress.loss, decimals: 2))  \(Format.count(Int(progress.tokensPerSecond))) tok/s"
          + "  \(Format.duration(seconds: progress.secondsLeft.rounded())) left"
        call.output.progress(text)
        if !call.output.progressRedraws, ContinuousClock.now - told > .seconds(60) {
          call.output.say(text)
          told = .now
        }
      }
    }

    /// Written by the base once and kept beside a sweep's runs.
    private func generalTexts() throws -> GeneralTexts {
      let kept = call.value("sweep").map { Path($0).appending("texts-\(generalFingerprint).json") }
      if let kept, try call.fileSystem.exists(kept) {
        return try ReportCoding.read(GeneralTexts.self, from: call.fileSystem.contents(of: kept, limit: 1 << 28))
      }
      let set = GeneralSet(base: base, settings: settings.general, seed: Self.generalSeed)
      let began = ContinuousClock.now
      let sampled = try set.sample(threads: call.threads(settings), isStopped: { Task.isCancelled }) { done, total in
        let left = (ContinuousClock.now - began) / .seconds(1) / Double(max(done, 1)) * Double(total - done)
        call.output.progress(
          "the base writes its general set, \(done) of \(total) texts"
            + (done > 0 ? ", \(Format.duration(seconds: left.rounded())) left" : ""))
      }
      guard let samples = sampled else { throw CancellationError() }
      func texts(heldOut: Bool) -> [EncodedTokens] {
        samples.filter { $0.isHeldOut == heldOut && $0.encoded.supervised.contains(true) }.map {
          EncodedTokens(tokens: $0.encoded.tokens, supervised: $0.encoded.supervised)
        }.filter { $0.tokens.count <= learning.sequence }
      }
      let texts = GeneralTexts(replayed: texts(heldOut: false), heldOut: texts(heldOut: true))
      if let kept { try DurableFile.write(try ReportCoding.line(texts), to: kept, through: call.fileSystem) }
      return texts
    }

    /// Whatever makes two runs of an arm differ beside order, seed and buffer.
    func fingerprint(_ arm: ContinualArm) -> String {
      let lines =
        arm.parts.map(\.rawValue) + texts { arm.dependsOn($0) }
        + [base.file.sha256.hex, "\(learning.epochs) \(learning.enough)"]
        + taskTexts
      return String(Digest.of(lines.joined(separator: "\n")).hex.prefix(8))
    }

    /// Of what the base writes.
    private var generalFingerprint: String {
      let lines = texts { $0.hasPrefix("general.") && $0 != "general.weight" } + [base.file.sha256.hex]
      return String(Digest.of(lines.joined(separator: "\n")).hex.prefix(8))
    }

    private func texts(_ matters: (String) -> Bool) -> [String] {
      settings.texts.filter { matters($0.key) }.map { "\($0.key)=\($0.value)" }.sorted()
    }
  }

  private func sweep(
    _ folder: Path, _ arms: [(arm: ContinualArm, buffer: Double)], _ bench: Bench, _ call: Call
  ) throws -> ExitCode {
    let orders = try call.integer("orders", in: 1...bench.tasks.count, default: 1)
    let first = Int(bench.learning.seed)
    let seeds = try call.integer("seeds", in: 1...1000, default: 1)
    try DurableFile.makeDirectory(folder, through: call.fileSystem)
    let sweep = ContinualSweep(
      folder: folder, fingerprint: bench.fingerprint, isBrief: bench.learning.isBrief, fileSystem: call.fileSystem)
    let entries = ContinualSweep.entries(
      arms: arms, tasks: bench.tasks.count, orders: orders, seeds: Array(first..<first + seeds))
    let shared = SharedStart(
      base: try entries.lazy.compactMap { try sweep.result(of: $0)?.base }.first { !$0.isEmpty } ?? [:])
    var results: [ContinualResult] = []
    for (place, entry) in entries.enumerated() {
      if let known = try sweep.result(of: entry) {
        results.append(known)
        continue
      }
      let result = try bench.run(entry, shared: shared, prefix: "run \(place + 1)/\(entries.count)  ")
      try sweep.keep(result, of: entry)
      results.append(result)
      _ = try sweep.writePage(ContinualSummary(results))
    }
    let summary = ContinualSummary(results)
    let page = try sweep.writePage(summary)
    if call.wantsJSON {
      for result in results { try call.output.line(result) }
      return .done
    }
    try call.output.text(table(summary, call.output.style))
    call.output.say("matrices: \(page)")
    return .done
  }

  // MARK: What came of it

  private func table(_ summary: ContinualSummary, _ style: Style) -> String {
    let (titles, rows) = summary.cells
    var table = Table(titles.enumerated().map { .init($0.element, $0.offset == 0 ? .left : .right) })
    for row in rows { table.add(row) }
    return table.text(style: style)
  }

  private func show(_ result: ContinualResult, _ call: Call) throws {
    if call.wantsJSON { return try call.output.object(result) }
    let isAccuracy = result.accuracy != nil
    func figure(_ value: Double?) -> String { isAccuracy ? Format.percent(value) : Format.nats(value) }
    var matrix = Table([.init("")] + result.tasks.map { .init($0, .right, maximum: 24) })
    for (i, row) in result.matrix.enumerated() {
      let name =
        i == 0 ? "base" : result.matrix.count == 2 && result.tasks.count > 1 ? "all" : "after \(result.tasks[i - 1])"
      matrix.add([name] + row.map(figure))
    }
    try call.output.text(matrix.text(style: call.output.style))
    func signed(_ value: Double?) -> String { isAccuracy ? Format.signedPoints(value) : Format.signedNats(value) }
    let seconds = Format.duration(seconds: result.seconds.rounded())
    try call.output.row(
      "\(isAccuracy ? "accuracy" : "loss") \(figure(result.accuracy ?? result.loss)) · backward transfer"
        + " \(signed(result.backwardTransfer)) · learning \(figure(result.learningAccuracy)) · regret"
        + " \(figure(result.regret)) · \(Format.count(result.tokens)) tokens in \(seconds)")
  }
}

extension ContinualSettings {
  /// A round's settings.
  init(_ settings: Settings) {
    self.init()
    recipe = LearningRecipe(settings)
    generalTarget = RoundSettings.divergenceTarget * settings.gate.general
    seed = UInt64(settings.train.seed)
  }
}
