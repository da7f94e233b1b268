import Transformer

/// Online EWC on ΔW = s·BA: a gradient, with the compact Fisher.
struct ProductConsolidationPart: ContinualPart {
  let strength: Double
  private var fisher: CompactFisher?

  init(strength: Double) { self.strength = strength }

  mutating func begin(_ training: inout TaskTraining) throws {
    if fisher == nil {
      var fresh = CompactFisher(layout: training.layout)
      let samples = training.generalSamples()
      if training.rehearsesGeneral, !samples.isEmpty { try absorb(samples, &fresh, &training) }
      fisher = fresh
    }
    guard let fisher, fisher.rounds > 0 else { return }
    training.methods.append(
      ProductPenalty(
        strength: Float(strength), fisher: fisher, anchor: training.parameters, layout: training.layout,
        blas: training.blas))
  }

  mutating func end(_ training: inout TaskTraining) throws {
    guard var latest = fisher else { return }
    try absorb(training.fisherSamples(), &latest, &training)
    fisher = latest
  }

  private func absorb(
    _ samples: [PackedRow], _ fisher: inout CompactFisher, _ training: inout TaskTraining
  ) throws {
    fisher.absorb(
      try .estimate(samples: samples, adapter: training.adapter(training.parameters), using: training.engine),
      gamma: training.settings.ewcGamma, layout: training.layout)
    // The weights' own gradients cost as much again as a forward pass.
    training.spend(samples, share: 1.5)
  }
}

/// ‖ΔW − ΔW*‖²_F held down, ΔW* being what the last version served: nothing is known of what matters.
struct NormAnchorPart: ContinualPart {
  let strength: Double

  func begin(_ training: inout TaskTraining) {
    guard training.number > 1 else { return }
    training.methods.append(
      ProductPenalty(
        strength: Float(strength), fisher: .uniform(layout: training.layout), anchor: training.parameters,
        layout: training.layout, blas: training.blas))
  }
}
