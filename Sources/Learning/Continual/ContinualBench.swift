import Foundation
import ModelFiles
import Tensors
import Transformer

/// Learns tasks one after the other, in memory, with the mixer and trainer of a round, and measures all of them after
/// each.
package struct ContinualBench {
  /// How far a run is.
  package struct Progress: Sendable {
    package var task: String
    package var step: Int
    package var steps: Int
    package var loss: Double
    /// Of the whole run, 0 to 1.
    package var share: Double
    package var tokensPerSecond: Double
    package var secondsLeft: Double
  }

  private let engine: GradientEngine
  private let tasks: [ContinualTask]
  private let arm: ContinualArm
  private let settings: ContinualSettings
  private let general: GeneralTexts
  private let writer: ((Adapter) throws -> Generator)?
  private let blas: BLAS

  /// - Parameters:
  ///   - engine: its layout has `arm.rankFactor` times the settings' rank.
  ///   - writer: generates with an adapter; `nil` where the arm writes nothing.
  ///   - general: empty where the arm needs none and none is to be measured.
  /// - Precondition: there are tasks, all of one measure.
  package init(
    engine: GradientEngine, tasks: [ContinualTask], arm: ContinualArm, settings: ContinualSettings,
    writer: ((Adapter) throws -> Generator)? = nil, general: GeneralTexts = GeneralTexts()
  ) throws {
    precondition(Set(tasks.map(\.test.measure)).count == 1, "tasks of different measures, or none")
    self.engine = engine
    self.tasks = tasks
    self.arm = arm
    self.settings = settings
    self.general = general
    self.writer = writer
    blas = try BLAS.shared()
  }

  /// - Parameters:
  ///   - shared: what other runs of the same tasks, test and settings have done already.
  ///   - pause: called between two steps, and between a few tests and the next; what it throws ends the run.
  package func run(
    shared: SharedStart = SharedStart(), pause: () throws -> Void, progress: (Progress) -> Void
  ) throws -> ContinualResult {
    let episodes = arm.isJoint ? [joined()] : tasks
    var rng = SeededGenerator(seed: settings.seed, stream: "adapter")
    var parameters = Adapter.initial(engine.layout, using: &rng).parameters
    var served = parameters
    var parts = arm.make(settings, tasks: tasks.count)
    var memory: [RememberedTask] = []
    var scores: [[TaskScore?]] = []
    let clock = ContinuousClock()
    var (tokens, extra, seconds, began) = (0, 0.0, 0.0, clock.now)
    func elapsed() -> Double { (clock.now - began) / .seconds(1) }
    if !tasks.allSatisfy({ shared.base[$0.name] != nil }) {
      for task in tasks { shared.base[task.name] = try measure(task, served, pause: pause) }
    }
    scores.append(tasks.map { shared.base[$0.name] })
    var testSeconds = elapsed()
    var figures: [ContinualResult.Episode] = []
    var generalWeight: Float?
    let expected = episodes.map { Double(passes(over: $0) * $0.tokens) }
    for (place, task) in episodes.enumerated() {
      began = clock.now
      var training = TaskTraining(
        number: place + 1, task: task, engine: engine, settings: settings, blas: blas, general: general.replayed,
        writer: writer.map { writer in { try writer(Adapter(layout: engine.layout, parameters: $0)) } },
        parameters: parameters, previous: served, served: served, memory: memory,
        mix: MixSettings(
          rows: settings.batch, length: settings.sequence, epochs: passes(over: task), share: 0,
          generalShare: 0), peak: settings.rate)
      for i in parts.indices { try parts[i].begin(&training) }
      let key = SharedStart.Key(
        task: task.name, seed: settings.seed, parameters: engine.layout.count, peak: training.peak,
        generalShare: training.rehearsesGeneral ? training.mix.generalShare : 0)
      let known = training.isPlain && !arm.isJoint ? shared.first(key) : nil
      let trained =
        try known
        ?? train(training, generalWeight: generalWeight, pause: pause) { trainer, report in
          let done = Double(report.step) / Double(report.steps)
          let whole = expected.reduce(0, +)
          let share = (expected[..<place].reduce(0, +) + done * expected[place]) / whole
          progress(
            Progress(
              task: task.name, step: report.step, steps: report.steps, loss: report.loss, share: share,
              tokensPerSecond: Double(trainer.tokens) / max(elapsed(), 1e-9),
              secondsLeft: elapsed() / max(done * expected[place], 1) * whole * (1 - share)))
        }
      let trainingSeconds = known?.seconds ?? elapsed()
      began = clock.now
      if training.rehearsesGeneral { generalWeight = trained.generalWeight }
      training.parameters = trained.parameters
      training.served = trained.parameters
      training.memory.append(remember(task, number: place + 1))
      for i in parts.indices { try parts[i].settle(&training) }
      for i in parts.indices { try parts[i].end(&training) }
      (parameters, served, memory) = (training.parameters, training.served, training.memory)
      tokens += trained.tokens
      extra += training.extraTokens + Double(trained.taughtTokens) / 2
      seconds += trainingSeconds + elapsed()
      began = clock.now
      let isServed = served == trained.parameters
      var row = isServed ? known?.scores ?? [:] : [:]
      for tested in tasks where row[tested.name] == nil {
        let isNeeded = !settings.isBrief || place + 1 == episodes.count || tested.name == task.name
        if isNeeded { row[tested.name] = try measure(tested, served, pause: pause) }
      }
      scores.append(tasks.map { row[$0.name] })
      testSeconds += elapsed()
      if training.isPlain, !arm.isJoint, isServed {
        var first = trained
        first.seconds = trainingSeconds
        first.scores = row
        shared.keep(first, as: key)
      }
      figures.append(
        ContinualResult.Episode(
          task: task.name, steps: trained.steps, peak: Double(training.peak), penaltyRatio: trained.penaltyRatio,
          changeNorm: engine.layout.changeNorm(served, blas: blas)))
    }
    began = clock.now
    let divergence = try divergence(served, pause: pause)
    testSeconds += elapsed()
    return ContinualResult(
      arm: arm.name, tasks: tasks.map(\.name), measure: tasks[0].test.measure, isJoint: arm.isJoint, rows: scores,
      buffer: settings.buffer, seed: settings.seed, seconds: seconds, testSeconds: testSeconds, tokens: tokens,
      equivalentTokens: Double(tokens) + extra, generalDivergence: divergence, episodes: figures)
  }

  /// All tasks as one, each as often as it is learned alone.
  private func joined() -> ContinualTask {
    ContinualTask(
      name: tasks.map(\.name).joined(separator: "+"),
      train: tasks.flatMap { task in (0..<settings.recipe.passes(over: task.tokens)).flatMap { _ in task.train } },
      test: tasks[0].test)
  }

  private func passes(over task: ContinualTask) -> Int {
    arm.isJoint ? 1 : settings.recipe.passes(over: task.tokens)
  }

  /// What the buffer keeps: a draw that is even over answers, at least one sample.
  private func remember(_ task: ContinualTask, number: Int) -> RememberedTask {
    var rng = SeededGenerator(seed: settings.seed, stream: "buffer \(number)")
    let count = settings.buffer <= 0 ? 0 : max(1, Int((settings.buffer * Double(task.train.count)).rounded()))
    let drawn = task.train.shuffled(using: &rng).evenly(over: \.answer)
    return RememberedTask(name: task.name, samples: Array(drawn.prefix(count)), recall: [])
  }

  // MARK: Training

  private func train(
    _ training: TaskTraining, generalWeight: Float?, pause: () throws -> Void,
    onStep: (RoundTrainer, StepReport) -> Void
  ) throws -> SharedStart.First {
    let material = ContinualMaterial(training)
    var rng = SeededGenerator(seed: settings.seed, stream: "plan \(training.number)")
    let mixer = try ReplayMixer(
      new: material.references(of: training.task.train, owner: 0),
      earlier: training.memory.enumerated().filter { !$0.element.samples.isEmpty }.map { place, task in
        ReplayDomain(name: task.name, samples: material.references(of: task.samples, owner: place + 1))
      },
      general: training.rehearsesGeneral ? material.references(of: general.replayed, owner: 0) : [],
      settings: training.mix, seed: rng.next())
    var recall =
      training.recallsPrevious ? ReplayRecall(engine: engine, teacher: training.adapter(training.previous)) : nil
    var trainer = try RoundTrainer(
      settings: TrainingSettings(
        schedule: LearningRateSchedule(
          peak: training.peak, totalSteps: mixer.steps.count, warmup: settings.warmup, floor: settings.floor),
        optimiser: AdamW.Settings(weightDecay: Double(settings.weightDecay)), clip: settings.clip,
        penaltyStrength: Float(training.penaltyStrength),
        distillation: DivergenceControl(
          weight: settings.generalWeight, start: generalWeight, target: settings.generalTarget),
        recallWeight: training.recallWeight, slowWindow: training.slowWindow, rank: engine.layout.lora.rank,
        seed: settings.seed),
      parameters: training.parameters, consolidation: training.consolidation, methods: training.methods)
    let source = AdapterGradients(engine)
    while !trainer.isFinished {
      try pause()
      let step = mixer.steps[trainer.step]
      let recalled = try recall?.targets(of: step, text: material.text, pause: pause)
      let report = try trainer.advance(
        rows: material.rows(of: step, recall: recalled ?? [:]), validation: [], using: source)
      onStep(trainer, report)
    }
    return SharedStart.First(
      parameters: trainer.outcome, steps: trainer.step, tokens: trainer.tokens,
      taughtTokens: (mixer.tokensByOrigin()[.general] ?? 0) + (recall?.tokens ?? 0),
      penaltyRatio: trainer.watch.largest,
      generalWeight: trainer.distillation.weight)
  }

  // MARK: Measuring

  /// KL(base ‖ model) on the held-out general texts, in nats per token; `nil` without any.
  private func divergence(_ parameters: [Float], pause: () throws -> Void) throws -> Double? {
    let adapter = Adapter(layout: engine.layout, parameters: parameters)
    var (sum, tokens) = (0.0, 0)
    for first in stride(from: 0, to: general.heldOut.count, by: Self.atOnce / 4) {
      try pause()
      let part = general.heldOut[first..<min(first + Self.atOnce / 4, general.heldOut.count)].map(\.row)
      for text in engine.divergenceFromBase(rows: part, adapter: adapter) {
        sum += text.sum
        tokens += text.tokens
      }
    }
    return tokens > 0 ? sum / Double(tokens) : nil
  }

  /// Questions, or rows of text, between two pauses.
  private static let atOnce = 32

  private func measure(_ task: ContinualTask, _ parameters: [Float], pause: () throws -> Void) throws -> TaskScore {
    let adapter = Adapter(layout: engine.layout, parameters: parameters)
    switch task.test {
    case let .labels(questions, answers):
      var (right, loss) = (0, 0.0)
      for first in stride(from: 0, to: questions.count, by: Self.atOnce) {
        try pause()
        let part = Array(questions[first..<min(first + Self.atOnce, questions.count)])
        for (i, values) in engine.logProbabilities(part, adapter: adapter).enumerated() {
          let answer = answers[first + i]
          let best = values.indices.max { values[$0] < values[$1] } ?? 0
          right += best == answer ? 1 : 0
          loss += values[best] - values[answer] + log(values.reduce(0) { $0 + exp($1 - values[best]) })
        }
      }
      let count = Double(max(questions.count, 1))
      return TaskScore(Double(right) / count, answerLoss: loss / count)
    case .text(let rows):
      var sum = LossSum()
      for first in stride(from: 0, to: rows.count, by: Self.atOnce) {
        try pause()
        let part = Array(rows[first..<min(first + Self.atOnce, rows.count)])
        for loss in AdapterGradients(engine).losses(rows: part, parameters: parameters) { sum += loss }
      }
      return TaskScore(sum.mean)
    }
  }
}
