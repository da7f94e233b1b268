import Transformer

/// Training of one round as a value: `advance` does one optimiser step, and all that the next one depends on can be
/// written (`checkpoint`) and read back bit for bit.
///
/// The best parameters by validation are kept, those it started from included: a round that never gets better gives back
/// what it was given.
package struct RoundTrainer: Sendable {
  package let settings: TrainingSettings
  /// After the latest step.
  package private(set) var parameters: [Float]
  package private(set) var optimiser: AdamW
  package private(set) var stopping: EarlyStopping
  package private(set) var watch: PenaltyWatch
  package private(set) var distillation: DivergenceControl
  /// Tokens of all rows so far.
  package private(set) var tokens: Int
  package private(set) var isStopped: Bool
  private var bestParameters: [Float]
  /// Held-out rows between two pauses.
  private static let validatedAtOnce = 4
  private let consolidation: Consolidation?
  private let methods: [any StepMethod]
  /// The slow copy, where the settings ask for one.
  package private(set) var slow: SlowWeights?
  private var gradient: [Float]

  /// Training that starts.
  /// - Parameters:
  ///   - consolidation: what the parent version carries; `nil` or a strength of 0 trains without a penalty.
  ///   - methods: what else changes each step's gradient, in order.
  /// - Throws: where the parameters are not finite.
  package init(
    settings: TrainingSettings, parameters: [Float], consolidation: Consolidation?, methods: [any StepMethod] = []
  ) throws(LearningError) {
    if let place = FlatVector.firstNotFinite(parameters) { throw .parametersNotFinite(place: place) }
    self.init(
      settings: settings, parameters: parameters, best: parameters, consolidation: consolidation, methods: methods,
      optimiser: AdamW(count: parameters.count, settings: settings.optimiser),
      slow: settings.slowWindow.map { SlowWeights(count: parameters.count, window: $0) },
      progress: Progress(
        stopping: EarlyStopping(patience: settings.patience), distillation: settings.distillation))
  }

  /// What a checkpoint holds besides vectors.
  struct Progress: Codable {
    var stopping: EarlyStopping
    var watch = PenaltyWatch()
    var distillation: DivergenceControl
    var tokens = 0
    var isStopped = false
  }

  init(
    settings: TrainingSettings, parameters: [Float], best: [Float], consolidation: Consolidation?,
    methods: [any StepMethod], optimiser: AdamW, slow: SlowWeights?, progress: Progress
  ) {
    precondition(
      consolidation == nil || consolidation?.anchor.count == parameters.count,
      "a consolidation of another shape than \(parameters.count) parameters")
    self.settings = settings
    self.parameters = parameters
    bestParameters = best
    self.consolidation = consolidation
    self.methods = methods
    self.slow = slow
    self.optimiser = optimiser
    stopping = progress.stopping
    watch = progress.watch
    distillation = progress.distillation
    tokens = progress.tokens
    isStopped = progress.isStopped
    gradient = [Float](repeating: 0, count: parameters.count)
  }

  var progress: Progress {
    Progress(stopping: stopping, watch: watch, distillation: distillation, tokens: tokens, isStopped: isStopped)
  }
  var best: [Float] { bestParameters }

  /// Steps done.
  package var step: Int { optimiser.steps }
  package var isFinished: Bool { isStopped || step >= settings.schedule.totalSteps }

  /// What is measured and served now: the slow copy where there is one.
  package var served: [Float] { slow?.mean ?? parameters }

  /// What was served at the best validation loss; without validation the latest.
  package var outcome: [Float] { stopping.bestLoss == nil ? served : bestParameters }
  /// The step of the outcome; 0 where nothing was better than the start.
  package var outcomeStep: Int { stopping.bestLoss == nil ? step : stopping.bestStep }

  /// One optimiser step: the gradient of the learned tokens' mean loss and, weighted, of the distilled tokens' mean
  /// divergence, clipped; then AdamW and the penalty's proximal step.
  ///
  /// - Parameters:
  ///   - rows: step number `step` of the round's plan; the trainer weighs what is distilled in them.
  ///   - validation: held-out rows, the same at every call; empty trains without early stopping.
  ///   - pause: called between rows; what it throws is thrown on. Where `step` is as before then, nothing has changed,
  ///     and the step can be done again.
  /// - Precondition: not finished.
  /// - Throws: where the step's loss or gradient is not finite or none of its tokens is supervised, before anything has
  ///   changed; where the validation loss is not finite, after the update. Such a trainer goes no further.
  package mutating func advance(
    rows: [PackedRow], validation: [PackedRow], using source: some GradientSource, pause: () throws -> Void = {}
  ) throws -> StepReport {
    precondition(!isFinished, "the round is finished after \(step) steps")
    let number = step + 1
    if step == 0, stopping.bestLoss == nil, !validation.isEmpty {
      _ = stopping.record(try validate(validation, step: 0, using: source, pause: pause), step: 0)
    }

    FlatVector.clear(&gradient)
    var rows = rows
    // Texts are distilled and recalled at every token, answers learned at a few: by tokens alone one would drown the
    // other.
    let distilled = rows.reduce(0) { $0 + $1.distilledCount }
    let learned = rows.reduce(0) { $0 + $1.supervisedCount } - distilled
    let recalled = rows.reduce(0) { $0 + $1.recalledCount }
    let unit = Float([learned, distilled, recalled].first { $0 > 0 } ?? 1)
    func weight(_ count: Int) -> Float { count > 0 ? unit / Float(count) : 1 }
    for i in rows.indices {
      rows[i].distillation?.weight = distillation.weight * weight(distilled)
      rows[i].recall?.weight = settings.recallWeight * weight(recalled)
    }
    let sum = try source.lossAndGradient(
      rows: rows, parameters: parameters, noise: settings.noise(at: step), into: &gradient, pause: pause)
    guard (sum.nll + sum.divergence + sum.recall).isFinite else {
      throw LearningError.lossNotFinite(step: number, loss: sum.mean)
    }
    guard sum.targets + sum.recalled > 0 else { throw LearningError.nothingSupervised(step: number) }
    FlatVector.scale(&gradient, gradient.indices, by: 1 / unit)
    var penalty = 0.0
    for method in methods { penalty += method.adjust(&gradient, at: parameters) }
    let (norm, coefficient) = clipGlobalNorm(&gradient, to: settings.clip)
    guard norm.isFinite else { throw LearningError.gradientNotFinite(step: number) }

    penalty += consolidation?.penalty(strength: settings.penaltyStrength, at: parameters) ?? 0
    let ratio = sum.tokens > 0 ? penalty / max(sum.mean, .leastNormalMagnitude) : 0
    let rate = settings.schedule.rate(at: step)
    // Clipped together with the gradient that it stands against, or clipping would shift where the two balance.
    let proximal = consolidation?.proximal(strength: settings.penaltyStrength * coefficient)
    optimiser.step(parameters: &parameters, gradient: gradient, rate: rate, penalty: proximal)
    slow?.record(parameters)
    distillation.record(
      divergence: sum.divergence, tokens: sum.distilled,
      progress: Double(number) / Double(settings.schedule.totalSteps))
    if proximal != nil || !methods.isEmpty, sum.tokens > 0 { watch.record(ratio) }
    let rowTokens = rows.reduce(0) { $0 + $1.sampleTokens }
    tokens += rowTokens

    let isEnd = number == settings.schedule.totalSteps
    var measured: Double?
    if !validation.isEmpty, isEnd || number.isMultiple(of: settings.validationInterval) {
      let loss = try validate(validation, step: number, using: source, pause: pause)
      measured = loss
      switch stopping.record(loss, step: number) {
      case .improved: bestParameters = served
      case .waiting: break
      case .exhausted: isStopped = true
      }
    }
    return StepReport(
      step: number, steps: settings.schedule.totalSteps, loss: sum.mean, penaltyRatio: ratio, gradientNorm: norm,
      rate: rate, tokens: rowTokens, targets: sum.targets, validation: measured,
      isLast: isFinished)
  }

  private func validate(
    _ rows: [PackedRow], step: Int, using source: some GradientSource, pause: () throws -> Void
  ) throws -> Double {
    var sum = LossSum()
    let served = served
    for first in stride(from: 0, to: rows.count, by: Self.validatedAtOnce) {
      try pause()
      let part = Array(rows[first..<min(first + Self.validatedAtOnce, rows.count)])
      for loss in source.losses(rows: part, parameters: served) { sum += loss }
    }
    guard sum.nll.isFinite else { throw LearningError.validationNotFinite(step: step) }
    return sum.mean
  }
}
