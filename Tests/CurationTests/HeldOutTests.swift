import Curation
import Foundation
import Testing

@Suite("Held out")
struct HeldOutTests {
  private func text(_ sample: Sample) -> String {
    if case .text(let text) = sample.content { text } else { "" }
  }

  @Test("the shares hold: 10 % test, 5 % validation of a long stream")
  func shares() {
    let splits = HeldOutPlan(seed: 7).splits(domain: "legal", position: 0, count: 10_010)
    #expect(splits.count == 10_010)
    #expect(splits.count { $0 == .test } == 1_002)
    #expect(splits.count { $0 == .validation } == 501)
  }

  @Test("a stream planned document by document is the stream planned at once")
  func incremental() {
    let plan = HeldOutPlan(seed: 7)
    let whole = plan.splits(domain: "legal", position: 0, count: 300)
    var parts: [Split] = []
    for count in [1, 4, 7, 3, 60, 25, 100, 100] {
      parts += plan.splits(domain: "legal", position: parts.count, count: count)
    }
    #expect(parts == whole)
  }

  @Test("another seed or another domain holds other pieces out")
  func keyed() {
    let splits = HeldOutPlan(seed: 7).splits(domain: "legal", position: 0, count: 200)
    #expect(splits != HeldOutPlan(seed: 8).splits(domain: "legal", position: 0, count: 200))
    #expect(splits != HeldOutPlan(seed: 7).splits(domain: "medicine", position: 0, count: 200))
    #expect(splits == HeldOutPlan(seed: 7).splits(domain: "legal", position: 0, count: 200))
  }

  @Test("every piece is held out for some seed, about equally often")
  func uniform() {
    var counts = [Int](repeating: 0, count: 50)
    for seed in UInt64(0)..<2_000 {
      for (index, split) in HeldOutPlan(seed: seed).splits(domain: "d", position: 0, count: 50).enumerated()
      where split == .test {
        counts[index] += 1
      }
    }
    #expect(counts[..<10].allSatisfy { (340...460).contains($0) })
    #expect(counts[10...].allSatisfy { (140...260).contains($0) })
  }

