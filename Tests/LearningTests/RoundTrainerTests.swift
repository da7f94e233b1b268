import Foundation
import Learning
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("A round's training")
struct RoundTrainerTests {
  private let model = BigramRegression(vocabulary: 12)

  private func settings(
    steps: Int, rate: Float = 0.1, strength: Float = 0, interval: Int = 5, patience: Int = 3
  ) -> TrainingSettings {
    TrainingSettings(
      schedule: LearningRateSchedule(peak: rate, totalSteps: steps), penaltyStrength: strength,
      validationInterval: interval, patience: patience, seed: 1)
  }

  private var zero: [Float] { [Float](repeating: 0, count: model.parameterCount) }

  private func train(
    _ trainer: inout RoundTrainer, on rows: [PackedRow], validation: [PackedRow] = []
  ) throws -> [StepReport] {
    var reports: [StepReport] = []
    while !trainer.isFinished {
      let first = trainer.step * 2 % rows.count
      reports.append(
        try trainer.advance(rows: Array(rows[first..<first + 2]), validation: validation, using: model))
    }
    return reports
  }

  @Test("learns, and reports each step")
  func learns() throws {
    let rows = model.text(shift: 1, rows: 40, length: 30, seed: 1)
    let heldOut = model.text(shift: 1, rows: 10, length: 30, seed: 2)
    var trainer = try RoundTrainer(settings: settings(steps: 60), parameters: zero, consolidation: nil)
    let reports = try train(&trainer, on: rows, validation: heldOut)
    #expect(reports.map(\.step) == Array(1...60))
    #expect(reports.map(\.isLast) == (1...60).map { $0 == 60 })
    #expect(reports.allSatisfy { $0.tokens == 60 && $0.targets == 58 })
    #expect(reports.map { $0.validation != nil } == (1...60).map { $0 % 5 == 0 })
    #expect(abs(reports[0].loss - log(12)) < 1e-5)
    #expect(model.meanLoss(heldOut, trainer.outcome) < 1.2)
    #expect(trainer.tokens == 3600)
  }

  @Test("takes the mean over all supervised tokens of a step, however they lie in rows")
  func tokenWeighted() throws {
    let samples = [[0, 1, 2, 3, 4, 5], [7, 8], [3, 9, 1]] as [[Int32]]
    let encoded = samples.map { EncodedTokens(tokens: $0, supervised: $0.indices.map { $0 > 0 }) }
    var (packed, spread) = (
      try RoundTrainer(settings: settings(steps: 1), parameters: zero, consolidation: nil),
      try RoundTrainer(settings: settings(steps: 1), parameters: zero, consolidation: nil)
    )
    let a = try packed.advance(rows: SequencePacker.pack(encoded, length: 16), validation: [], using: model)
    let b = try spread.advance(rows: encoded.map { SequencePacker.row([$0]).row }, validation: [], using: model)
    #expect(a.targets == 8 && b.targets == 8)
    #expect(abs(a.loss - b.loss) < 1e-12 && abs(a.gradientNorm - b.gradientNorm) < 1e-6)
  }

  /// Keeps what it was asked with.
  private final class Witness: GradientSource {
    let model = BigramRegression(vocabulary: 12)
    var rows: [PackedRow] = []
    var parameterCount: Int { model.parameterCount }

    func lossAndGradient(
      rows: [PackedRow], parameters: [Float], noise: StepNoise, into gradient: inout [Float], pause: () throws -> Void
    ) rethrows -> LossSum {
      self.rows = rows
      var sum = try model.lossAndGradient(
        rows: rows, parameters: parameters, noise: noise, into: &gradient, pause: pause)
      sum.recalled = rows.reduce(0) { $0 + $1.recalledCount }
      return sum
    }

    func eachRowGradient(rows: [PackedRow], parameters: [Float], _ body: (Int, Span<Float>, LossSum) -> Void) {
      model.eachRowGradient(rows: rows, parameters: parameters, body)
    }

    func losses(rows: [PackedRow], parameters: [Float]) -> [LossSum] {
      model.losses(rows: rows, parameters: parameters)
    }
  }

