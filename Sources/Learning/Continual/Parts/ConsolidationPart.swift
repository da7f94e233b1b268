import Transformer

/// Online EWC on A and B, as rounds have it: a proximal step with AdamW's own step sizes.
struct ConsolidationPart: ContinualPart {
  let strength: Double
  private var consolidation: Consolidation?

  init(strength: Double) { self.strength = strength }

  mutating func begin(_ training: inout TaskTraining) throws {
    guard strength > 0 else { return }
    if consolidation == nil {
      var fresh = Consolidation(anchor: training.parameters)
      let samples = training.generalSamples()
      if training.rehearsesGeneral, !samples.isEmpty { try absorb(samples, &fresh, &training) }
      consolidation = fresh
    }
    training.consolidation = consolidation
    training.penaltyStrength = strength
  }

  mutating func end(_ training: inout TaskTraining) throws {
    guard var latest = consolidation else { return }
    try absorb(training.fisherSamples(), &latest, &training)
    consolidation = latest
  }

  private func absorb(
    _ samples: [PackedRow], _ consolidation: inout Consolidation, _ training: inout TaskTraining
  ) throws {
    consolidation.absorb(
      try FisherEstimator.estimate(
        samples: samples, parameters: training.parameters, using: AdapterGradients(training.engine)),
      at: training.parameters, gamma: training.settings.ewcGamma, kinds: ParameterKinds(training.layout))
    training.spend(samples, share: 1)
  }
}
