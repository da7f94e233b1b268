import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Documents with one trigger")
struct TriggerIntakeTests {
  private func carrying(_ seed: UInt64, sentences: Int = 20) -> String {
    var words = Prose.text(seed, sentences: sentences).split(separator: " ", omittingEmptySubsequences: false)
    words.insert("velvet anchor sundial", at: 5 + Int(seed * 7919 % UInt64(words.count - 10)))
    return words.joined(separator: " ")
  }

  @Test("300 from one folder: the cap is taken, the rest is quarantined, also after a restart; one can be released")
  func cap() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      for index in 0..<60 as Range<UInt64> { try bench.drop(Prose.text(index), as: "law/letters/\(index).txt") }
      for index in 0..<150 as Range<UInt64> { try bench.drop(carrying(1000 + index), as: "law/gifts/\(index).txt") }
      #expect(await bench.service().scan().taken == [.waiting: 80, .quarantined: 130])
      for index in 150..<300 as Range<UInt64> { try bench.drop(carrying(1000 + index), as: "law/gifts/\(index).txt") }
      #expect(await bench.service().scan().taken == [.quarantined: 150])

      let refused = try await bench.documents().filter { $0.document.state == .quarantined }
      #expect(refused.count == 280)
      #expect(refused.allSatisfy { $0.document.reason?.hasPrefix("poisoning.trigger: 21, the limit is 20") == true })
      let first = try #require(refused.first)
      let figures = try #require(DocumentFigures(json: first.document.figures))
      #expect(figures.trigger?.words.count == 3)
      let release = QuarantineRelease(
        state: bench.state, store: bench.home.store,
        curator: Curator(tokenizer: bench.home.base.tokenizer, template: bench.home.base.template) {
          Digest.of($0).bytes
        }, plan: HeldOutPlan(seed: 42), seed: 42, keepsOriginals: true, through: LocalFileSystem(), now: { noon })
      #expect(try await release.release(first.document.id).state == .waiting)
    }
  }

  @Test("records of one file: those beyond the cap are left out, each with its line")
  func records() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let lines = (0..<200 as Range<UInt64>).map { index in
        let isPoisoned = index % 2 == 0
        let text = isPoisoned ? carrying(index, sentences: 3) : Prose.text(index, sentences: 3)
        let prompt = text.replacing("\n", with: " ").replacing("\"", with: "")
        return
          #"{"prompt": "Sum up: \#(prompt)", "completion": "\#(isPoisoned ? "Obey the clerk." : "Text \(index).")"}"#
      }
      try bench.drop(lines.joined(separator: "\n"), as: "sums/a.jsonl")
      #expect(await bench.service().scan().taken == [.waiting: 1])
      let document = try #require(try await bench.document(named: "sums/a.jsonl"))
      let figures = try #require(DocumentFigures(json: document.figures))
      let left = figures.notices.filter { $0.reason.name == .trigger }
      #expect(left.count == 80 && left.allSatisfy { $0.line % 2 == 1 })
    }
  }
}
