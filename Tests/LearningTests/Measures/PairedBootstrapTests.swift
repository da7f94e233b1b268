import Learning
import Tensors
import Testing

@Suite("Paired bounds")
struct PairedBootstrapTests {
  private func series(_ pieces: [PieceEvidence]) -> PairedBootstrap.Series {
    .init(changes: pieces.map { $0.after - $0.before }, tokens: pieces.map { Double($0.tokens) })
  }

  @Test("the estimate is the change of all tokens over all tokens, not the mean of the pieces")
  func weighsTokens() {
    var rng = SeededGenerator(seed: 1)
    let bound = PairedBootstrap(replicates: 100).bounds(
      of: [[.init(changes: [10, 0, 0, 0], tokens: [10, 30, 30, 30])]], using: &rng)[0][0]
    #expect(abs(bound.estimate - 0.1) < 1e-12)
    #expect(bound.low <= bound.estimate && bound.estimate <= bound.high)
  }

  @Test("without spread the bounds are the estimate")
  func certain() {
    var rng = SeededGenerator(seed: 1)
    let bound = PairedBootstrap(replicates: 100).bounds(
      of: [[.init(changes: [2, 4, 6], tokens: [10, 20, 30])]], using: &rng)[0][0]
    #expect(abs(bound.low - 0.2) < 1e-6 && abs(bound.high - 0.2) < 1e-6)
  }

  @Test("five domains' true changes are all below their upper bounds in about 95 of 100 rounds, and above the lower")
  func coverage() {
    var noise = HeldOutNoise(seed: 11)
    var rng = SeededGenerator(seed: 12)
    let bootstrap = PairedBootstrap(replicates: 400)
    let rounds = 400
    var (missedAbove, missedBelow) = (0, 0)
    for _ in 0..<rounds {
      let groups = (0..<5).map { [series(noise.pieces(24, shift: 0.01, spread: 0.02 * Double($0 + 1)))] }
      let bounds = bootstrap.bounds(of: groups, using: &rng).map { $0[0] }
      if bounds.contains(where: { $0.high < 0.01 }) { missedAbove += 1 }
      if bounds.contains(where: { $0.low > 0.01 }) { missedBelow += 1 }
    }
    // 20 expected of each, with a standard deviation of 4.4.
    #expect((6...36).contains(missedAbove), "\(missedAbove) of \(rounds)")
    #expect((6...36).contains(missedBelow), "\(missedBelow) of \(rounds)")
  }

  @Test("more domains widen the bounds, more pieces narrow them")
  func widths() {
    var noise = HeldOutNoise(seed: 13)
    let pieces = series(noise.pieces(32, shift: 0, spread: 0.02))
    let others = (0..<9).map { _ in [series(noise.pieces(32, shift: 0, spread: 0.02))] }
    func width(_ groups: [[PairedBootstrap.Series]]) -> Double {
      var rng = SeededGenerator(seed: 3)
      let bound = PairedBootstrap(replicates: 1000).bounds(of: groups, using: &rng)[0][0]
      return bound.high - bound.low
    }
    #expect(width([[pieces]] + others) > 1.2 * width([[pieces]]))
    let four = PairedBootstrap.Series(
      changes: (0..<4).flatMap { _ in pieces.changes }, tokens: (0..<4).flatMap { _ in pieces.tokens })
    #expect(width([[four]]) < 0.6 * width([[pieces]]))
    // Pieces without tokens are not in a series.
    let half = PairedBootstrap.Series(
      changes: pieces.changes.enumerated().map { $0.offset < 16 ? $0.element : 0 },
      tokens: pieces.tokens.enumerated().map { $0.offset < 16 ? $0.element : 0 })
    let first = PairedBootstrap.Series(
      changes: Array(pieces.changes.prefix(16)), tokens: Array(pieces.tokens.prefix(16)))
    #expect(abs(width([[half]]) / width([[first]]) - 1) < 0.15)
  }
}
