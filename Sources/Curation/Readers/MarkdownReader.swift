/// Markdown: its text as written, code included, without front matter.
enum MarkdownReader: DocumentReader {
  static let extensions: Set<String> = ["md", "markdown", "mdown", "mkd", "qmd", "rmd"]
  static let readsNormalisedText = true
  static let reportsLines = false

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    let (body, skipped) = withoutFrontMatter(text, limit: limits.frontMatterBytes)
    return ReadDocument(records: [ReadRecord(content: .text(body), line: 1 + skipped, structure: .markdown)])
  }

  /// Drops a block of metadata between `---` and `---` or `...`, or between `+++` lines, that opens the document. Its first
  /// line gives a key: a rule that opens a document is a rule.
  /// - Returns: the rest and the number of lines dropped.
  private static func withoutFrontMatter(_ text: String, limit: Int) -> (body: String, lines: Int) {
    let fence = text.prefix(4)
    guard fence == "---\n" || fence == "+++\n" else { return (text, 0) }
    let ends: [Substring] = fence == "---\n" ? ["---", "..."] : ["+++"]
    var bytes = 0
    var lines = 0
    var rest = text[...]
    var hasKey = false
    while let newline = rest.firstIndex(of: "\n") {
      let line = rest[..<newline]
      if lines > 0, !hasKey, !line.allSatisfy(\.isWhitespace) {
        guard ends.contains(line) || line.hasPrefix("#") || isEntry(line) else { return (text, 0) }
        hasKey = !line.hasPrefix("#")
      }
      bytes += line.utf8.count + 1
      guard bytes <= limit else { return (text, 0) }
      rest = rest[text.index(after: newline)...]
      lines += 1
      if lines > 1, ends.contains(line) { return (String(rest), lines) }
    }
    return lines > 0 && ends.contains(rest) ? ("", lines + 1) : (text, 0)
  }

  /// `key: value`, `key = value`, `[section]`.
  private static func isEntry(_ line: Substring) -> Bool {
    let key = line.prefix { $0.isLetter || $0.isNumber || "_-.\"'".contains($0) }
    let rest = line[key.endIndex...].drop { $0 == " " }
    return line.hasPrefix("[") || !key.isEmpty && (rest.first == ":" || rest.first == "=")
  }
}
