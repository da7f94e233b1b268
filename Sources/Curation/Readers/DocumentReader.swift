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

/// A document format; `DocumentReaders.all` lists them.
protocol DocumentReader: Sendable {
  /// Names' endings that choose this reader, lowercase, without the dot.
  static var extensions: Set<String> { get }
  /// Whether text is normalised before reading (plain text) or in each field after it (formats with escapes).
  static var readsNormalisedText: Bool { get }
  /// Whether single damaged lines can be reported, so that a damaged byte need not refuse the document.
  static var reportsLines: Bool { get }
  /// Where the format lets a document name its own encoding.
  static var declaresEncoding: EncodingDeclaration { get }
  /// Whether it may have come off pages, with headers, footers and hyphens at the ends of lines.
  static var isPaged: Bool { get }
  static func read(_ text: String, extension: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument
}

extension DocumentReader {
  static var declaresEncoding: EncodingDeclaration { .nowhere }
  static var isPaged: Bool { false }
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
  /// Elements of HTML inside one another; deeper ones are read as if they stood beside each other.
  package var htmlDepth = 96
  /// The key of JSON records, or the title of a table's column, that holds the text; `nil` goes by the conventions.
  package var field: String?

  package init() {}
}

/// Chooses a reader by the document's name.
package enum DocumentReaders {
  static let all: [any DocumentReader.Type] = [
    MarkdownReader.self, HTMLReader.self, TableReader.self, JSONLinesReader.self, JSONReader.self, PlainTextReader.self,
  ]

  static func reader(forExtension name: String) -> any DocumentReader.Type {
    all.first { $0.extensions.contains(name) } ?? PlainTextReader.self
  }

  /// The lowercase ending of `name`, empty where it has none.
  package static func pathExtension(_ name: String) -> String {
    let last = name.split(separator: "/").last ?? ""
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return "" }
    return last[last.index(after: dot)...].lowercased()
  }
}
