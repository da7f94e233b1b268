/// The smallest stretch that segmentation moves: a sentence, a line of code or of a table, a heading.
struct Atom {
  /// UTF-8 bytes of the text.
  var range: Range<Int>
  /// How good a place its start is to begin a sample.
  var border: Border
}

/// How deep the cut before an atom goes.
enum Border: Int, Comparable, Sendable {
  case word, sentence, line, paragraph, heading, record

  static func < (left: Border, right: Border) -> Bool { left.rawValue < right.rawValue }
}