  @Test("weighs what is recalled by its mean, however many places recall")
  func recalled() throws {
    let target = SoftTarget(tokens: [1], logProbabilities: [-0.5])
    var settings = settings(steps: 3)
    settings.recallWeight = 3
    var trainer = try RoundTrainer(settings: settings, parameters: zero, consolidation: nil)
    let plain = PackedRow(text: [0, 1, 2, 3, 4, 5, 6])
    var recalling = PackedRow(text: [1, 2, 3])
    let witness = Witness()
    for places in [[1], [1, 2]] {
      recalling.recall = PackedRow.Recall(
        targets: Dictionary(uniqueKeysWithValues: places.map { ($0, target) }), weight: 1)
      _ = try trainer.advance(rows: [plain, recalling], validation: [], using: witness)
      // Eight tokens are learned.
      #expect(witness.rows.map { $0.recall?.weight } == [nil, 3 * 8 / Float(places.count)])
    }
  }

  @Test("goes on where a step's rows only recall, and nothing in them is learned")
  func onlyRecalled() throws {
    var settings = settings(steps: 1)
    settings.recallWeight = 3
    var trainer = try RoundTrainer(settings: settings, parameters: zero, consolidation: nil)
    var row = PackedRow(tokens: [1, 2, 3], supervised: [false, false, false])
    let target = SoftTarget(tokens: [1], logProbabilities: [-0.5])
    row.recall = PackedRow.Recall(targets: [1: target, 2: target], weight: 1)
    let witness = Witness()
    let step = try trainer.advance(rows: [row], validation: [], using: witness)
    #expect(step.step == 1 && trainer.isFinished)
    // The step's loss is the mean over both places.
    #expect(witness.rows.map { $0.recall?.weight } == [3])
  }

