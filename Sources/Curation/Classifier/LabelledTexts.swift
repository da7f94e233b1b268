import Foundation
import Platform

/// Texts that somebody labelled: what a classifier learns from.
package struct LabelledTexts: Sendable {
  /// Which columns, or keys, hold what.
  package struct Columns: Sendable {
    package var text = "text"
    package var label = "label"
    /// `nil` takes a column of the name `kind` where there is one.
    package var kind: String?
    /// Labels whose texts are to be refused; empty chooses.
    package var refuse: [String] = []

    package init() {}
  }

  package struct Row: Sendable {
    package var text: String
    package var refuse: Bool
    /// Such as `counter_speech`; empty where there is none.
    package var kind: String

    package init(text: String, refuse: Bool, kind: String = "") {
      self.text = text
      self.refuse = refuse
      self.kind = kind
    }
  }

  package let path: String
  package let rows: [Row]
  /// The labels that are refused, as the file has them.
  package let refused: [String]

  static let mostKinds = 50
  private static let refuseWords: Set<String> = [
    "1", "1.0", "true", "yes", "y", "toxic", "refuse", "reject", "bad", "harmful", "hate", "offensive", "abusive",
    "spam",
  ]
  private static let kindColumn = "kind"

  package init(path: String, rows: [Row], refused: [String] = ["1"]) {
    self.path = path
    self.rows = rows
    self.refused = refused
  }

  /// CSV or TSV with titles, or JSON lines.
  /// - Parameter path: where the bytes are from; its ending says which.
  package init(_ bytes: [UInt8], path: String, columns: Columns) throws(LabelError) {
    let text: String
    do {
      text = try TextDecoding.decode(bytes).text
    } catch {
      throw .unreadable(path: path, reason: error.reason.description)
    }
    let ending = DocumentReaders.pathExtension(path)
    let read =
      try JSONLinesReader.extensions.contains(ending)
      ? Self.lines(text, path, columns) : Self.table(text, path, columns, isTSV: ending == "tsv" || ending == "tab")
    guard !read.isEmpty else { throw .noRows(path: path) }
    let labels = Dictionary(grouping: read, by: \.label).mapValues(\.count)
    let listed = labels.keys.sorted { (labels[$1] ?? 0, $0) < (labels[$0] ?? 0, $1) }
    let refused = try Self.refused(listed, columns.refuse, path)
    guard listed.contains(where: { !refused.contains($0) }) else {
      throw .oneClass(path: path, label: listed.first ?? "")
    }
    let kinds = Set(read.map(\.kind)).count
    guard kinds <= Self.mostKinds else {
      throw .tooManyKinds(path: path, column: columns.kind ?? Self.kindColumn, count: kinds)
    }
    self.path = path
    self.refused = refused
    rows = read.map { Row(text: $0.text, refuse: refused.contains($0.label), kind: $0.kind) }
  }

  private struct Cells {
    var text: String
    var label: String
    var kind: String
  }

  private static func refused(_ labels: [String], _ named: [String], _ path: String) throws(LabelError) -> [String] {
    if let missing = named.first(where: { !labels.contains($0) }) {
      throw .unknownLabel(path: path, label: missing, among: labels)
    }
    if !named.isEmpty { return named }
    let likely = labels.filter { refuseWords.contains($0.lowercased()) }
    if labels.count == 1 { throw .oneClass(path: path, label: labels[0]) }
    guard labels.count == 2, likely.count == 1 else { throw .unclear(path: path, labels: labels) }
    return likely
  }

  private static func table(
    _ text: String, _ path: String, _ columns: Columns, isTSV: Bool
  ) throws(LabelError) -> [Cells] {
    var parser = TableParser(Array(text.utf8), isTabbed: isTSV)
    let rows: [TableParser.Row]
    do {
      rows = try parser.rows()
    } catch {
      throw .unreadable(path: path, reason: error.reason.description)
    }
    let titles = (rows.first?.cells ?? []).map { trimmed($0) }
    func column(_ name: String, _ flag: String) throws(LabelError) -> Int {
      guard let found = titles.firstIndex(of: name) ?? titles.firstIndex(where: { $0.lowercased() == name }) else {
        throw .noColumn(path: path, column: name, flag: flag, among: titles)
      }
      return found
    }
    let (texts, labels) = (try column(columns.text, "text"), try column(columns.label, "label"))
    var kinds = titles.firstIndex(of: kindColumn)
    if let name = columns.kind { kinds = try column(name, "kind") }
    var read: [Cells] = []
    for row in rows.dropFirst() {
      guard row.cells.count > max(texts, labels, kinds ?? 0) else { throw .shortRow(path: path, line: row.line) }
      read.append(
        try cells(row.cells[texts], row.cells[labels], kinds.map { row.cells[$0] } ?? "", path, row.line, columns))
    }
    return read
  }

  private static func lines(_ text: String, _ path: String, _ columns: Columns) throws(LabelError) -> [Cells] {
    let bytes = Array(text.utf8)
    var read: [Cells] = []
    var (start, number) = (0, 0)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      defer { start = end + 1 }
      number += 1
      if bytes[start..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      let value = try? JSONDocument.value(bytes, start..<end, limits: ReaderLimits())
      guard let value, case .object = value else { throw .notAnObject(path: path, line: number) }
      func member(_ key: String) -> String { value[key]?.scalarText ?? "" }
      read.append(
        try cells(
          member(columns.text), member(columns.label), member(columns.kind ?? kindColumn), path, number, columns))
    }
    return read
  }

  private static func cells(
    _ text: String, _ label: String, _ kind: String, _ path: String, _ line: Int, _ columns: Columns
  ) throws(LabelError) -> Cells {
    let normalised = TextNormaliser.normalise(text).text
    guard normalised.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw .noText(path: path, line: line, column: columns.text)
    }
    guard !trimmed(label).isEmpty else { throw .noLabel(path: path, line: line, column: columns.label) }
    return Cells(text: normalised, label: trimmed(label), kind: trimmed(kind))
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
