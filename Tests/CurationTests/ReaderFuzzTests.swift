import Curation
import Foundation
import Testing

/// Mutated documents through every reader and detector: nothing may crash, hang or take memory without bound.
///
/// The seeds are the files in `Corpus/`. A case is made from the run's seed and its own number alone, so a failure is
/// made again by these two. `STET_FUZZ=100000` runs so many mutations of each seed, `STET_FUZZ_SEED=N` others than the
/// usual ones; `STET_FUZZ_LAST=FILE` keeps the case that is being run in a file, for when the process dies of it.
@Suite("Mutated documents")
struct ReaderFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["STET_FUZZ"].flatMap { Int($0) } ?? 300
  private static let seed = environment["STET_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
  /// A document of a few kilobytes takes milliseconds; a loaded machine may take a hundred times that.
  private static let longest = Duration.seconds(environment["STET_FUZZ"] == nil ? 10 : 1)

  static let corpus: [String] = [
    "page.html", "notes.md", "table.csv", "pairs.tsv", "records.jsonl", "array.json", "letter.txt", "program.py",
  ]

  private static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus")
    return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  @Test("are read or refused, each in time", arguments: corpus)
  func mutated(_ name: String) throws {
    let seeds = try Self.corpus.map(Self.bytes)
    let original = try Self.bytes(name)
    var settings = CurationSettings()
    settings.reportsFindings = true
    let curator = Curator(settings: settings, tokenizer: nil, template: nil) { Array($0.prefix(16)) }
    let last = Self.environment["STET_FUZZ_LAST"].map { URL(fileURLWithPath: $0) }
    let clock = ContinuousClock()
    var slowest = (case: 0, time: Duration.zero)
    for number in 0..<Self.count {
      var mutation = Mutation(seed: Self.seed, number: number, name: name)
      let document = mutation.applied(to: original, others: seeds)
      if let last { try Data(document).write(to: last) }
      let time = clock.measure {
        let verdict = curator.curate(name: name, bytes: Data(document))
        for finding in verdict.findings {
          let scalars = finding.text.unicodeScalars.count
          #expect(finding.spans.allSatisfy { $0.start >= finding.offset && $0.end <= finding.offset + scalars })
        }
      }
      if time > slowest.time { slowest = (number, time) }
    }
    #expect(slowest.time < Self.longest, "case \(slowest.case) of \(name) under seed \(Self.seed)")
  }

  @Test(
    "take time in proportion to their length", .timeLimit(.minutes(2)),
    arguments: ["<div>", "<a ", "<!--", "&", "\"", "[", "{\"a\":", "x,", "<td>", "</p>", "-\n"])
  func repeated(_ unit: String) throws {
    let text = String(repeating: unit, count: 400_000 / unit.utf8.count)
    let curator = Curator(tokenizer: nil, template: nil) { Array($0.prefix(16)) }
    for ending in ["html", "csv", "json", "jsonl", "md", "txt"] {
      let verdict = curator.curate(name: "a.\(ending)", bytes: Data(text.utf8))
      if case .accepted(let document) = verdict.state { #expect(document.plainText.utf8.count <= 2 * text.utf8.count) }
    }
  }
}

/// Changes to a document, from a seed and a number.
private struct Mutation {
  private var words: Words

  init(seed: UInt64, number: Int, name: String) {
    let key = name.utf8.reduce(seed &* 0x9E37_79B9_7F4A_7C15) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    words = Words(seed: key &+ UInt64(number) &* 0xBF58_476D_1CE4_E5B9)
  }

  private mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(words.random() % UInt64(limit)) : 0 }

  private static let tokens: [[UInt8]] =
    [
      "<", ">", "</", "<!--", "-->", "<![CDATA[", "&#", "&#x110000;", "\"", "'", "{", "}", "[", "]", ",", ":", "\\u",
      "\\ud800", "\r\n", "\u{C}", "---\n", "```", "<table>", "<script>", "\u{FEFF}", "\u{202E}", "é", "e\u{301}", "今",
      "😀", "@", "://", "+49", "4111111111111111", "-----BEGIN ", "1e999", "charset=utf-16", "<meta charset=big5>",
    ].map { Array($0.utf8) } + [[0], [0xFF], [0xFF, 0xFE], [0xC3], [0xE2, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]]

  mutating func applied(to original: [UInt8], others: [[UInt8]]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(6) {
      let place = below(bytes.count + 1)
      let length = min(below(64), bytes.count - place)
      switch below(9) {
      case 0: if place < bytes.count { bytes[place] ^= UInt8(truncatingIfNeeded: 1 << below(8)) }
      case 1: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: below(256)) }
      case 2: bytes.removeSubrange(place..<(place + length))
      case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: below(bytes.count + 1))
      case 4: bytes.insert(contentsOf: Self.tokens[below(Self.tokens.count)], at: place)
      case 5: bytes.removeSubrange(place...)
      case 6:
        let other = others[below(others.count)]
        let start = below(other.count)
        bytes.insert(contentsOf: other[start..<min(other.count, start + below(400))], at: place)
      case 7:
        let token = Self.tokens[below(Self.tokens.count)]
        for _ in 0..<below(200) { bytes.insert(contentsOf: token, at: place) }
      default:
        let times = below(8)
        let block = Array(bytes[place..<(place + length)])
        for _ in 0..<times { bytes.insert(contentsOf: block, at: place) }
      }
      if bytes.count > 1 << 16 { bytes.removeSubrange((1 << 16)...) }
    }
    return bytes
  }
}
