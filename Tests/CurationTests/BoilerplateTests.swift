import Curation
import Foundation
import TestSupport
import Testing

@Suite("Paragraphs that many documents have")
struct BoilerplateTests {
  private static let notice = "This letter and what is enclosed are meant for the addressee alone; others destroy it."

  private let curator: Curator

  init() throws { curator = try ByteTokenizer.curator() }

  private func document(_ seed: UInt64) throws -> CuratedDocument {
    let text = "# Letter\n\n\(Prose.text(seed, sentences: 10))\n\(Self.notice)\n"
    return try #require(curator.curate(name: "a.md", bytes: Data(text.utf8)).document)
  }

  private static func keys(_ document: CuratedDocument) -> [UInt64] {
    document.records.flatMap { $0.paragraphs.map(\.key) }
  }

  @Test("are left out of the eleventh document of the domain, and of no other domain's; all else stays")
  func eleventh() throws {
    var counts = ParagraphCounts(most: 10)
    for seed in 0..<10 as Range<UInt64> {
      let keys = Self.keys(try document(seed))
      #expect(counts.boilerplate(among: keys, in: "law").isEmpty)
      counts.add(keys, in: "law")
    }
    let next = try document(10)
    #expect(counts.boilerplate(among: Self.keys(next), in: "news").isEmpty)
    let found = counts.boilerplate(among: Self.keys(next), in: "law")
    #expect(found.count == 1)
    let (document, notices) = curator.without(found, in: next)
    let kept = try #require(document)
    #expect(notices.map(\.reason.name) == [.boilerplate] && notices.first?.reason.figure == 1)
    #expect(!kept.plainText.contains("addressee") && kept.plainText.hasPrefix("# Letter"))
    #expect(next.plainText.replacing(Self.notice, with: "").hasPrefix(kept.plainText.trimmingCharacters(in: .newlines)))
    let samples = curator.samples(of: kept)
    #expect(!samples.isEmpty && samples.allSatisfy { !$0.content.plainText.contains("addressee") })
  }

  @Test("a document of nothing else has nothing to learn; short paragraphs stay")
  func nothingLeft() throws {
    let document = try #require(curator.curate(name: "a.txt", bytes: Data(Self.notice.utf8)).document)
    let found = Set(Self.keys(document))
    #expect(curator.without(found, in: document).document == nil)
    let short = try #require(curator.curate(name: "a.txt", bytes: Data("Kind regards, your harbour.".utf8)).document)
    #expect(Self.keys(short).isEmpty)
  }

  @Test("three million different paragraphs later, a common one is known and a new one is not taken for common")
  func bounded() {
    var counts = ParagraphCounts(most: 10)
    var random = Words(seed: 5)
    for _ in 0..<30_000 { counts.add((0..<100).map { _ in random.random() }, in: "law") }
    for _ in 0..<11 { counts.add([7], in: "law") }
    #expect(counts.boilerplate(among: [7], in: "law") == [7])
    let new = (0..<10_000).map { _ in random.random() }
    #expect(counts.boilerplate(among: new, in: "law").isEmpty)
  }
}
