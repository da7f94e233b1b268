import Learning
import Testing

@Suite("The score matrix")
struct ScoreMatrixTests {
  /// Three tasks; rows are the base and the versions after tasks 1, 2 and 3.
  private let accuracy = ScoreMatrix(
    measure: .accuracy, tasks: ["a", "b", "c"],
    rows: [[0.2, 0.3, 0.1], [0.9, 0.35, 0.15], [0.7, 0.8, 0.05], [0.75, 0.6, 0.9]])

  private func near(_ figure: Double?, _ expected: Double) -> Bool {
    figure.map { abs($0 - expected) < 1e-12 } ?? false
  }

  @Test("gives the figures that one computes by hand for accuracies")
  func accuracies() {
    #expect(near(accuracy.average, 0.75))  // (.75 + .6 + .9)/3
    #expect(near(accuracy.backwardTransfer, -0.175))  // ((.75 − .9) + (.6 − .8))/2
    #expect(near(accuracy.forwardTransfer, 0))  // ((.35 − .3) + (.05 − .1))/2
    #expect(near(accuracy.forgetting, 0.175))  // ((.9 − .75) + (.8 − .6))/2
    #expect(near(accuracy.learningScore, 2.6 / 3))  // (.9 + .8 + .9)/3
    #expect(near(accuracy.regret, 0.35 / 3))  // (.15 + .2 + 0)/3
    #expect(near(accuracy.regret(against: [0.8, 0.8, 0.8]), 0.05))  // (.05 + .2 − .1)/3
  }

  @Test("measures forgetting from the best earlier version, not from the one that learned")
  func bestEarlier() {
    let matrix = ScoreMatrix(
      measure: .accuracy, tasks: ["a", "b", "c"],
      rows: [[0.2, 0.2, 0.2], [0.6, 0.2, 0.2], [0.8, 0.7, 0.2], [0.7, 0.9, 0.5]])
    #expect(near(matrix.forgetting(of: 0), 0.1))
    #expect(near(matrix.backwardTransfer(of: 0), 0.1))
    #expect(near(matrix.forgetting(of: 1), -0.2))
    #expect(matrix.forgetting(of: 2) == nil && matrix.backwardTransfer(of: 2) == nil)
    #expect(near(matrix.regret(of: 1), 0))
  }

  @Test("flips signs for losses, so that a transfer is better and forgetting worse the larger it is")
  func losses() {
    let matrix = ScoreMatrix(
      measure: .loss, tasks: ["a", "b"], rows: [[4, 5], [3, 4.5], [3.25, 2]])
    #expect(near(matrix.backwardTransfer, -0.25))
    #expect(near(matrix.forgetting, 0.25))
    #expect(near(matrix.forwardTransfer, 0.5))
    #expect(near(matrix.learningScore, 2.5))
    #expect(near(matrix.average, 2.625))
    #expect(near(matrix.regret, 0.125))
    #expect(near(matrix.regret(against: [3, 2.5]), -0.125))
  }

  @Test("is the negative of the same figures for negated scores")
  func mirrored() {
    let mirror = ScoreMatrix(
      measure: .loss, tasks: accuracy.domains, rows: accuracy.rows.map { $0.map { $0.map { -$0 } } })
    #expect(mirror.backwardTransfer == accuracy.backwardTransfer)
    #expect(mirror.forwardTransfer == accuracy.forwardTransfer)
    #expect(mirror.forgetting == accuracy.forgetting)
    #expect(mirror.regret == accuracy.regret)
    #expect(mirror.average == accuracy.average.map { -$0 })
  }

  @Test("leaves out what was never measured, and has no figure where nothing was")
  func missing() {
    let matrix = ScoreMatrix(
      measure: .loss, tasks: ["a", "b", "c"],
      rows: [[4, nil, 5], [3, nil, nil], [nil, 2, 4], [3.5, 2.5, 3]])
    #expect(near(matrix.backwardTransfer, -0.5))
    #expect(near(matrix.forwardTransfer, 1))  // c alone; b has no score under the base
    #expect(near(matrix.forgetting, 0.5))
    let empty = ScoreMatrix(measure: .loss, domains: ["a"], rows: [[nil]], learned: [nil])
    #expect(empty.average == nil && empty.forgetting == nil && empty.backwardTransfer == nil)
    #expect(empty.forwardTransfer == nil && empty.learningScore == nil && empty.regret == nil)
  }

  @Test("knows domains that came together, or late")
  func severalAtOnce() {
    let matrix = ScoreMatrix(
      measure: .loss, domains: ["a", "b", "c", "d"],
      rows: [[4, 4, 4, 4], [3, 3.5, 3.75, 4], [3.25, 3.25, 2, 4]], learned: [1, 1, 2, nil])
    #expect(near(matrix.backwardTransfer, 0))  // (−.25 + .25)/2
    #expect(near(matrix.forwardTransfer, 0.25))  // c alone
    #expect(near(matrix.average, 8.5 / 3))  // d was never learned
  }
}
