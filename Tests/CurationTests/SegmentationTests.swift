import Curation
import Foundation
import Testing

@Suite("Segmentation")
struct SegmentationTests {
  private func samples(_ name: String, _ text: String, length: Int = 2048) throws -> [Sample] {
    let curator = try ByteTokenizer.curator(sequenceLength: length)
    let verdict = curator.curate(name: name, bytes: Data(text.utf8))
    let document = try #require(verdict.document, "\(verdict.summary)")
    return curator.samples(of: document)
  }

  private func text(_ sample: Sample) -> String {
    if case .text(let text) = sample.content { text } else { "" }
  }

  struct Shape: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    var testDescription: String { name }
  }

  private static let shapes: [Shape] = {
    var words = Words()
    let prose = words.prose(paragraphs: 40)
    let wrapped = (0..<60).map { words.line(9) + ($0 % 3 == 2 ? "." : "") }.joined(separator: "\n")
    let markdown = (0..<9).map {
      "## Part \($0)\n\n" + words.prose(paragraphs: 3) + "\n```\nlet \(words.word()) = \($0)\n\n\nend\n```\n"
    }.joined(separator: "\n")
    let chinese = (0..<400).map { "第\($0)节的内容是关于\(words.word())的说明。" }.joined()
    let single = words.line(700)
    let unbroken = (0..<900).map { _ in words.word() }.joined()
    let code = (0..<200).map { "  let \(words.word()) = \(words.word())(\($0))\n" }.joined()
    let emoji = prose.replacingOccurrences(of: ". ", with: " 👩‍👩‍👧‍👦. ")
    return [
      Shape(name: "prose.txt", text: prose), Shape(name: "wrapped.txt", text: wrapped),
      Shape(name: "notes.md", text: markdown),
      Shape(name: "chinese.txt", text: chinese), Shape(name: "single.txt", text: single),
      Shape(name: "emoji.txt", text: emoji), Shape(name: "code.swift", text: code),
      Shape(name: "mixed.txt", text: prose + unbroken),
    ]
  }()

  @Test("the samples of a document, joined, are its text, and none is longer than a sequence", arguments: shapes)
  func nothingLost(_ shape: Shape) throws {
    for length in [64, 300, 2048] {
      let samples = try samples(shape.name, shape.text, length: length)
      #expect(samples.map { self.text($0) }.joined() == shape.text)
      #expect(samples.allSatisfy { $0.tokenCount <= length })
      #expect(samples.map(\.ordinal) == Array(samples.indices))
    }
  }

  @Test("each sample's offset is where it stands in the text", arguments: shapes)
  func offsets(_ shape: Shape) throws {
    let scalars = Array(shape.text.unicodeScalars)
    for sample in try samples(shape.name, shape.text, length: 300) {
      let part = Array(self.text(sample).unicodeScalars)
      #expect(Array(scalars[sample.characterOffset...].prefix(part.count)) == part)
    }
  }

  @Test("samples are nearly full, and begin where a paragraph begins")
  func nearlyFull() throws {
    var words = Words()
    let text = words.prose(paragraphs: 40)
    let samples = try samples("a.txt", text)
    let fewest = (text.utf8.count + 2047) / 2048
    #expect(samples.count <= fewest + fewest / 4)
    #expect(samples.allSatisfy { $0.tokenCount > 1024 })
    #expect(samples.dropLast().allSatisfy { self.text($0).hasSuffix("\n\n") })
  }

  @Test("a short document stays whole, a long one begins samples at its headings")
  func headings() throws {
    var words = Words()
    #expect(try samples("a.md", words.prose(paragraphs: 2)).count == 1)
    let parts = (0..<6).map { "# Part \($0)\n\n" + words.prose(paragraphs: 7) }
    let samples = try samples("a.md", parts.joined(separator: "\n"))
    #expect(samples.allSatisfy { self.text($0).hasPrefix("# Part") })
  }

  @Test("no sample begins inside a sentence where sentences fit")
  func sentences() throws {
    var words = Words()
    let text = (0..<80).map { _ in words.line(9).capitalizedFirst + ",\n" + words.line(9) + "." }.joined(
      separator: "\n")
    let samples = try samples("a.txt", text, length: 400)
    #expect(samples.count > 10)
    #expect(samples.allSatisfy { self.text($0).first?.isUppercase == true })
  }

  @Test("hostile texts are cut in time linear in their length", .timeLimit(.minutes(5)))
  func hostile() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 512)
    let texts = [
      String(repeating: "a ", count: 500_000), String(repeating: "\n", count: 1_000_000) + "the end of it all",
      String(repeating: ".", count: 1_000_000), String(repeating: "# ", count: 500_000),
      String(repeating: "x. ", count: 300_000), String(repeating: "```\n", count: 250_000),
      String(repeating: "a\u{301}", count: 300_000),
    ]
    for text in texts {
      let verdict = curator.curate(name: "a.md", bytes: Data(text.utf8))
      if let document = verdict.document { _ = curator.samples(of: document) }
    }
  }
}
