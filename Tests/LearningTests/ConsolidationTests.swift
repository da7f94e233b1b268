import Learning
import ModelFiles
import TestSupport
import Testing
import Transformer

@Suite("Consolidation")
struct ConsolidationTests {
  /// Two kinds: places 0, 1 and 4; places 2 and 3.
  private let kinds = ParameterKinds(count: 5, ranges: [[0..<2, 4..<5], [2..<4]])

  @Test("normalises each kind of matrix to mean 1, and leaves an empty kind empty")
  func normalisation() {
    var values: [Float] = [1, 2, 0, 0, 6]
    kinds.normalise(&values)
    #expect(values == [1 / 3, 2 / 3, 0, 0, 2])
    let least: Float = 0x1p-140
    var tiny: [Float] = [least, least, 3e30, 1e30, least]
    kinds.normalise(&tiny)
    for (a, b) in zip(tiny, [1, 1, 1.5, 0.5, 1] as [Float]) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("has a kind for A and for B of each adapted projection, over all layers")
  func kindsOfLayout() {
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 2), model: TinyModel().configuration)
    let kinds = ParameterKinds(layout)
    #expect(kinds.ranges.count == 14)
    #expect(kinds.ranges.allSatisfy { $0.count == 2 })
    #expect(Set(kinds.ranges.joined().flatMap { $0 }).count == layout.count)
  }

  @Test("keeps the running mean F̃ = (γnF̃ + F)/(γn + 1) and the latest anchor")
  func runningMean() {
    var state = Consolidation(anchor: [0, 0, 0, 0, 0])
    #expect(state.proximal(strength: 10) == nil)
    state.absorb([3, 3, 1, 1, 3], at: [1, 1, 1, 1, 1], gamma: 0.9, kinds: kinds)
    #expect(state.fisher == [1, 1, 1, 1, 1])
    state.absorb([0, 0, 2, 0, 1], at: [2, 2, 2, 2, 2], gamma: 0.9, kinds: kinds)
    // Normalised: 0 0 2 0 3; n = 1.
    for (a, b) in zip(state.fisher, [0.9 / 1.9, 0.9 / 1.9, 2.9 / 1.9, 0.9 / 1.9, 3.9 / 1.9] as [Float]) {
      #expect(abs(a - b) < 1e-6)
    }
    state.absorb([1, 1, 1, 1, 1], at: [3, 3, 3, 3, 3], gamma: 0.9, kinds: kinds)
    // n = 2: (1.8 F̃ + 1)/2.8.
    let third: Float = (1.8 * 2.9 / 1.9 + 1) / 2.8
    #expect(abs(state.fisher[2] - third) < 1e-6)
    #expect(state.anchor == [3, 3, 3, 3, 3] && state.rounds == 3)
  }

  @Test("charges λ/2 Σ F(θ − θ*)²")
  func penalty() {
    var state = Consolidation(anchor: [0, 0, 0, 0, 0])
    state.absorb([1, 2, 1, 3, 3], at: [1, 0, 0, -1, 0], gamma: 1, kinds: kinds)
    // F = ½ 1 ½ 3⁄2 3⁄2 after normalisation by 2 and 2.
    let terms: [Double] = [0.5, 1, 2, 6, 1.5]
    #expect(abs(state.penalty(strength: 4, at: [2, 1, 2, 1, -1]) - 2 * terms.reduce(0, +)) < 1e-5)
    #expect(state.penalty(strength: 4, at: state.anchor) == 0)
  }

  @Test("comes back from named vectors bit for bit, and refuses what is not its own")
  func storage() throws {
    var state = Consolidation(anchor: [0.1, 0.2, 0.3, 0.4, 0.5])
    state.absorb([1, 2, 1, 3, 3], at: [1, 0, 0, -1, 0], gamma: 1, kinds: kinds)
    #expect(try Consolidation(vectors: state.vectors, values: state.values, count: 5) == state)
    #expect(throws: LearningError.wrongLength("fisher", count: 5, expected: 6)) {
      try Consolidation(vectors: state.vectors, values: state.values, count: 6)
    }
    #expect(throws: LearningError.missingVector("anchor")) {
      try Consolidation(vectors: ["fisher": state.fisher], values: state.values, count: 5)
    }
    #expect(throws: LearningError.self) { try Consolidation(vectors: state.vectors, values: [:], count: 5) }
    var broken = state.vectors
    broken["fisher"] = [1, .nan, 0, 0, 0]
    #expect(throws: LearningError.self) { try Consolidation(vectors: broken, values: state.values, count: 5) }
    broken["fisher"] = [1, -1, 0, 0, 0]
    #expect(throws: LearningError.self) { try Consolidation(vectors: broken, values: state.values, count: 5) }
  }

  @Test("alarms when the penalty never matters and when it dominates")
  func alarms() {
    var watch = PenaltyWatch()
    for _ in 0..<9 { watch.record(1e-6) }
    #expect(watch.alarm == nil)
    watch.record(1e-6)
    #expect(watch.alarm == .negligible(largest: 1e-6))
    watch.record(0.03)
    #expect(watch.alarm == nil)
    watch.record(0.8)
    #expect(watch.alarm == .dominating(largest: 0.8))
  }
}