  @Test("shares of zero hold nothing out; other shares hold")
  func otherShares() {
    #expect(
      !HeldOutPlan(seed: 1, validation: 0, test: 0).splits(domain: "d", position: 0, count: 99).contains {
        $0 != .train
      })
    let splits = HeldOutPlan(seed: 1, validation: 0.02, test: 0.04).splits(domain: "d", position: 25, count: 5_000)
    #expect(splits.count { $0 == .test } == 200)
    #expect(splits.count { $0 == .validation } == 100)
  }

  @Test(
    "48 documents of 1,000 tokens give at least 16 test and 8 validation pieces, whatever the seed",
    arguments: [1, 2, 3, 4, 5])
  func smallDomain(_ seed: UInt64) throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    let plan = HeldOutPlan(seed: seed)
    var cursor = HeldOutCursor(domain: "small")
    var words = Words(seed: seed)
    var pieces: [Split: Int] = [:]
    for _ in 0..<48 {
      let text = words.line(18, length: 5) + "." + (0..<7).map { _ in " " + words.line(20, length: 5) + "." }.joined()
      let document = try #require(curator.curate(name: "a.txt", bytes: Data(text.utf8)).document)
      #expect((900...1_100).contains(document.tokenCount))
      for sample in curator.samples(of: document, plan: plan, cursor: &cursor) where sample.piece != nil {
        pieces[sample.split, default: 0] += 1
        #expect(sample.tokenCount <= HeldOutPlan.pieceTokens)
      }
    }
    #expect((pieces[.test] ?? 0) >= 16)
    #expect((pieces[.validation] ?? 0) >= 8)
  }

  @Test("training text keeps a gap to held-out text, and all parts together are the text")
  func gaps() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    var words = Words()
    let text = words.prose(paragraphs: 120)
    let document = try #require(curator.curate(name: "a.txt", bytes: Data(text.utf8)).document)
    var cursor = HeldOutCursor(domain: "d")
    let samples = curator.samples(of: document, plan: HeldOutPlan(seed: 3), cursor: &cursor)
    #expect(samples.map { self.text($0) }.joined() == text)
    #expect(Set(samples.map(\.split)) == Set(Split.allCases))
    for (before, after) in zip(samples, samples.dropFirst()) {
      #expect(!(before.split == .train && after.piece != nil))
      #expect(!(before.piece != nil && after.split == .train))
    }
    #expect(samples.filter { $0.split == .gap }.allSatisfy { $0.tokenCount >= HeldOutPlan.gapTokens })
    let trained = samples.filter { $0.split == .train }.reduce(0) { $0 + $1.tokenCount }
    #expect(Double(trained) > 0.6 * Double(document.tokenCount))
  }

  @Test("of labelled records whole ones are held out, in groups of one piece")
  func labelled() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    var words = Words()
    let lines = (0..<300).map {
      #"{"prompt": "\#(words.line(9)):", "completion": " \#($0 % 2 == 0 ? "yes" : "no")", "label": "\#($0 % 2)"}"#
    }
    let document = try #require(
      curator.curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8)).document)
    var cursor = HeldOutCursor(domain: "d")
    let samples = curator.samples(of: document, plan: HeldOutPlan(seed: 3), cursor: &cursor)
    #expect(samples.count == 300)
    #expect(!samples.contains { $0.split == .gap })
    #expect(samples.map(\.label) == (0..<300).map { "\($0 % 2)" })
    let test = samples.filter { $0.split == .test }
    #expect((24...45).contains(test.count))
    for group in Dictionary(grouping: test, by: \.piece).values {
      #expect(group.reduce(0) { $0 + $1.tokenCount } <= HeldOutPlan.pieceTokens)
      #expect(group.count > 1)
    }
  }

  @Test("a tiny document is held out whole or not at all")
  func tiny() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    var words = Words()
    var cursor = HeldOutCursor(domain: "notes")
    var held = 0
    for _ in 0..<200 {
      let document = try #require(curator.curate(name: "a.txt", bytes: Data(words.line(8).utf8)).document)
      let samples = curator.samples(of: document, plan: HeldOutPlan(seed: 3), cursor: &cursor)
      #expect(samples.count == 1)
      if samples[0].piece != nil { held += 1 }
    }
    #expect((28...34).contains(held))
  }

  @Test("the samples of a document are the same every time")
  func deterministic() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    var words = Words()
    let bytes = Data(words.prose(paragraphs: 30).utf8)
    let runs = try (0..<2).map { _ in
      var cursor = HeldOutCursor(domain: "d", position: 17)
      let document = try #require(curator.curate(name: "a.txt", bytes: bytes).document)
      return curator.samples(of: document, plan: HeldOutPlan(seed: 3), cursor: &cursor)
    }
    #expect(runs[0] == runs[1])
  }

  @Test("a new document that repeats a held-out piece is found, one that shares a form's words is not")
  func contamination() throws {
    var words = Words()
    var index = HeldOutIndex()
    let pieces = (0..<20).map { _ in "Choose one of the options below, then give the reason: " + words.line(45) }
    for (number, piece) in pieces.enumerated() { index.insert(number, text: piece) }
    let copy = words.prose(paragraphs: 2) + pieces[13].uppercased() + "\n\n" + words.prose(paragraphs: 2)
    #expect(index.overlap(with: copy)?.piece == 13)
    #expect(index.overlap(with: copy, ignoring: [13]) == nil)
    #expect(index.overlap(with: "Choose one of the options below, then give the reason: " + words.line(45)) == nil)
    #expect(index.overlap(with: words.prose(paragraphs: 4)) == nil)
    index.remove(13)
    #expect(index.overlap(with: copy) == nil)
    #expect(index.count == 19)
  }

  @Test("containment decides: 75 % of a piece is too much, 60 % is not")
  func containment() {
    var words = Words()
    let piece = words.words(44)
    var index = HeldOutIndex()
    index.insert(1, text: piece.joined(separator: " "))
    #expect(index.overlap(with: piece.prefix(34).joined(separator: " "))?.containment == 0.75)
    #expect(index.overlap(with: piece.prefix(28).joined(separator: " ")) == nil)
  }

  @Test("of long pieces the share is estimated: 90 % is found, 40 % is not, and 70 % about every second time")
  func estimate() {
    var words = Words()
    var index = HeldOutIndex()
    let pieces = (0..<400).map { _ in words.words(204) }
    for (number, piece) in pieces.enumerated() { index.insert(number, text: piece.joined(separator: " ")) }
    func found(_ share: Double) -> Int {
      pieces.indices.count { number in
        let part = pieces[number].prefix(Int(share * 200) + 4).joined(separator: " ")
        return index.overlap(with: part)?.piece == number
      }
    }
    #expect(found(0.9) >= 398)
    #expect(found(0.4) <= 3)
    #expect((140...260).contains(found(0.7)))
  }

  @Test("a form stays a form when its first pieces leave; a copy of what is left is found")
  func formsOutlivePieces() {
    var words = Words()
    let form = words.line(30)
    let pieces = (0..<20).map { _ in form + " " + words.line(30) }
    var index = HeldOutIndex()
    for (number, piece) in pieces.enumerated() { index.insert(number, text: piece) }
    for number in 0..<12 { index.remove(number) }
    #expect(index.overlap(with: form + " " + words.line(30)) == nil)
    #expect(index.overlap(with: pieces[15])?.piece == 15)
    #expect(index.overlap(with: pieces[3]) == nil)
  }

  @Test("of running text the paragraphs that repeat held-out text are left out, where they are the smaller part")
  func contaminatedParagraphs() throws {
    let curator = try ByteTokenizer.curator()
    var words = Words()
    let held = words.line(40)
    var index = HeldOutIndex()
    index.insert(5, text: held)
    let (first, last) = (words.line(60), words.line(60))
    func clean(_ paragraphs: [String]) throws -> CuratedDocument? {
      let text = paragraphs.joined(separator: "\n\n")
      return curator.withoutHeldOut(
        try #require(curator.curate(name: "a.txt", bytes: Data(text.utf8)).document), index
      ).document
    }
    #expect(try clean([first, held, last])?.plainText == [first, last].joined(separator: "\n\n"))
    #expect(try clean([held, words.line(20)]) == nil)
    #expect(try clean([first + " " + held + " " + last]) == nil)
  }

  @Test("a record that says what a held-out one of its own document says is left out too")
  func repeatedWithin() throws {
    let curator = try ByteTokenizer.curator()
    var words = Words()
    let lines = (0..<60).flatMap { _ in
      let line = words.line(12)
      return [line, line + " ."].map { "{\"text\": \"\($0)\"}" }
    }
    let document = try #require(
      curator.curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8)).document)
    #expect(document.records.count == 120)
    var cursor = HeldOutCursor(domain: "law")
    let samples = curator.samples(of: document, plan: HeldOutPlan(seed: 1), cursor: &cursor)
    func texts(_ isHeld: Bool) -> [String] {
      samples.filter { isHeld ? $0.split == .test || $0.split == .validation : $0.split == .train }
        .map(\.content.plainText)
    }
    let (held, trained) = (texts(true), texts(false).joined(separator: "\n"))
    #expect(!held.isEmpty && !trained.isEmpty)
    for text in held { #expect(!trained.contains(text.replacing(" .", with: ""))) }
  }

  @Test("records that differ in their numbers alone are no copies")
  func numbers() throws {
    let curator = try ByteTokenizer.curator()
    let lines = (10..<90).map {
      "{\"prompt\": \"How much is \($0) and \($0 + 1)?\", \"completion\": \"\(2 * $0 + 1)\"}"
    }
    let document = try #require(
      curator.curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8)).document)
    var cursor = HeldOutCursor(domain: "sums")
    let samples = curator.samples(of: document, plan: HeldOutPlan(seed: 1), cursor: &cursor)
    #expect(samples.contains { $0.split == .test } && !samples.contains { $0.split == .gap })
  }

  @Test("records that repeat held-out text are left out, the others stay")
  func contaminatedRecords() throws {
    let curator = try ByteTokenizer.curator()
    var words = Words()
    let held = words.line(40)
    var index = HeldOutIndex()
    index.insert(5, text: held)
    let lines = [words.line(30), held, words.line(30)].map { "{\"text\": \"\($0)\"}" }
    let document = try #require(
      curator.curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8)).document)
    let clean = curator.withoutHeldOut(document, index)
    #expect(clean.document?.records.count == 2)
    #expect(clean.notices.map(\.line) == [2])
    #expect(clean.notices.first?.reason.name == .heldOut)
    #expect(clean.overlaps.map(\.piece) == [5])
  }
}
