import Curation
import Foundation
import Testing

@Suite("Encodings")
struct EncodingTests {
  private static let german =
    "Der Ausschuß prüft die Maßnahmen für das nächste Jahr. Über die Änderungen wird später entschieden."
  private static let chinese = "今天天气很好，我们一起去公园散步。公园里有很多花，孩子们在草地上玩耍。中午我们在湖边吃饭。"

  struct Spelling: CustomTestStringConvertible, Sendable {
    let encoding: TextEncoding
    let text: String
    let foundation: String.Encoding
    var mark: [UInt8] = []
    var testDescription: String { "\(encoding.rawValue)\(mark.isEmpty ? "" : " with a mark")" }
  }

  @Test(
    "the same text is read from every encoding",
    arguments: [
      Spelling(encoding: .utf8, text: german, foundation: .utf8),
      Spelling(encoding: .utf8, text: german, foundation: .utf8, mark: [0xEF, 0xBB, 0xBF]),
      Spelling(encoding: .utf16LittleEndian, text: german, foundation: .utf16LittleEndian, mark: [0xFF, 0xFE]),
      Spelling(encoding: .utf16BigEndian, text: german, foundation: .utf16BigEndian, mark: [0xFE, 0xFF]),
      Spelling(encoding: .utf16LittleEndian, text: german, foundation: .utf16LittleEndian),
      Spelling(encoding: .utf16BigEndian, text: german, foundation: .utf16BigEndian),
      Spelling(encoding: .utf16LittleEndian, text: chinese, foundation: .utf16LittleEndian),
      Spelling(encoding: .utf16BigEndian, text: chinese, foundation: .utf16BigEndian),
      Spelling(encoding: .utf32LittleEndian, text: german, foundation: .utf32LittleEndian, mark: [0xFF, 0xFE, 0, 0]),
      Spelling(encoding: .latin1, text: german, foundation: .isoLatin1),
      Spelling(
        encoding: .windows1252, text: "The “quick fix” – a term that’s often used – cost the café 200 €, they say.",
        foundation: .windowsCP1252),
    ])
  func reads(_ spelling: Spelling) throws {
    let bytes = try #require(spelling.text.data(using: spelling.foundation))
    let verdict = try ByteTokenizer.curator().curate(name: "text.txt", bytes: Data(spelling.mark) + bytes)
    #expect(verdict.encoding == spelling.encoding)
    #expect(verdict.document?.plainText == spelling.text)
  }

  @Test(
    "what is no text is refused by name",
    arguments: [
      ([], RejectionReason.Name.empty),
      (Array(" \n\t\n".utf8), .empty),
      ([0x1F, 0x8B, 8, 0, 1, 2, 3], .compressed),
      (Array("PK\u{3}\u{4}rest".utf8), .compressed),
      (Array("%PDF-1.7 rest".utf8), .binary),
      (Array("some text\0with a NUL".utf8), .binary),
      ([1, 2, 3, 4, 5, 6, 7, 8, 0x81, 0x90, 14, 15], .binary),
      // Cyrillic in KOI8-R is no Western text.
      (
        [0xF3, 0xCF, 0xD7, 0xC5, 0xD4, 0x20, 0xD3, 0xCF, 0xC2, 0xC9, 0xD2, 0xC1, 0xC5, 0xD4, 0xD3, 0xD1],
        .unknownEncoding
      ),
      (Array("größer und später über Änderungen".utf8) + [0xC3], .damagedUTF8),
      ([0xEF, 0xBB, 0xBF, 0x61, 0xFF], .damagedUTF8),
      ([0xFF, 0xFE, 0x61, 0, 0x62], .unknownEncoding),
    ])
  func refuses(_ bytes: [UInt8], _ reason: RejectionReason.Name) throws {
    let verdict = try ByteTokenizer.curator().curate(name: "file.txt", bytes: Data(bytes))
    #expect(verdict.rejection?.name == reason, "\(verdict.summary)")
  }

  @Test("UTF-8 that was saved as UTF-8 once more is read as it was; a text about it stays")
  func savedTwice() throws {
    func read(_ text: String) throws -> String? {
      try ByteTokenizer.curator().curate(name: "text.txt", bytes: Data(text.utf8)).document?.plainText
    }
    for text in [Self.german, "The quick fix – a term that’s often used – cost the café 200 €, they say."] {
      let twice = try #require(String(data: Data(text.utf8), encoding: .windowsCP1252))
      #expect(try read(twice) == text)
      #expect(try read(text) == text)
    }
    let about = "Where an ü came out as Ã¼, somebody read UTF-8 as Latin-1; an ä looks like Ã¤ then, and an ß like ÃŸ."
    #expect(try read(about) == about)
  }

  @Test("a document over the size limit is refused before it is read")
  func tooLarge() throws {
    var settings = CurationSettings()
    settings.documentBytes = 100
    let curator = try ByteTokenizer.curator(settings: settings)
    var words = Words()
    let text = words.prose(paragraphs: 3)
    #expect(curator.curate(name: "a.txt", bytes: Data(text.utf8.prefix(101))).rejection?.name == .tooLarge)
    #expect(curator.curate(name: "a.txt", bytes: Data(text.utf8.prefix(100))).rejection == nil)
  }

  @Test("text is normalised: NFC, line feeds, no control, bidi or invisible characters")
  func normalises() throws {
    let raw =
      "A cafe\u{301} opened\r\nits \u{202E}doors\u{202C} to\rall\u{2028}peo\u{AD}ple\u{7} of the\u{FEFF} town, and many came to see it there."
    let verdict = try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(raw.utf8))
    #expect(
      verdict.document?.plainText
        == "A caf\u{E9} opened\nits doors to\nall\npeople of the town, and many came to see it there.")
  }

  @Test("documents whose normalised text is equal have equal content keys")
  func contentKeys() throws {
    let curator = try ByteTokenizer.curator()
    let first = curator.curate(name: "a.txt", bytes: Data(Self.german.utf8))
    let second = curator.curate(name: "b.txt", bytes: try #require(Self.german.data(using: .isoLatin1)))
    let third = curator.curate(name: "c.txt", bytes: Data((Self.german + " Nein.").utf8))
    #expect(first.contentKey == second.contentKey)
    #expect(first.contentKey != third.contentKey)
  }

  @Test("a letter under a million combining marks takes no time and is refused")
  func stackedMarks() throws {
    let text = "a" + String(repeating: "\u{301}", count: 1_000_000)
    let verdict = try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(text.utf8))
    #expect(verdict.rejection?.name == .controlCharacters)
  }
}
