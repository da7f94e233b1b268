import Learning

extension LearningRecipe {
  /// As the settings say it.
  package init(_ settings: Settings) {
    self.init()
    lora = settings.lora.configuration
    rate = Float(settings.train.rate)
    rateLowest = settings.train.rateDecay == .none ? 1 : Float(settings.train.rateLowest)
    warmup = settings.train.warmup
    floor = settings.train.schedule == .constant ? 1 : settings.train.floor
    weightDecay = Float(settings.train.weightDecay)
    clip = Float(settings.train.clip)
    batch = settings.train.batch
    sequence = settings.train.sequence
    epochs = settings.train.epochs
    enough = settings.train.enough
    replayShare = settings.replay.share
    generalShare = settings.replay.general
    generalWeight = Float(settings.general.weight)
    recallWeight = settings.replay.learn == .text ? 0 : Float(settings.replay.recall)
    replaysText = settings.replay.learn != .recall
    ewcLambda = settings.ewc.lambda.map { Float($0) }
    ewcGamma = settings.ewc.gamma
    ewcSamples = settings.ewc.samples
  }
}
