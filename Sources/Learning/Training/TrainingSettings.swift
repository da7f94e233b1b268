import Tensors
import Transformer

/// What a round's training is set to; written into its checkpoint, so that a resumed round keeps it.
package struct TrainingSettings: Codable, Hashable, Sendable {
  /// One step of it is one step of the round.
  package var schedule: LearningRateSchedule
  package var optimiser: AdamW.Settings
  /// `train.clip`: the largest global gradient norm.
  package var clip: Float
  /// `ewc.lambda`.
  package var penaltyStrength: Float
  /// Share of ranks masked in a step, and of an adapter's inputs dropped (`lora.dropout`).
  package var rankDropout: Float
  package var elementDropout: Float
  /// How distilled segments are weighed at first, and the divergence that is aimed at.
  package var distillation: DivergenceControl
  /// Of the recalled places' mean divergence against the learned tokens' mean loss, within a step.
  package var recallWeight: Float
  /// Steps that the served slow copy averages over; `nil` serves the latest parameters.
  package var slowWindow: Int?
  /// The adapter's rank.
  package var rank: Int
  /// Steps from one validation to the next; the last step always has one.
  package var validationInterval: Int
  /// Validations without improvement that end training.
  package var patience: Int
  package var seed: UInt64

  package init(
    schedule: LearningRateSchedule, optimiser: AdamW.Settings = AdamW.Settings(), clip: Float = 1,
    penaltyStrength: Float = 0, rankDropout: Float = 0, elementDropout: Float = 0,
    distillation: DivergenceControl = DivergenceControl(weight: 1, target: 0), recallWeight: Float = 1,
    slowWindow: Int = 0,
    rank: Int = 16, validationInterval: Int = 20, patience: Int = 3, seed: UInt64
  ) {
    precondition(validationInterval > 0 && patience > 0, "interval \(validationInterval), patience \(patience)")
    self.schedule = schedule
    self.optimiser = optimiser
    self.clip = clip
    self.penaltyStrength = penaltyStrength
    self.rankDropout = rankDropout
    self.elementDropout = elementDropout
    self.distillation = distillation
    self.recallWeight = recallWeight
    self.slowWindow = slowWindow > 0 ? slowWindow : nil
    self.rank = rank
    self.validationInterval = validationInterval
    self.patience = patience
    self.seed = seed
  }

  /// The masks of a step, from the seed and the step alone.
  package func noise(at step: Int) -> StepNoise {
    func seed(_ stream: String) -> UInt64 {
      var rng = SeededGenerator(seed: self.seed, stream: "\(stream) \(step)")
      return rng.next()
    }
    return StepNoise(
      rankMask: rankDropout > 0 ? RankMask(rate: rankDropout, rank: rank, seed: seed("ranks")) : nil,
      dropout: elementDropout > 0 ? ElementDropout(rate: elementDropout, seed: seed("elements")) : nil)
  }
}

/// What one optimiser step was like.
package struct StepReport: Codable, Hashable, Sendable {
  /// Steps done, this one included, of at most `steps`.
  package let step: Int
  package let steps: Int
  /// Mean over the step's supervised tokens before the update, nats.
  package let loss: Double
  /// EWC's penalty over `loss`, before the update.
  package let penaltyRatio: Double
  /// Before clipping.
  package let gradientNorm: Double
  package let rate: Float
  /// Tokens of the step's rows, and the supervised ones among them.
  package let tokens: Int
  package let targets: Int
  /// Nats per token after the update, where the step had a validation.
  package let validation: Double?
  /// No step follows.
  package let isLast: Bool
}
