import ModelFiles
import TestSupport
import Testing
import Transformer

@Suite("The mean hidden state")
struct MeanHiddenTests {
  @Test("is the text's own, whatever is read beside it, and that of the base")
  func own() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[40], [9], [1], [64]], vocabulary: 200)
    let together = decoder.engine.meanHidden(rows: rows)
    #expect(together.allSatisfy { $0.count == decoder.engine.model.configuration.hidden })
    for (row, mean) in zip(rows, together) {
      // After an adapter was bound.
      _ = decoder.engine.tokenLosses(rows: [row], adapter: decoder.adapter)
      let alone = decoder.engine.meanHidden(rows: [row])[0]
      #expect(zip(alone, mean).map { abs($0 - $1) }.max() ?? 1 < 1e-4)
    }
    #expect(zip(together[0], together[3]).map { abs($0 - $1) }.max() ?? 0 > 1e-3)
  }

  @Test("is the mean over a text's prefixes of what each ends with")
  func mean() throws {
    let decoder = try TinyDecoder()
    let tokens = randomRows([[3]], vocabulary: 200)[0].tokens
    // n · mean(n) − (n − 1) · mean(n − 1) is the last token's state, of length √C by the norm where its weights are 1.
    let means = (1...3).map { decoder.engine.meanHidden(rows: [PackedRow(text: Array(tokens.prefix($0)))])[0] }
    let last = zip(means[2], means[1]).map { 3 * $0 - 2 * $1 }
    let width = Float(last.count)
    let square = last.reduce(0) { $0 + $1 * $1 } / width
    #expect(square > 0.2 && square < 5)
  }
}
