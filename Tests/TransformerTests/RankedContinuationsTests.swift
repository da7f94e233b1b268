import ModelFiles
import TestSupport
import Testing
import Transformer

@Suite("Ranked continuations")
struct RankedContinuationsTests {
  @Test(
    "have the total log-probability that each has as a row of its own, however they share rows",
    arguments: MemoryMode.allCases, [1, 2])
  func agreesWithRows(memory: MemoryMode, threads: Int) throws {
    let tiny = try TinyDecoder(memory: memory, threads: threads)
    var questions: [RankedContinuations] = []
    for n in 0..<9 {
      let prompt = (0..<5 + 9 * n).map { place in Int32(3 + (place * 7 + n) % 200) }
      let last = Int32(8 + n)
      questions.append(RankedContinuations(prompt: prompt, continuations: [[5, 6, 7, last], [9], [10, last]]))
    }
    questions.append(RankedContinuations(prompt: [4], continuations: [[5], [6]]))
    // Of one template, the shorter ones sharing a row.
    let template = (0..<40).map { place in Int32(3 + (place * 11) % 200) }
    for n in 1..<7 {
      let prompt = template + (0..<n * n * 3).map { place in Int32(3 + (place * 5 + n) % 200) }
      questions.append(RankedContinuations(prompt: prompt, continuations: [[5, 6, Int32(n)], [9]]))
    }
    for adapter in [tiny.adapter, nil] {
      let scores = tiny.engine.logProbabilities(questions, adapter: adapter)
      for (question, scores) in zip(questions, scores) {
        for (continuation, score) in zip(question.continuations, scores) {
          let tokens = question.prompt + continuation
          let row = PackedRow(tokens: tokens, supervised: tokens.indices.map { $0 >= question.prompt.count })
          let loss = tiny.engine.tokenLosses(rows: [row], adapter: adapter)[0].reduce(0.0) { $0 + Double($1) }
          #expect(abs(score + loss) < 1e-4 * (1 + loss))
        }
      }
    }
  }
}
