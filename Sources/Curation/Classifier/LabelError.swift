/// Why a classifier cannot be trained from a file of labels.
package enum LabelError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case noColumn(path: String, column: String, flag: String, among: [String])
  case noRows(path: String)
  case notAnObject(path: String, line: Int)
  case shortRow(path: String, line: Int)
  case noText(path: String, line: Int, column: String)
  case noLabel(path: String, line: Int, column: String)
  /// None, or several, of the labels look like the one to refuse.
  case unclear(path: String, labels: [String])
  case unknownLabel(path: String, label: String, among: [String])
  case oneClass(path: String, label: String)
  case tooFew(path: String, count: Int, refused: Bool, needed: Int, folds: Int)
  case tooManyKinds(path: String, column: String, count: Int)
  case unreachable(path: String, precision: Double, best: Double)

  package var description: String {
    switch self {
    case let .unreadable(path, reason): "\(path): it cannot be read as a table: \(reason). Save it as CSV in UTF-8."
    case let .noColumn(path, column, flag, among):
      "\(path): there is no column “\(column)”; there are: \(Self.list(among)). Name the right one with --\(flag)."
    case let .noRows(path): "\(path): there are no rows below the titles. Give it texts with labels."
    case let .notAnObject(path, line): "\(path): line \(line) is not a JSON object. Correct it."
    case let .shortRow(path, line):
      "\(path): the row at line \(line) has fewer cells than there are titles. Put texts with commas in quotes."
    case let .noText(path, line, column):
      "\(path): the row at line \(line) has no text in “\(column)”. Fill it in, or remove the row."
    case let .noLabel(path, line, column):
      "\(path): the row at line \(line) has no label in “\(column)”. Fill it in, or remove the row."
    case let .unclear(path, labels):
      "\(path): its labels are \(Self.list(labels)). Name the one whose texts are to be refused with --refuse VALUE."
    case let .unknownLabel(path, label, among):
      "\(path): no text has the label “\(label)” that --refuse names. The labels are: \(Self.list(among))."
    case let .oneClass(path, label):
      "\(path): every text has the label “\(label)”. Add texts of the other kind: a classifier learns what sets them apart."
    case let .tooFew(path, count, refused, needed, folds):
      "\(path): of texts to \(refused ? "refuse" : "keep") there are \(count) different ones, and \(folds) folds need"
        + " \(needed). Label more, or ask for fewer --folds."
    case let .tooManyKinds(path, column, count):
      "\(path): the column “\(column)” has \(count) different values, which are no kinds. Name another one with --kind."
    case let .unreachable(path, precision, best):
      "\(path): no threshold reaches a precision of \(precision); the best is \(best). Label more texts, or ask for less."
    }
  }

  private static let mostListed = 12

  private static func list(_ values: [String]) -> String {
    let shown = values.prefix(mostListed).map { $0.count > 40 ? "“\($0.prefix(40))…”" : "“\($0)”" }
    let rest = values.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
