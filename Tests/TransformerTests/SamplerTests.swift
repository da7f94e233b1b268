import Foundation
import Tensors
import Testing
import Transformer

@Suite("A sampler")
struct SamplerTests {
  /// Shares of 20,000 draws.
  private func shares(_ logits: [Float], _ options: SamplingOptions) -> [Double] {
    var sampler = Sampler(vocabulary: logits.count)
    var rng = SeededGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: logits.count)
    for _ in 0..<20_000 { counts[Int(unsafe sampler.choose(logits, options, using: &rng))] += 1 }
    return counts.map { Double($0) / 20_000 }
  }

  private func worst(_ shares: [Double], _ expected: [Double]) -> Double {
    zip(shares, expected).map { abs($0 - $1) }.max() ?? 1
  }

  /// log of 0.5, 0.25, 0.15 and 0.1, moved by a constant, which changes nothing.
  private let logits: [Float] = [0.25, 0.5, 0.1, 0.15].map { log($0) + 9 }

  @Test("at temperature 1 draws by the softmax")
  func softmax() {
    #expect(worst(shares(logits, SamplingOptions(temperature: 1, topP: 1)), [0.25, 0.5, 0.1, 0.15]) < 0.01)
  }

  @Test("at temperature 0.5 draws by the squares, at 2 by the roots")
  func temperature() {
    // 0.0625, 0.25, 0.01, 0.0225 of 0.345.
    let squares = [0.18116, 0.72464, 0.02899, 0.06522]
    #expect(worst(shares(logits, SamplingOptions(temperature: 0.5, topP: 1)), squares) < 0.01)
    // 0.5, 0.70711, 0.31623, 0.38730 of 1.91064.
    let roots = [0.26169, 0.37009, 0.16551, 0.20271]
    #expect(worst(shares(logits, SamplingOptions(temperature: 2, topP: 1)), roots) < 0.01)
  }

  @Test("with top-p draws from the fewest tokens that reach it, by their shares among themselves")
  func nucleus() {
    let two = [1.0 / 3, 2.0 / 3, 0, 0]
    #expect(worst(shares(logits, SamplingOptions(temperature: 1, topP: 0.7)), two) < 0.01)
    let three = [0.25 / 0.9, 0.5 / 0.9, 0, 0.15 / 0.9]
    #expect(worst(shares(logits, SamplingOptions(temperature: 1, topP: 0.85)), three) < 0.01)
    #expect(shares(logits, SamplingOptions(temperature: 1, topP: 0.45)) == [0, 1, 0, 0])
    #expect(shares(logits, SamplingOptions(temperature: 1, topP: .leastNonzeroMagnitude)) == [0, 1, 0, 0])
  }

  @Test("finds the nucleus among thousands of improbable tokens")
  func longTail() {
    // A tenth of the mass on one token, the rest even: 900 of 9,000 tokens hold 9 % of it.
    let logits: [Float] = [log(1_000)] + [Float](repeating: 0, count: 9_000)
    let shares = shares(logits, SamplingOptions(temperature: 1, topP: 0.19))
    #expect(abs(shares[0] - 0.1 / 0.19) < 0.015)
    #expect(shares.dropFirst(901).allSatisfy { $0 == 0 })
    #expect(shares[1...900].count { $0 > 0 } > 890)
  }

  @Test("at temperature 0 takes the highest logit, the first of equals")
  func greedy() {
    #expect(shares([1, 3, 2, 3], SamplingOptions(temperature: 0)) == [0, 1, 0, 0])
  }

  @Test("survives extreme logits")
  func extremes() {
    let shares = shares([-1e30, 5e4, 5e4, -.infinity], SamplingOptions(temperature: 0.01, topP: 0.99))
    #expect(worst(shares, [0, 0.5, 0.5, 0]) < 0.01)
  }
}
