import Foundation
import Platform
import Tokenizers

/// CSV and TSV (RFC 4180): each row is a record where the titles are those of a convention, where the settings name a
/// column, or where one column holds running text; otherwise the table as a whole is one text of rows.
enum TableReader: DocumentReader {
  static let extensions: Set<String> = ["csv", "tsv", "tab"]
  static let readsNormalisedText = false
  static let reportsLines = false

  /// Rows looked at to find the column of running text.
  private static let sample = 200
  /// Words of a cell of running text.
  private static let proseWords = 6

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    var parser = TableParser(Array(text.utf8), isTabbed: name != "csv")
    let rows = try parser.rows()
    guard let titles = rows.first?.cells, rows.count > 1 || limits.field == nil else {
      throw Rejected(.noRecords, detail: "no rows")
    }
    if let field = limits.field {
      guard let column = titles.firstIndex(where: { trimmed($0) == trimmed(field) }) else {
        throw Rejected(.missingColumn, detail: "none of the \(titles.count) titles is the one that readers.field names")
      }
      return records(of: column, rows)
    }
    let keys = titles.map { trimmed($0).lowercased() }
    if RecordConvention.recognises(.object(keys.map { JSONMember(key: $0, value: .null) })) {
      return byConvention(keys, rows)
    }
    if let column = proseColumn(rows) { return records(of: column, rows) }
    return whole(rows)
  }

  private static func records(of column: Int, _ rows: [TableParser.Row]) -> ReadDocument {
    let label = rows.first.flatMap { titles in titles.cells.firstIndex { trimmed($0).lowercased() == "label" } }
    var document = ReadDocument()
    // A first row of running text is no title.
    let hasTitles = rows.first.map { column >= $0.cells.count || words($0.cells[column]) < proseWords } ?? true
    for row in rows.dropFirst(hasTitles ? 1 : 0) {
      guard column < row.cells.count, !row.cells[column].isEmpty else { continue }
      document.records.append(
        ReadRecord(
          content: .text(row.cells[column]), label: label.flatMap { $0 < row.cells.count ? row.cells[$0] : nil },
          line: row.line, structure: .plain))
    }
    return document
  }

  private static func byConvention(_ keys: [String], _ rows: [TableParser.Row]) -> ReadDocument {
    var document = ReadDocument()
    for row in rows.dropFirst() {
      // Of columns with one name the first counts.
      let members = zip(keys, row.cells).reversed().map { JSONMember(key: $0, value: .string($1)) }
      do {
        document.records.append(try RecordConvention.record(.object(members), line: row.line, field: nil))
      } catch {
        document.notices.append(RecordNotice(line: row.line, reason: error.reason))
      }
    }
    return document
  }

  /// The column whose cells are sentences in most rows; of several the longest.
  private static func proseColumn(_ rows: [TableParser.Row]) -> Int? {
    let body = rows.dropFirst().prefix(sample)
    guard body.count >= 1, let columns = rows.first?.cells.count else { return nil }
    var best: (column: Int, words: Int)?
    for column in 0..<columns {
      let words = body.map { row in
        column < row.cells.count ? Self.words(row.cells[column]) : 0
      }
      let total = words.reduce(0, +)
      guard words.count(where: { $0 >= proseWords }) * 2 > body.count, total > best?.words ?? 0 else { continue }
      best = (column, total)
    }
    return best?.column
  }

  private static func words(_ cell: String) -> Int { cell.split(whereSeparator: \.isWhitespace).count }

  private static func trimmed(_ title: String) -> String {
    title.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func whole(_ rows: [TableParser.Row]) -> ReadDocument {
    let text = rows.map { row in
      row.cells.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }.joined(separator: " | ")
    }.joined(separator: "\n")
    return ReadDocument(records: [ReadRecord(content: .text(text), label: nil, line: 1, structure: .plain)])
  }
}

/// Rows of cells, quoted or not. Line ends inside quotes belong to the cell; a quote inside quotes is doubled.
struct TableParser {
  struct Row {
    var cells: [String]
    /// The line where it begins, from 1.
    var line: Int
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  /// Tables between tabs are seldom quoted: a quote that ends before no separator is text.
  private let isTabbed: Bool
  private var position = 0
  private var line = 1
  private var hasQuotedCells = true

  /// - Parameter isTabbed: cells lie between tabs; otherwise between `,`, `;`, `|` or tabs, whichever the first line has most
  ///   of, or what a first line `sep=;` says, as spreadsheets write it.
  init(_ bytes: [UInt8], isTabbed: Bool) {
    self.bytes = bytes
    self.isTabbed = isTabbed
    if bytes.starts(with: "sep=".utf8), bytes.count > 5, bytes[5] == 0x0A || bytes[5] == 0x0D {
      separator = bytes[4]
      position = bytes[5] == 0x0D && bytes.count > 6 && bytes[6] == 0x0A ? 7 : 6
      line = 2
    } else {
      separator = isTabbed ? 0x09 : Self.separator(of: bytes)
    }
  }

  /// - Throws: `Rejected` with `table.malformed`.
  mutating func rows() throws(Rejected) -> [Row] {
    var rows: [Row] = []
    while position < bytes.count {
      let start = line
      let cells = try row()
      if cells.count > 1 || cells.first?.isEmpty == false { rows.append(Row(cells: cells, line: start)) }
    }
    return rows
  }

  /// A line of separators is no table, and each would cost a string.
  private static let mostColumns = 4096

  private mutating func row() throws(Rejected) -> [String] {
    var cells: [String] = []
    while true {
      cells.append(try cell())
      guard cells.count <= Self.mostColumns else {
        throw Rejected(
          .malformedTable, figure: Double(cells.count), limit: Double(Self.mostColumns),
          detail: "line \(line) has more columns than a table; give it an ending that is none of a table's")
      }
      guard position < bytes.count else { return cells }
      let byte = bytes[position]
      position += 1
      if byte == separator {
        if position == bytes.count { cells.append("") }
        continue
      }
      if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
      line += 1
      return cells
    }
  }

  private mutating func cell() throws(Rejected) -> String {
    guard position < bytes.count, bytes[position] == 0x22, !isTabbed || closes(position) else {
      return String(decoding: plain(), as: UTF8.self)
    }
    let opened = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == 0x22 else {
        if byte == 0x0A { line += 1 }
        content.append(byte)
        continue
      }
      if position < bytes.count, bytes[position] == 0x22 {
        content.append(byte)
        position += 1
        continue
      }
      // What stands between the closing quote and the separator belongs to the cell all the same.
      content.append(contentsOf: plain())
      return String(decoding: content, as: UTF8.self)
    }
    throw Rejected(.malformedTable, detail: "the quote that opens on line \(opened) does not end")
  }

  /// Whether the quote at `start` ends before a separator or a line's end. Where one does not, none after it is looked for.
  private mutating func closes(_ start: Int) -> Bool {
    guard hasQuotedCells else { return false }
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == 0x22 {
        guard index + 1 < bytes.count, bytes[index + 1] == 0x22 else {
          return index + 1 == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[index + 1])
        }
        index += 1
      }
      index += 1
    }
    hasQuotedCells = false
    return false
  }

  private mutating func plain() -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A, bytes[position] != 0x0D {
      position += 1
    }
    return bytes[start..<position]
  }

  private static func separator(of bytes: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in bytes {
      if byte == 0x22 { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A { break }
      if byte == 0x2C || byte == 0x3B || byte == 0x09 || byte == 0x7C { counts[byte, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0x2C
  }
}
