/// What a reader makes of a document: records, and what it could not read.
struct ReadDocument {
  var records: [ReadRecord] = []
  var notices: [RecordNotice] = []
}

/// One unit of a document as its format gives it: all of a text, one line of JSONL.
struct ReadRecord {
  var content: SampleContent
  /// The class that a labelled sample belongs to, for accuracy.
  var label: String?
  /// The line where it begins, from 1.
  var line: Int
  var structure: TextStructure
}

/// What a line means for the borders between samples.
package enum TextStructure: String, Codable, Sendable {
  case plain, markdown, code
}

/// A record that was left out, and why.
package struct RecordNotice: Codable, Hashable, Sendable {
  /// Line of the document, from 1 (for a JSON array: the element, from 1).
  package var line: Int
  package var reason: RejectionReason

  package init(line: Int, reason: RejectionReason) {
    self.line = line
    self.reason = reason
  }
}

/// A document format. Further formats (HTML, CSV) are further conforming types in `DocumentReaders.all`.
protocol DocumentReader: Sendable {
  /// Names' endings that choose this reader, lowercase, without the dot.
  static var extensions: Set<String> { get }
  /// Whether text is normalised before reading (plain text) or in each field after it (formats with escapes).
  static var readsNormalisedText: Bool { get }
  /// Whether single damaged lines can be reported, so that a damaged byte need not refuse the document.
  static var reportsLines: Bool { get }
  static func read(_ text: String, extension: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument
}

/// Bounds for what a reader takes from hostile input.
package struct ReaderLimits: Codable, Hashable, Sendable {
  /// Arrays and objects inside one another.
  package var jsonDepth = 32
  /// Bytes in one line of JSONL.
  package var lineBytes = 4 << 20
  /// Bytes of a Markdown document's front matter; longer ones are text.
  package var frontMatterBytes = 64 << 10
  /// Bad lines reported one by one; the rest is counted.
  package var notices = 1000

  package init() {}
}

/// Chooses a reader by the document's name.
enum DocumentReaders {
  static let all: [any DocumentReader.Type] = [
    MarkdownReader.self, JSONLinesReader.self, JSONReader.self, PlainTextReader.self,
  ]

  static func reader(forExtension name: String) -> any DocumentReader.Type {
    all.first { $0.extensions.contains(name) } ?? PlainTextReader.self
  }

  /// The lowercase ending of `name`, empty where it has none.
  static func pathExtension(_ name: String) -> String {
    let last = name.split(separator: "/").last ?? ""
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return "" }
    return last[last.index(after: dot)...].lowercased()
  }
}
