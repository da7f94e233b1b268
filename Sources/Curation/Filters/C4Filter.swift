/// The rules of C4 (Raffel et al., 2020, 2.2) about a document: filler text, code among prose, too few sentences
/// once lines that are no sentences are left out.
///
/// C4 itself cuts single lines out. Here nothing is cut: a document is judged by the lines that C4 would keep.
package struct C4Filter: QualityFilter {
  /// Whether `lorem ipsum` refuses.
  package var refusesLoremIpsum = true
  /// Whether a `{` refuses.
  package var refusesBraces = true
  /// Sentences in the lines that C4 keeps; `nil` does not look.
  package var leastSentences: Double? = 5
  /// Words of a line that is kept.
  private static let leastWords = 3
  private static let filler = Array("lorem ipsum".utf8)
  private static let phrases = [
    "javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies",
  ].map { Array($0.utf8) }

  package init() {}

  package init(loremIpsum: Bool, braces: Bool, leastSentences: Double?) {
    refusesLoremIpsum = loremIpsum
    refusesBraces = braces
    self.leastSentences = leastSentences
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    var measured: [Measurement] = []
    if refusesLoremIpsum {
      let count = Self.contains(text.utf8, Self.filler, in: 0..<text.utf8.count) ? 1.0 : 0
      measured.append(Measurement(.loremIpsum, count, .most, 0))
    }
    if refusesBraces { measured.append(Measurement(.braces, text.utf8.contains(0x7B) ? 1 : 0, .most, 0)) }
    if let leastSentences {
      measured.append(Measurement(.sentences, Double(Self.sentences(text.utf8)), .least, leastSentences))
    }
    return measured
  }

  /// Sentences in lines that end with a stop, have three words and none of the phrases of notices.
  private static func sentences(_ bytes: [UInt8]) -> Int {
    var count = 0
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = trimmed(bytes, start..<end)
      if isKept(bytes, line) { count += stops(bytes, line) }
      start = end + 1
    }
    return count
  }

  private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, ASCII.isSpace(bytes[start]) { start += 1 }
    while end > start, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isKept(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
    guard let last = line.last else { return false }
    let endsWithIdeographicStop =
      line.count >= 3 && bytes[last - 2] == 0xE3 && bytes[last - 1] == 0x80 && bytes[last] == 0x82
    let endsWithQuote = line.count >= 3 && bytes[last - 2] == 0xE2 && bytes[last - 1] == 0x80 && bytes[last] == 0x9D
    guard [0x2E, 0x21, 0x3F, 0x22, 0x27].contains(bytes[last]) || endsWithIdeographicStop || endsWithQuote else {
      return false
    }
    // Cut off.
    if line.count >= 3, bytes[(last - 2)...last].elementsEqual([0x2E, 0x2E, 0x2E]) { return false }
    var words = 1
    for index in line where bytes[index] == 0x20 && bytes[index - 1] != 0x20 { words += 1 }
    guard words >= leastWords || bytes[line].contains(where: { $0 >= 0xE0 }) else { return false }
    return !phrases.contains { contains(bytes, $0, in: line) }
  }

  private static func stops(_ bytes: [UInt8], _ line: Range<Int>) -> Int {
    var count = 0
    var index = line.lowerBound
    while index < line.upperBound {
      let byte = bytes[index]
      index += 1
      if byte == 0x82, index >= 3, bytes[index - 2] == 0x80, bytes[index - 3] == 0xE3 {
        count += 1
        continue
      }
      guard byte == 0x2E || byte == 0x21 || byte == 0x3F else { continue }
      while index < line.upperBound, [0x2E, 0x21, 0x3F, 0x22, 0x27, 0x29, 0x5D].contains(bytes[index]) { index += 1 }
      if index == line.upperBound || bytes[index] == 0x20 || bytes[index] >= 0x80 { count += 1 }
    }
    return max(1, count)
  }

  private static func contains(_ bytes: [UInt8], _ phrase: [UInt8], in range: Range<Int>) -> Bool {
    guard range.count >= phrase.count else { return false }
    var index = range.lowerBound
    let last = range.upperBound - phrase.count
    while index <= last {
      if ASCII.lower(bytes[index]) == phrase[0] {
        var offset = 1
        while offset < phrase.count, ASCII.lower(bytes[index + offset]) == phrase[offset] { offset += 1 }
        if offset == phrase.count { return true }
      }
      index += 1
    }
    return false
  }
}
