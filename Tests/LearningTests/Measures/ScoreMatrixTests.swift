import Foundation
import Learning
import Testing

@Suite("The score matrix")
struct ScoreMatrixTests {
  /// Three tasks in turn, accuracies in percent; row 0 the base.
  private let accuracy = ScoreMatrix(
    measure: .accuracy, tasks: ["a", "b", "c"],
    rows: [[20, 30, 25], [80, 35, 20], [70, 90, 40], [75, 60, 85]])

  private func near(_ figure: Double?, _ expected: Double) -> Bool {
    figure.map { abs($0 - expected) < 1e-12 } ?? false
  }

  @Test("accuracies by hand: three tasks")
  func accuracies() {
    #expect(near(accuracy.average, (75.0 + 60 + 85) / 3))
    #expect(near(accuracy.learningScore, (80.0 + 90 + 85) / 3))
    // ((75 − 80) + (60 − 90)) / 2
    #expect(near(accuracy.backwardTransfer, -17.5))
    // ((35 − 30) + (40 − 25)) / 2
    #expect(near(accuracy.forwardTransfer, 10))
    // ((80 − 75) + (90 − 60)) / 2
    #expect(near(accuracy.forgetting, 17.5))
    // (5 + 30 + 0) / 3
    #expect(near(accuracy.regret, 35.0 / 3))
  }

  @Test("for losses the signs flip, so that the same figures say the same")
  func losses() {
    let loss = ScoreMatrix(
      measure: .loss, tasks: accuracy.domains,
      rows: accuracy.rows.map { $0.map { cell in cell.map { 100 - $0 } } })
    #expect(near(loss.average, 100 - 220.0 / 3))
    #expect(loss.backwardTransfer == accuracy.backwardTransfer)
    #expect(loss.forwardTransfer == accuracy.forwardTransfer)
    #expect(loss.forgetting == accuracy.forgetting)
    #expect(loss.regret == accuracy.regret)
  }

  @Test("a loss that is lowest at the end was not forgotten: forgetting is negative, at least minus what was learned")
  func negativeForgetting() {
    let loss = ScoreMatrix(measure: .loss, tasks: ["a", "b"], rows: [[3.5, 3], [3, 3], [2.9, 2.5]])
    #expect(near(loss.forgetting, -0.1))
    #expect((loss.forgetting ?? 0) >= -(3.5 - 2.9))
    #expect(loss.regret == 0)
  }

  @Test("a domain learned late, one learned never, and missing cells")
  func gaps() {
    let matrix = ScoreMatrix(
      measure: .loss, domains: ["a", "late", "general"],
      rows: [[3, 4, 2], [2.5, nil, 2], [2.6, 3.8, 2.1], [2.7, 3.1, nil], [2.8, 3.2, 2.3]], learned: [1, 3, nil])
    #expect(near(matrix.average, 3))
    // a: 2.5 − 2.8; late: 3.1 − 3.2
    #expect(near(matrix.backwardTransfer, -0.2))
    // late only: 4 − 3.8
    #expect(near(matrix.forwardTransfer, 0.2))
    #expect(matrix.forgetting(of: 2) == nil)
    #expect(near(matrix.forgetting(of: 0), 0.3))
    let bare = ScoreMatrix(measure: .loss, domains: ["a"], rows: [[3]], learned: [nil])
    #expect(bare.average == nil && bare.backwardTransfer == nil && bare.regret == nil)
  }

  @Test("it is the same after a way through JSON, with null where never measured")
  func coding() throws {
    let matrix = ScoreMatrix(measure: .loss, tasks: ["a", "b"], rows: [[3.5, nil], [3, 2]])
    let data = try JSONEncoder().encode(matrix)
    #expect(String(decoding: data, as: UTF8.self).contains("null"))
    #expect(try JSONDecoder().decode(ScoreMatrix.self, from: data) == matrix)
  }
}
