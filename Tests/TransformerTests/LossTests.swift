import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("The decoder's losses")
struct LossTests {
  @Test("of packed samples are those of the samples alone")
  func packingChangesNothing() throws {
    let decoder = try TinyDecoder()
    let packed = randomRows([[70, 9, 31]], vocabulary: decoder.engine.model.configuration.vocabulary)[0]
    let apart = packed.segments.map {
      PackedRow(tokens: Array(packed.tokens[$0]), supervised: Array(packed.supervised[$0]))
    }
    let together = decoder.engine.tokenLosses(rows: [packed], adapter: decoder.adapter)[0]
    let alone = decoder.engine.tokenLosses(rows: apart, adapter: decoder.adapter).flatMap { $0 }
    #expect(zip(together, alone).map { abs($0 - $1) }.max() ?? 1 < 1e-4)
  }

  @Test("ignore what comes later")
  func causal() throws {
    let decoder = try TinyDecoder()
    let row = PackedRow(text: randomRows([[90]], vocabulary: 200)[0].tokens)
    var changed = row
    changed.tokens[80] = 5
    let (before, after) = (
      decoder.engine.tokenLosses(rows: [row], adapter: nil)[0],
      decoder.engine.tokenLosses(rows: [changed], adapter: nil)[0]
    )
    #expect(before[..<80] == after[..<80])
    #expect(before[80...] != after[80...])
  }

  @Test("agree between evaluation and training, and are zero where nothing is supervised")
  func evaluationAgrees() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[40], [9, 14], [64]], vocabulary: 200)
    let losses = decoder.engine.tokenLosses(rows: rows, adapter: decoder.adapter)
    let total = losses.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
    #expect(abs(total - decoder.loss(rows, decoder.adapter.parameters, .none)) < 1e-3)
    for (row, loss) in zip(rows, losses) {
      for t in row.tokens.indices where !row.supervised[t] { #expect(loss[t] == 0) }
    }
  }

  @Test("a zero adapter is the base model")
  func zeroAdapter() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[40]], vocabulary: 200)
    let zero = Adapter.zero(decoder.adapter.layout)
    #expect(
      decoder.engine.tokenLosses(rows: rows, adapter: nil) == decoder.engine.tokenLosses(rows: rows, adapter: zero))
    #expect(decoder.engine.divergenceFromBase(rows: rows, adapter: zero).allSatisfy { abs($0.sum) < 1e-6 })
  }

  @Test("divergence from the base is the sum over the vocabulary of p·log(p/q)")
  func divergence() throws {
    let decoder = try TinyDecoder()
    let row = randomRows([[20]], vocabulary: 200)[0]
    func distributions(_ adapter: Adapter?) -> [[Double]] {
      var rows: [[Double]] = []
      unsafe decoder.engine.eachPositionLogits(row: row, adapter: adapter) { _, logits in
        let values = unsafe logits.map(Double.init)
        let norm = log(values.reduce(0) { $0 + exp($1) })
        rows.append(values.map { $0 - norm })
      }
      return rows
    }
    let (p, q) = (distributions(nil), distributions(decoder.adapter))
    var expected = 0.0
    for t in row.supervised.indices where row.supervised[t] {
      expected += zip(p[t - 1], q[t - 1]).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
    let measured = decoder.engine.divergenceFromBase(rows: [row], adapter: decoder.adapter)[0]
    #expect(measured.tokens == row.supervisedCount)
    #expect(abs(measured.sum - expected) < 1e-3 * max(expected, 1))
  }
}
