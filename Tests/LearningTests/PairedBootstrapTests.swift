import Foundation
import Learning
import Tensors
import Testing

/// A normal deviate (Box and Muller, 1958).
func normal(using rng: inout SeededGenerator) -> Double {
  (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &rng))).squareRoot()
    * cos(2 * .pi * Double.random(in: 0..<1, using: &rng))
}

@Suite("The paired bootstrap")
struct PairedBootstrapTests {
  /// Changes per token of mean `mean`, their spread `spread` across pieces, skewed as losses are where `skew`.
  private func series(
    _ pieces: Int, mean: Double, spread: Double, skew: Bool = false, using rng: inout SeededGenerator
  ) -> PairedBootstrap.Series {
    let tokens = (0..<pieces).map { _ in Double(Int.random(in: 60...256, using: &rng)) }
    return .init(
      changes: tokens.map { tokens in
        // A squared normal deviate less 1 has mean 0, variance 2 and skewness 2.8.
        let deviate = normal(using: &rng)
        return tokens * (mean + spread * (skew ? (deviate * deviate - 1) / 2.0.squareRoot() : deviate))
      }, tokens: tokens)
  }

  @Test("estimates the mean change per token, not per piece")
  func tokenWeighted() {
    var rng = SeededGenerator(seed: 1)
    let bound = PairedBootstrap().bounds(
      of: [[.init(changes: [10, -1], tokens: [100, 1])]], using: &rng)[0][0]
    #expect(bound.estimate == 9.0 / 101)
    #expect(bound.low <= bound.estimate && bound.estimate <= bound.high)
  }

  @Test("is certain where every piece says the same")
  func certain() {
    var rng = SeededGenerator(seed: 1)
    let bound = PairedBootstrap().bounds(
      of: [[.init(changes: [Double](repeating: 0, count: 20), tokens: [Double](repeating: 9, count: 20))]], using: &rng
    )[0][0]
    #expect(bound.estimate == 0 && bound.low == 0 && bound.high == 0)
  }

  @Test("is the same for the same seed")
  func deterministic() {
    var rng = SeededGenerator(seed: 1)
    let groups = [[series(20, mean: 0, spread: 1, using: &rng)], [series(30, mean: 1, spread: 1, using: &rng)]]
    var (a, b) = (SeededGenerator(seed: 2), SeededGenerator(seed: 2))
    #expect(PairedBootstrap().bounds(of: groups, using: &a) == PairedBootstrap().bounds(of: groups, using: &b))
  }

  @Test("errs on either side in about 5 % of rounds over all domains together", arguments: [false, true])
  func coverage(skewed: Bool) {
    var rng = SeededGenerator(seed: 3)
    let bootstrap = PairedBootstrap(replicates: 400)
    let rounds = 400
    var (above, below) = (0, 0)
    for _ in 0..<rounds {
      let groups = [16, 24, 32].map { [series($0, mean: 0.01, spread: 0.02, skew: skewed, using: &rng)] }
      let bounds = bootstrap.bounds(of: groups, using: &rng).joined()
      if bounds.contains(where: { $0.high < 0.01 }) { above += 1 }
      if bounds.contains(where: { $0.low > 0.01 }) { below += 1 }
    }
    // 20 expected of 400, standard deviation 4.4; skewed pieces cost a little more.
    #expect(above <= (skewed ? 52 : 36) && below <= (skewed ? 52 : 36))
    #expect(above + below >= 8)
  }

  @Test("narrows as pieces join")
  func narrows() {
    func width(_ pieces: Int) -> Double {
      var rng = SeededGenerator(seed: 5)
      let bound = PairedBootstrap().bounds(
        of: [[series(pieces, mean: 0, spread: 0.02, using: &rng)]], using: &rng)[0][0]
      return bound.high - bound.low
    }
    #expect(width(400) < 0.4 * width(40))
  }
}
