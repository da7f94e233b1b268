/// A stretch of a text, in Unicode scalars from its start, half open.
package struct TextSpan: Codable, Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  func moved(by offset: Int) -> TextSpan { TextSpan(start: start + offset, end: end + offset) }
}
