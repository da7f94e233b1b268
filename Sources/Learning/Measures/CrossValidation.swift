import ModelFiles
import Tensors
import Transformer

/// k-fold cross-validation of how long a domain can be learned: each fold is held out once, and measured after every
/// pass over the others. Nothing but the number of passes is judged.
package struct CrossValidation: Codable, Hashable, Sendable {
  /// [folds][passes + 1], nats per token on the held-out fold; column 0 is the start.
  package let folds: [[Double]]
  /// Over folds, by pass.
  package let mean: [Double]
  /// Sample standard deviation over folds, by pass.
  package let spread: [Double]
  /// The pass after which the mean is lowest, the first of equals; 0 where none was better than the start.
  package let turn: Int

  package init(folds: [[Double]]) {
    self.folds = folds
    let passes = folds.map(\.count).min() ?? 0
    let count = Double(folds.count)
    mean = (0..<passes).map { pass in folds.reduce(0) { $0 + $1[pass] } / count }
    let mean = mean
    spread = (0..<passes).map { pass in
      let squares = folds.reduce(0) { $0 + ($1[pass] - mean[pass]) * ($1[pass] - mean[pass]) }
      return folds.count > 1 ? (squares / (count - 1)).squareRoot() : 0
    }
    turn = mean.indices.min { mean[$0] < mean[$1] } ?? 0
  }

  /// Which fold each group of samples is held out in. Groups, such as documents, are never cut; the largest are dealt
  /// first, each to the fold with the fewest tokens.
  package static func deal(tokens: [Int], folds: Int) -> [Int] {
    var (result, load) = ([Int](repeating: 0, count: tokens.count), [Int](repeating: 0, count: folds))
    for group in tokens.indices.sorted(by: { (-tokens[$0], $0) < (-tokens[$1], $1) }) {
      let fold = load.indices.min { load[$0] < load[$1] } ?? 0
      result[group] = fold
      load[fold] += tokens[group]
    }
    return result
  }

  /// Learns from the base without each fold in turn, with a round's mixer and trainer and neither replay nor penalty.
  /// - Parameters:
  ///   - groups: samples that share a fold.
  ///   - pause: called between two steps; what it throws ends the run.
  ///   - progress: fold and step, each of how many, and the share of the whole that is done.
  /// - Precondition: at least as many groups as folds, and at least two folds.
  package static func run(
    groups: [[EncodedTokens]], folds: Int, settings: ContinualSettings, engine: GradientEngine,
    pause: () throws -> Void, progress: (_ fold: Int, _ step: Int, _ steps: Int, _ share: Double) -> Void
  ) throws -> CrossValidation {
    precondition(folds > 1 && groups.count >= folds, "\(groups.count) groups in \(folds) folds")
    let dealt = deal(tokens: groups.map { $0.reduce(0) { $0 + $1.tokens.count } }, folds: folds)
    let source = AdapterGradients(engine)
    var curves: [[Double]] = []
    for fold in 0..<folds {
      let train = groups.indices.filter { dealt[$0] != fold }.flatMap { groups[$0] }
      let test = groups.indices.filter { dealt[$0] == fold }.flatMap { groups[$0] }.map(\.row)
      var rng = SeededGenerator(seed: settings.seed, stream: "fold \(fold)")
      let start = Adapter.initial(engine.layout, using: &rng).parameters
      let mixer = try ReplayMixer(
        new: train.enumerated().map { place, sample in
          SampleReference(
            id: Int64(place), tokens: sample.tokens.count, supervised: sample.supervised.count { $0 })
        }, earlier: [], general: [],
        settings: MixSettings(
          rows: settings.batch, length: settings.sequence, epochs: settings.epochs, share: 0, generalShare: 0),
        seed: rng.next())
      var trainer = try RoundTrainer(
        settings: TrainingSettings(
          schedule: LearningRateSchedule(
            peak: settings.rate, totalSteps: mixer.steps.count, warmup: settings.warmup, floor: settings.floor),
          optimiser: AdamW.Settings(weightDecay: Double(settings.weightDecay)), clip: settings.clip,
          rank: engine.layout.lora.rank, seed: settings.seed), parameters: start, consolidation: nil)
      var curve = [try loss(test, trainer.parameters, source, pause)]
      for (epoch, steps) in mixer.epochSteps.enumerated() {
        for step in 0..<steps {
          try pause()
          let rows = mixer.plan(epoch: epoch, step: step).rows.map { row in
            SequencePacker.row(row.samples.map { train[Int($0.reference.id)] }).row
          }
          _ = try trainer.advance(rows: rows, validation: [], using: source)
          let done = Double(trainer.step) / Double(mixer.steps.count)
          progress(fold + 1, trainer.step, mixer.steps.count, (Double(fold) + done) / Double(folds))
        }
        curve.append(try loss(test, trainer.outcome, source, pause))
      }
      curves.append(curve)
    }
    return CrossValidation(folds: curves)
  }

  private static let measuredAtOnce = 8

  private static func loss(
    _ rows: [PackedRow], _ parameters: [Float], _ source: AdapterGradients, _ pause: () throws -> Void
  ) throws -> Double {
    var sum = LossSum()
    for first in stride(from: 0, to: rows.count, by: measuredAtOnce) {
      try pause()
      let part = Array(rows[first..<min(first + measuredAtOnce, rows.count)])
      for loss in source.losses(rows: part, parameters: parameters) { sum += loss }
    }
    return sum.mean
  }
}
