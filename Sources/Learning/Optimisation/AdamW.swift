/// What pulls a step back towards an anchor: λ/2 · Σᵢ Fᵢ(θᵢ − θ*ᵢ)² as a proximal step.
package struct ProximalPenalty: Sendable {
  /// λ, nats.
  package var strength: Float
  /// Fᵢ, without unit once normalised.
  package var fisher: [Float]
  /// θ*.
  package var anchor: [Float]

  /// - Precondition: `strength` is not negative, `fisher` and `anchor` have one length.
  package init(strength: Float, fisher: [Float], anchor: [Float]) {
    precondition(strength >= 0, "penalty strength \(strength)")
    precondition(fisher.count == anchor.count, "penalty: \(fisher.count) and \(anchor.count)")
    self.strength = strength
    self.fisher = fisher
    self.anchor = anchor
  }
}

/// AdamW (Loshchilov and Hutter, 2019) with PyTorch's order of operations: decay θ by 1 − rate·decay, then
/// θᵢ ← θᵢ − rate·m̂ᵢ/(√v̂ᵢ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
///
/// With a penalty, θᵢ ← (θᵢ + ηᵢλFᵢθ*ᵢ)/(1 + ηᵢλFᵢ) follows with that step's own ηᵢ = rate/(√v̂ᵢ + ε). Stable for any λ,
/// and at rest ηᵢ cancels: ∇L + λF(θ − θ*) = 0. With one rate for all parameters it would not.
package struct AdamW: Codable, Hashable, Sendable {
  package struct Settings: Codable, Hashable, Sendable {
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Per unit of rate.
    package var weightDecay: Double

    package init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  package let settings: Settings
  /// Steps done.
  package private(set) var steps: Int
  /// m, the running mean of the gradient.
  package private(set) var first: [Float]
  /// v, the running mean of its square.
  package private(set) var second: [Float]

  /// A fresh optimiser.
  package init(count: Int, settings: Settings = Settings()) {
    self.init(
      settings: settings, steps: 0, first: [Float](repeating: 0, count: count),
      second: [Float](repeating: 0, count: count))
  }

  /// An optimiser that goes on.
  /// - Precondition: moments of one length.
  package init(settings: Settings, steps: Int, first: [Float], second: [Float]) {
    precondition(first.count == second.count, "moments: \(first.count) and \(second.count)")
    self.settings = settings
    self.steps = steps
    self.first = first
    self.second = second
  }

  /// One step.
  /// - Precondition: as many gradients as parameters and moments.
  package mutating func step(
    parameters: inout [Float], gradient: [Float], rate: Float, penalty: ProximalPenalty? = nil
  ) {
    steps += 1
    let constants = FlatVector.AdamWStep(
      rate: rate, decay: Float(1 - Double(rate) * settings.weightDecay), keepFirst: Float(settings.beta1),
      keepSecond: Float(settings.beta2), stepSize: Float(Double(rate) / (1 - power(settings.beta1, steps))),
      inverseSecondCorrection: Float(1 / (1 - power(settings.beta2, steps)).squareRoot()),
      epsilon: Float(settings.epsilon))
    if let penalty, penalty.strength > 0 {
      FlatVector.adamW(
        constants, parameters: &parameters, gradient: gradient, first: &first, second: &second,
        strength: penalty.strength, fisher: penalty.fisher, anchor: penalty.anchor)
    } else {
      FlatVector.adamW(constants, parameters: &parameters, gradient: gradient, first: &first, second: &second)
    }
  }

  /// xⁿ by squaring.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}