  @Test("that is stopped within a step has changed nothing, and does the step again bit for bit")
  func stopsWithinAStep() throws {
    struct Stop: Error {}
    let rows = model.text(shift: 1, rows: 8, length: 20, seed: 1)
    var whole = try RoundTrainer(settings: settings(steps: 4), parameters: zero, consolidation: nil)
    _ = try train(&whole, on: rows)

    var stopped = try RoundTrainer(settings: settings(steps: 4), parameters: zero, consolidation: nil)
    for step in 0..<4 {
      let pair = Array(rows[step * 2..<step * 2 + 2])
      let before = stopped.parameters
      var asked = 0
      #expect(throws: Stop.self) {
        try stopped.advance(rows: pair, validation: [], using: model) {
          asked += 1
          if asked == 2 { throw Stop() }
        }
      }
      #expect(stopped.step == step && stopped.parameters == before)
      stopped = try RoundTrainer(restoring: try stopped.checkpoint(), consolidation: nil)
      _ = try stopped.advance(rows: pair, validation: [], using: model)
    }
    #expect(stopped.parameters == whole.parameters)
  }

  @Test("that is killed after any step goes on bit for bit")
  func resumes() throws {
    let rows = model.text(shift: 1, rows: 40, length: 20, seed: 1)
    let heldOut = model.text(shift: 1, rows: 4, length: 20, seed: 2)
    let kinds = ParameterKinds(count: zero.count, ranges: [[0..<zero.count]])
    var consolidation = Consolidation(anchor: zero)
    consolidation.absorb(
      try FisherEstimator.estimate(samples: heldOut, parameters: zero, using: model), at: zero, gamma: 0.9,
      kinds: kinds)
    let settings = settings(steps: 24, strength: 0.01, interval: 4)
    var whole = try RoundTrainer(settings: settings, parameters: zero, consolidation: consolidation)
    let reports = try train(&whole, on: rows, validation: heldOut)
    #expect(reports.contains { $0.penaltyRatio > 0 })

    var pieces = try RoundTrainer(settings: settings, parameters: zero, consolidation: consolidation)
    var again: [StepReport] = []
    while !pieces.isFinished {
      // What is on disk is all that the next process has.
      let file = try throughDisk(pieces.checkpoint())
      pieces = try RoundTrainer(restoring: file, consolidation: consolidation)
      let first = pieces.step * 2 % rows.count
      again.append(
        try pieces.advance(rows: Array(rows[first..<first + 2]), validation: heldOut, using: model))
    }
    #expect(again == reports)
    #expect(pieces.parameters == whole.parameters && pieces.outcome == whole.outcome)
    #expect(try pieces.checkpoint() == whole.checkpoint())
  }

  private func throughDisk(_ checkpoint: TrainerCheckpoint) throws -> TrainerCheckpoint {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("checkpoint.safetensors").path
      try DenseVectors(checkpoint.vectors).write(to: path)
      return TrainerCheckpoint(vectors: try DenseVectors.read(path).vectors, state: checkpoint.state)
    }
  }

  @Test("stops when validation has not improved for long enough, and gives back the best step")
  func earlyStopping() throws {
    // Two rows over and over: training loss falls for ever, held-out loss turns.
    let rows = model.text(shift: 1, rows: 2, length: 25, seed: 1)
    let heldOut = model.text(shift: 1, rows: 20, length: 25, seed: 2)
    var trainer = try RoundTrainer(
      settings: settings(steps: 2000, rate: 0.3, interval: 5, patience: 3), parameters: zero, consolidation: nil)
    let reports = try train(&trainer, on: rows, validation: heldOut)
    let losses = reports.compactMap { report in report.validation.map { (report.step, $0) } }
    let best = try #require(losses.min { $0.1 < $1.1 })
    #expect(trainer.step < 2000)
    #expect(trainer.outcomeStep == best.0 && trainer.step == best.0 + 15)
    #expect(model.meanLoss(heldOut, trainer.outcome) == best.1)
    #expect(model.meanLoss(heldOut, trainer.parameters) > best.1)
  }

  @Test("that never improves gives back what it was given")
  func neverImproves() throws {
    let rows = model.text(shift: 1, rows: 10, length: 25, seed: 1)
    let heldOut = model.text(shift: 5, rows: 10, length: 25, seed: 2)
    var trainer = try RoundTrainer(settings: settings(steps: 100), parameters: zero, consolidation: nil)
    _ = try train(&trainer, on: rows, validation: heldOut)
    #expect(trainer.step == 15)
    #expect(trainer.outcomeStep == 0 && trainer.outcome == zero)
  }

  @Test("forgets less with the penalty, and least with replay, than without either")
  func penaltyHoldsBack() throws {
    let old = model.text(shift: 1, rows: 60, length: 30, seed: 1)
    var first = try RoundTrainer(settings: settings(steps: 90), parameters: zero, consolidation: nil)
    _ = try train(&first, on: old)
    let start = first.outcome
    var consolidation = Consolidation(anchor: start)
    consolidation.absorb(
      try FisherEstimator.estimate(samples: Array(old[..<32]), parameters: start, using: model), at: start, gamma: 0.9,
      kinds: ParameterKinds(count: start.count, ranges: [[0..<start.count]]))
    let new = model.text(shift: 3, rows: 60, length: 30, seed: 2)
    let heldOut = model.text(shift: 1, rows: 20, length: 30, seed: 3)
    func forgetting(strength: Float, _ rows: [PackedRow]) throws -> Double {
      var trainer = try RoundTrainer(
        settings: settings(steps: 60, strength: strength), parameters: start, consolidation: consolidation)
      _ = try train(&trainer, on: rows)
      return model.meanLoss(heldOut, trainer.outcome) - model.meanLoss(heldOut, start)
    }
    let naive = try forgetting(strength: 0, new)
    let held = try forgetting(strength: 0.1, new)
    let replayed = try forgetting(strength: 0, zip(new, old).flatMap { [$0, $1] })
    #expect(naive > 0.5)
    #expect(held < 0.7 * naive)
    #expect(replayed < 0.5 * naive)
  }

  @Test("stops with the step's number when a loss or gradient is not finite, and has changed nothing")
  func notFinite() throws {
    #expect(throws: LearningError.parametersNotFinite(place: 3)) {
      try RoundTrainer(
        settings: settings(steps: 3), parameters: [0, 0, 0, .nan], consolidation: nil)
    }
    var huge = zero
    huge[1] = 3e38
    huge[2] = -3e38
    var trainer = try RoundTrainer(settings: settings(steps: 3), parameters: huge, consolidation: nil)
    let before = try trainer.checkpoint()
    #expect(throws: LearningError.lossNotFinite(step: 1, loss: .infinity)) {
      try trainer.advance(rows: [PackedRow(text: [0, 2])], validation: [], using: model)
    }
    #expect(try trainer.checkpoint() == before)
    #expect(throws: LearningError.nothingSupervised(step: 1)) {
      try trainer.advance(
        rows: [PackedRow(tokens: [5, 6], supervised: [false, false])], validation: [], using: model)
    }
    #expect(try trainer.checkpoint() == before)
    #expect("\(LearningError.lossNotFinite(step: 1, loss: .nan))".contains("step 1"))
  }

  @Test("refuses a checkpoint of another shape, or one that is not whole")
  func badCheckpoints() throws {
    let trainer = try RoundTrainer(settings: settings(steps: 3), parameters: zero, consolidation: nil)
    let good = try trainer.checkpoint()
    for name in good.vectors.keys {
      var bad = good
      bad.vectors[name] = nil
      #expect(throws: LearningError.missingVector(name)) { try RoundTrainer(restoring: bad, consolidation: nil) }
      bad.vectors[name] = [1]
      #expect(throws: LearningError.wrongLength(name, count: 1, expected: 144)) {
        try RoundTrainer(restoring: bad, consolidation: nil)
      }
    }
    for length in 0..<good.state.count {
      #expect(throws: LearningError.self) {
        try RoundTrainer(
          restoring: TrainerCheckpoint(vectors: good.vectors, state: good.state.prefix(length)), consolidation: nil)
      }
    }
  }

  @Test("draws the masks of a step from the seed and the step alone")
  func masks() {
    var settings = settings(steps: 10)
    #expect(settings.noise(at: 3).rankMask == nil && settings.noise(at: 3).dropout == nil)
    settings.rankDropout = 0.25
    settings.elementDropout = 0.1
    #expect(settings.noise(at: 3).rankMask != nil && settings.noise(at: 3).dropout?.rate == 0.1)
  }
}

