import Foundation
import Learning
import Tensors
import Testing

@Suite("AdamW")
struct AdamWTests {
  /// Of PyTorch's formulas in double precision: four steps from (1, −2, 0.5) at rate 0.01 on these gradients.
  private let gradients: [[Float]] = [[0.5, -1, 0], [0.25, 2, 1e-3], [-0.75, 0.5, 0], [0.1, -3, -2e-3]]

  private func run(decay: Double) -> [Float] {
    var optimiser = AdamW(count: 3, settings: AdamW.Settings(weightDecay: decay))
    var parameters: [Float] = [1, -2, 0.5]
    for gradient in gradients { optimiser.step(parameters: &parameters, gradient: gradient, rate: 0.01) }
    #expect(optimiser.steps == 4)
    return parameters
  }

  @Test("agrees with PyTorch's formulas, with decoupled decay and without")
  func agreesWithFormulas() {
    for (decay, expected) in [
      (0.1, [0.977_601_21, -1.987_293_08, 0.487_923_53]), (0, [0.981_547_43, -1.995_262_60, 0.489_899_90]),
    ] as [(Double, [Float])] {
      for (a, b) in zip(run(decay: decay), expected) { #expect(abs(a - b) < 1e-6) }
    }
  }

  @Test("goes on bit for bit from its coded state")
  func codable() throws {
    var optimiser = AdamW(count: 3)
    var parameters: [Float] = [1, -2, 0.5]
    optimiser.step(parameters: &parameters, gradient: gradients[0], rate: 0.01)
    var other = try JSONDecoder().decode(AdamW.self, from: JSONEncoder().encode(optimiser))
    var copy = parameters
    optimiser.step(parameters: &parameters, gradient: gradients[1], rate: 0.01)
    other.step(parameters: &copy, gradient: gradients[1], rate: 0.01)
    #expect(parameters == copy)
    #expect(optimiser == other)
  }

  /// L = ½ Σ cᵢ(θᵢ − tᵢ)².
  private let curvature: [Float] = [1, 10, 0.1, 3]
  private let target: [Float] = [1, -1, 2, 0.5]
  private let fisher: [Float] = [0.2, 3, 1, 0]
  private let anchor: [Float] = [0, 1, -1, 2]
  private let strength: Float = 2

  private func gradient(_ parameters: [Float]) -> [Float] {
    parameters.indices.map { curvature[$0] * (parameters[$0] - target[$0]) }
  }

  /// The largest |∇L + λF(θ − θ*)|.
  private func residual(_ parameters: [Float]) -> Float {
    let gradient = gradient(parameters)
    return parameters.indices.map {
      abs(gradient[$0] + strength * fisher[$0] * (parameters[$0] - anchor[$0]))
    }.max() ?? .infinity
  }

  /// A rate that falls slowly, so that Adam comes to rest.
  private func rate(_ step: Int) -> Float { 0.05 / (1 + Float(step) / 200) }

  @Test("with the proximal penalty comes to rest where ∇L + λF(θ − θ*) = 0")
  func proximalFixedPoint() {
    var optimiser = AdamW(count: 4)
    var parameters: [Float] = [0, 0, 0, 0]
    let penalty = ProximalPenalty(strength: strength, fisher: fisher, anchor: anchor)
    for step in 0..<20_000 {
      optimiser.step(parameters: &parameters, gradient: gradient(parameters), rate: rate(step), penalty: penalty)
    }
    #expect(residual(parameters) < 2e-3)
  }

  @Test("with one step size for all parameters would come to rest elsewhere")
  func scalarRateMisses() {
    var optimiser = AdamW(count: 4)
    var parameters: [Float] = [0, 0, 0, 0]
    for step in 0..<20_000 {
      let rate = rate(step)
      optimiser.step(parameters: &parameters, gradient: gradient(parameters), rate: rate)
      for i in parameters.indices {
        let pull = rate * strength * fisher[i]
        parameters[i] = (parameters[i] + pull * anchor[i]) / (1 + pull)
      }
    }
    #expect(residual(parameters) > 0.1)
  }

  @Test("with the proximal penalty is stable for any strength, and never moves an anchored parameter off its anchor")
  func stable() {
    for strength in [1e-3, 1, 1e6, 1e12] as [Float] {
      var optimiser = AdamW(count: 4)
      var parameters = anchor
      let penalty = ProximalPenalty(strength: strength, fisher: fisher, anchor: anchor)
      optimiser.step(parameters: &parameters, gradient: [0, 0, 0, 0], rate: 0.1, penalty: penalty)
      #expect(parameters == anchor)
      for _ in 0..<200 {
        optimiser.step(parameters: &parameters, gradient: gradient(parameters), rate: 0.1, penalty: penalty)
      }
      #expect(parameters.allSatisfy { $0.isFinite && abs($0) < 5 })
    }
  }

  @Test("without strength is AdamW to the bit")
  func zeroStrength() {
    var (plain, penalised) = (AdamW(count: 4), AdamW(count: 4))
    var (a, b): ([Float], [Float]) = ([0, 0, 0, 0], [0, 0, 0, 0])
    let penalty = ProximalPenalty(strength: 0, fisher: fisher, anchor: anchor)
    for _ in 0..<10 {
      plain.step(parameters: &a, gradient: gradient(a), rate: 0.1)
      penalised.step(parameters: &b, gradient: gradient(b), rate: 0.1, penalty: penalty)
    }
    #expect(a == b)
  }

  @Test("takes steps of the rate's size whatever the gradient's, over thirty decades")
  func scaleFree() {
    let gradient = (-7...15).map { Float(sign: .plus, exponent: 3 * $0, significand: 1.37) }
    var optimiser = AdamW(count: gradient.count)
    var parameters = [Float](repeating: 0, count: gradient.count)
    for _ in 0..<3 { optimiser.step(parameters: &parameters, gradient: gradient, rate: 1) }
    // ε is 1e-8: the smallest gradient, 6.5e-7, loses 1.5 % to it.
    for (place, value) in parameters.enumerated() { #expect(abs(value + 3) < (place == 0 ? 0.06 : 0.006)) }
  }
}

@Suite("Clipping and rates")
struct ClippingAndRateTests {
  @Test("clips as PyTorch does: min(1, limit/(norm + 1e-6))")
  func clipping() {
    var long: [Float] = [3, 4]
    let clipped = clipGlobalNorm(&long, to: 1)
    #expect(abs(clipped.norm - 5) < 1e-6)
    #expect(abs(long[0] - 3 / 5.000001) < 1e-6 && abs(long[1] - 4 / 5.000001) < 1e-6)
    var short: [Float] = [0.3, 0.4]
    #expect(clipGlobalNorm(&short, to: 1).coefficient == 1)
    #expect(short == [0.3, 0.4])
  }

  @Test("takes the norm of any length to single precision, and leaves what is not finite alone")
  func norms() {
    for count in [0, 1, 7, 8, 9, 4095, 4097, 20_000] {
      var values = (0..<count).map { Float($0 % 13) - 6 }
      let expected = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(clipGlobalNorm(&values, to: .infinity).norm - expected) <= 1e-6 * expected)
    }
    var broken: [Float] = [1, .nan, 2]
    let clipped = clipGlobalNorm(&broken, to: 1)
    #expect(!clipped.norm.isFinite)
    #expect(broken[0] == 1 && broken[2] == 2)
  }

  @Test("warms up over 5 % and at least three steps, then falls along a cosine to a tenth")
  func schedule() {
    let long = LearningRateSchedule(peak: 1, totalSteps: 200)
    #expect(long.warmupSteps == 10)
    #expect(abs(long.rate(at: 0) - 0.1) < 1e-6 && long.rate(at: 9) == 1)
    #expect(abs(long.rate(at: 104) - 0.55) < 1e-6)
    #expect(abs(long.rate(at: 199) - 0.1) < 1e-6)
    #expect((10..<199).allSatisfy { long.rate(at: $0) > long.rate(at: $0 + 1) })
    let short = LearningRateSchedule(peak: 1, totalSteps: 5)
    #expect(short.warmupSteps == 3)
    #expect((0..<3).map { short.rate(at: $0) } == [1 / 3, 2 / 3, 1])
    #expect(LearningRateSchedule(peak: 1, totalSteps: 1).rate(at: 0) == 1)
  }

  @Test("has a maximum that falls over rounds to a quarter")
  func fallingPeak() {
    let peaks = (1...300).map { LearningRateSchedule.peak(base: 4e-4, round: $0) }
    #expect(peaks[0] == 4e-4 && abs(peaks[15] - 2e-4) < 1e-9 && peaks[299] == 1e-4)
    #expect(abs(LearningRateSchedule.peak(base: 4e-4, round: 4, power: 0.5) - 2e-4) < 1e-9)
    #expect(zip(peaks, peaks.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("falls where a round was held back, rises half as fast where it was not, and stays within its bounds")
  func scaleByTheGate() {
    func next(_ scale: Float, _ wasHeldBack: Bool) -> Float {
      LearningRateSchedule.scale(after: scale, wasHeldBack: wasHeldBack, lowest: 0.25)
    }
    #expect(next(1, false) == 1)
    #expect(abs(next(1, true) - 0.7071) < 1e-4)
    #expect(abs(next(next(next(1, true), false), false) - 1) < 1e-6)
    #expect(next(0.3, true) == 0.25)
  }

  @Test("stops after as many validations in a row as it has patience for, and knows the best")
  func earlyStopping() {
    var stopping = EarlyStopping(patience: 2)
    let verdicts = [3.0, 2.5, 2.6, 2.4, 2.4, 2.5].enumerated().map { stopping.record($1, step: $0 * 10) }
    #expect(verdicts == [.improved, .improved, .waiting, .improved, .waiting, .exhausted])
    #expect(stopping.bestLoss == 2.4 && stopping.bestStep == 30)
  }
}
