/// Rows in aligned columns by display width, with spaces alone, so that a paste into a ticket keeps its shape.
package struct Table: Sendable {
  package enum Alignment: Hashable, Sendable { case left, right }

  package struct Column: Sendable {
    package var title: String
    package var alignment: Alignment
    /// Cells at least and at most; longer text is cut with `…`.
    package var minimum: Int
    package var maximum: Int

    package init(_ title: String, _ alignment: Alignment = .left, minimum: Int = 0, maximum: Int = .max) {
      self.title = title
      self.alignment = alignment
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// Text of a cell, and how a terminal may show it; the paint does not count for the width.
  package struct Cell: Sendable, ExpressibleByStringLiteral {
    package var text: String
    package var paint: (@Sendable (Style, String) -> String)?
    /// Runs over the columns to its right, which a row that ends here leaves free.
    package var spans = false

    package init(_ text: String, spans: Bool = false, paint: (@Sendable (Style, String) -> String)? = nil) {
      self.text = text
      self.spans = spans
      self.paint = paint
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  private enum Row: Sendable {
    case cells([Cell])
    /// A line of its own that no column width follows; the note starts at the given column.
    case section(String, note: String, column: Int)
  }

  package var columns: [Column]
  /// Spaces between columns.
  package var gap: Int
  /// Spaces before the first column.
  package var indent: Int
  private var rows: [Row] = []

  package init(_ columns: [Column], gap: Int = 2, indent: Int = 0) {
    self.columns = columns
    self.gap = gap
    self.indent = indent
  }

  package var isEmpty: Bool { rows.isEmpty }

  package mutating func add(_ cells: [Cell]) { rows.append(.cells(cells)) }

  package mutating func add(_ cells: [String]) { rows.append(.cells(cells.map { Cell($0) })) }

  package mutating func addSection(_ title: String, note: String = "", atColumn column: Int = 0) {
    rows.append(.section(title, note: note, column: column))
  }

  /// Lines without trailing spaces; the titles first where any column has one.
  package func lines(style: Style = .plain) -> [String] {
    let widths = columns.indices.map(width(ofColumn:))
    var lines: [String] = []
    if columns.contains(where: { !$0.title.isEmpty }) {
      lines.append(line(columns.map { Cell($0.title) { $0.faint($1) } }, widths, style))
    }
    for row in rows {
      switch row {
      case .cells(let cells):
        lines.append(line(cells, widths, style))
      case .section(let title, let note, let column):
        let start = indent + widths.prefix(column).reduce(0) { $0 + $1 + gap }
        let space = note.isEmpty ? 0 : max(1, start - DisplayText.width(title))
        lines.append(style.strong(title) + String(repeating: " ", count: space) + style.faint(note))
      }
    }
    return lines
  }

  package func text(style: Style = .plain) -> String {
    lines(style: style).map { $0 + "\n" }.joined()
  }

  private func width(ofColumn column: Int) -> Int {
    let cells = rows.reduce(DisplayText.width(columns[column].title)) { widest, row in
      guard case .cells(let cells) = row, column < cells.count, !cells[column].spans else { return widest }
      return max(widest, DisplayText.width(cells[column].text))
    }
    return max(columns[column].minimum, min(columns[column].maximum, cells))
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
    var line = String(repeating: " ", count: indent)
    var owed = 0
    for (column, cell) in cells.enumerated() where column < widths.count {
      let text = cell.spans ? cell.text : DisplayText.truncated(cell.text, to: widths[column])
      let padding = max(0, widths[column] - DisplayText.width(text))
      let leading = columns[column].alignment == .right ? padding : 0
      if !text.isEmpty {
        line += String(repeating: " ", count: owed + leading) + (cell.paint?(style, text) ?? text)
        owed = padding - leading + gap
      } else {
        owed += padding + gap
      }
    }
    return line.allSatisfy { $0 == " " } ? "" : line
  }
}