@Suite("Training the decoder")
struct DecoderTrainingTests {
  @Test("learns with rank dropout, penalty and replay, and a killed round goes on bit for bit")
  func wholeRound() throws {
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 4, alpha: 8), model: file.configuration)
    let source = AdapterGradients(
      GradientEngine(model: try LanguageModel(file: file, threads: 2, layout: layout), layout: layout))
    let text = BigramRegression(vocabulary: 40).text(shift: 7, rows: 24, length: 32, seed: 1)
    let texts = Dictionary(uniqueKeysWithValues: text.indices.map { (Int64($0), text[$0]) })
    func references(_ range: Range<Int>) -> [SampleReference] {
      range.map { SampleReference(id: Int64($0), tokens: 32, supervised: 31) }
    }
    let mixer = try ReplayMixer(
      new: references(0..<12), earlier: [ReplayDomain(name: "old", samples: references(12..<20))], general: [],
      settings: MixSettings(rows: 2, length: 64, epochs: 3), seed: 4)
    func rows(_ step: Int) -> [PackedRow] {
      mixer.steps[step].rows.map { row in
        SequencePacker.row(
          row.samples.compactMap { texts[$0.reference.id] }.map {
            EncodedTokens(tokens: $0.tokens, supervised: $0.supervised)
          }
        ).row
      }
    }
    var rng = SeededGenerator(seed: 9)
    let start = Adapter.initial(layout, using: &rng).parameters
    var consolidation = Consolidation(anchor: start)
    consolidation.absorb(
      try FisherEstimator.estimate(samples: Array(text[12..<16]), parameters: start, using: source), at: start,
      gamma: 0.9, kinds: ParameterKinds(layout))
    let settings = TrainingSettings(
      schedule: LearningRateSchedule(peak: 0.02, totalSteps: mixer.steps.count), penaltyStrength: 0.01,
      rankDropout: 0.25, rank: 4, validationInterval: 4, seed: 4)
    let heldOut = Array(text[20..<24])

    var whole = try RoundTrainer(settings: settings, parameters: start, consolidation: consolidation)
    var reports: [StepReport] = []
    while !whole.isFinished {
      reports.append(try whole.advance(rows: rows(whole.step), validation: heldOut, using: source))
    }
    let first = try #require(reports.first?.loss)
    let loss = source.losses(rows: heldOut, parameters: whole.outcome).reduce(into: LossSum()) { $0 += $1 }.mean
    #expect(loss < 0.9 * first)

    var killed = try RoundTrainer(settings: settings, parameters: start, consolidation: consolidation)
    for step in 0..<5 { _ = try killed.advance(rows: rows(step), validation: heldOut, using: source) }
    var resumed = try RoundTrainer(restoring: killed.checkpoint(), consolidation: consolidation)
    while !resumed.isFinished {
      _ = try resumed.advance(rows: rows(resumed.step), validation: heldOut, using: source)
    }
    #expect(try resumed.checkpoint() == whole.checkpoint())
  }
}