@Suite("The Fisher estimate")
struct FisherTests {
  private let model = BigramRegression(vocabulary: 4)

  @Test("is the mean over samples of the squared gradient of the sample's summed loss")
  func meanOfSquares() throws {
    let samples = [PackedRow(text: [0, 1, 2]), PackedRow(text: [0, 1, 1])]
    let fisher = try FisherEstimator.estimate(
      samples: samples, parameters: [Float](repeating: 0, count: 16), using: model)
    // Uniform logits: a gradient is ¼, or −¾ for the token that came. Row 0 is left by both samples the same way.
    let (same, differing): ([Float], [Float]) = ([0.0625, 0.5625, 0.0625, 0.0625], [0.0625, 0.3125, 0.3125, 0.0625])
    #expect(Array(fisher[0..<4]) == same)
    // Row 1: the first sample goes to 2, the second to 1.
    #expect(Array(fisher[4..<8]) == differing)
    #expect(fisher[8...].allSatisfy { $0 == 0 })
  }

  @Test("sums a sample's loss before squaring: repeating a transition counts fourfold")
  func summedBeforeSquaring() throws {
    let zero = [Float](repeating: 0, count: 16)
    let once = try FisherEstimator.estimate(samples: [PackedRow(text: [0, 0])], parameters: zero, using: model)
    let twice = try FisherEstimator.estimate(samples: [PackedRow(text: [0, 0, 0])], parameters: zero, using: model)
    #expect(zip(once, twice).allSatisfy { 4 * $0 == $1 })
  }

  @Test("leaves samples without a target out of the mean")
  func withoutTargets() throws {
    let zero = [Float](repeating: 0, count: 16)
    let mute = PackedRow(tokens: [1, 2], supervised: [false, false])
    let row = PackedRow(text: [0, 1])
    #expect(
      try FisherEstimator.estimate(samples: [row, mute], parameters: zero, using: model)
        == FisherEstimator.estimate(samples: [row], parameters: zero, using: model))
    #expect(try FisherEstimator.estimate(samples: [mute], parameters: zero, using: model).allSatisfy { $0 == 0 })
  }

  @Test("names the sample whose gradient is not finite")
  func notFinite() {
    var parameters = [Float](repeating: 0, count: 16)
    parameters[4] = .nan
    #expect(throws: LearningError.fisherNotFinite(sample: 1)) {
      try FisherEstimator.estimate(
        samples: [PackedRow(text: [0, 1]), PackedRow(text: [1, 2])], parameters: parameters, using: model)
    }
  }
}
