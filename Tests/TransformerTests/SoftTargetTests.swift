import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("Remembered distributions")
struct SoftTargetTests {
  private func rows(_ tiny: TinyDecoder, weight: Float, everywhere: Bool) -> [PackedRow] {
    var rng = SeededGenerator(seed: 4)
    let other = Adapter(
      layout: tiny.adapter.layout,
      parameters: tiny.adapter.parameters.map { $0 + Float.random(in: -0.2...0.2, using: &rng) })
    var rows = [
      PackedRow(
        tokens: (0..<30).map { Int32(4 + $0 * 5 % 90) }, supervised: (0..<30).map { $0 % 3 != 0 },
        segmentStarts: [0, 17]), PackedRow(text: (0..<12).map { Int32(9 + $0 * 3 % 40) }),
    ]
    let targets = tiny.engine.softTargets(rows: rows, adapter: other, everywhere: everywhere)
    for i in rows.indices { rows[i].recall = PackedRow.Recall(targets: targets[i], weight: weight) }
    return rows
  }

  @Test("keep the most probable tokens first, and sum to less than one")
  func keepsTheMostProbable() throws {
    let tiny = try TinyDecoder()
    let row = PackedRow(text: [5, 6, 7, 8, 9])
    let targets = tiny.engine.softTargets(rows: [row], adapter: tiny.adapter)[0]
    #expect(targets.keys.sorted() == [1, 2, 3, 4])
    let losses = tiny.engine.tokenLosses(rows: [row], adapter: tiny.adapter)[0]
    for (place, target) in targets {
      #expect(target.tokens.count == SoftTarget.count && Set(target.tokens).count == SoftTarget.count)
      #expect(zip(target.logProbabilities, target.logProbabilities.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(target.logProbabilities.reduce(0) { $0 + exp($1) } < 1)
      if let own = target.tokens.firstIndex(of: row.tokens[place]) {
        #expect(abs(target.logProbabilities[own] + losses[place]) < 1e-4)
      }
    }
    // The places of prompts too, but no segment's first.
    let half = PackedRow(tokens: [5, 6, 7, 8], supervised: [false, false, false, true], segmentStarts: [0, 2])
    let everywhere = tiny.engine.softTargets(rows: [half], adapter: tiny.adapter, everywhere: true)[0]
    #expect(everywhere.keys.sorted() == [1, 3])
  }

  @Test("add a loss whose gradient is that of central differences", arguments: MemoryMode.allCases, [false, true])
  func gradient(memory: MemoryMode, everywhere: Bool) throws {
    let tiny = try TinyDecoder(memory: memory)
    let worst = tiny.worstCentralDifference(rows(tiny, weight: 0.7, everywhere: everywhere))
    #expect(worst < 2e-3, "\(worst)")
  }

  @Test("cost nothing where the model still predicts them")
  func nothingAtThemselves() throws {
    let tiny = try TinyDecoder()
    var row = PackedRow(
      tokens: (0..<20).map { Int32(4 + $0) }, supervised: [Bool](repeating: false, count: 20))
    row.recall = PackedRow.Recall(
      targets: tiny.engine.softTargets(rows: [row], adapter: tiny.adapter, everywhere: true)[0], weight: 3)
    var gradient = [Float](repeating: 0, count: tiny.adapter.layout.count)
    let sum = tiny.engine.lossAndGradient(rows: [row], adapter: tiny.adapter, into: &gradient)
    #expect(sum.recalled == 19 && abs(sum.recall) < 1e-4 && sum.tokens == 0)
    #expect(gradient.allSatisfy { abs($0) < 1e-3 })
  }
}
