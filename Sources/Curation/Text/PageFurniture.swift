/// What pages add to a text: running headers and footers, page numbers, hyphens at the ends of lines.
///
/// Pages are known by form feeds, as converters write them between pages. Hyphens are undone in any running text whose
/// lines were broken at a column.
enum PageFurniture {
  /// Fewer pages tell no header from text.
  private static let fewestPages = 3
  /// Lines looked at on each end of a page.
  private static let edgeLines = 3
  /// A line of so many pages is no text of its own.
  private static let share = 0.5
  /// Lines as long as these were broken by a typesetter.
  private static let brokenLine = 40

  static func removed(from text: String) -> String {
    var bytes = Array(text.utf8)
    if bytes.contains(0x0C) { bytes = withoutEdges(bytes) }
    if hasHyphens(bytes) { bytes = joined(bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Headers and footers

  private static func withoutEdges(_ bytes: [UInt8]) -> [UInt8] {
    let pages = bytes.split(separator: 0x0C, omittingEmptySubsequences: false).map { page in
      page.split(separator: 0x0A, omittingEmptySubsequences: false)
    }
    guard pages.count >= fewestPages else { return bytes }
    var counts: [[UInt8]: Int] = [:]
    for page in pages {
      for key in Set(edges(of: page).map { key(page[$0]) }) { counts[key, default: 0] += 1 }
    }
    let least = max(fewestPages, Int((Double(pages.count) * share).rounded(.up)))
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (number, page) in pages.enumerated() {
      let dropped = Set(edges(of: page).filter { (counts[key(page[$0])] ?? 0) >= least })
      if number > 0 { result.append(0x0A) }
      for (index, line) in page.enumerated() where !dropped.contains(index) {
        result.append(contentsOf: line)
        if index < page.count - 1 { result.append(0x0A) }
      }
    }
    return result
  }

  /// The first and last lines of a page that are not blank.
  private static func edges(of page: [ArraySlice<UInt8>]) -> [Int] {
    let full = page.indices.filter { !page[$0].allSatisfy(ASCII.isSpace) }
    return Array(Set(full.prefix(edgeLines)).union(full.suffix(edgeLines)))
  }

  /// Without white space and with every number as `0`: page 7 of 9 is page 8 of 9.
  private static func key(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var key: [UInt8] = []
    for byte in line where !ASCII.isSpace(byte) {
      let folded: UInt8 = ASCII.isDigit(byte) ? 0x30 : ASCII.lower(byte)
      if folded != 0x30 || key.last != 0x30 { key.append(folded) }
    }
    return key
  }

  // MARK: Hyphens

  private static func hasHyphens(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() where byte == 0x0A && index > 1 {
      if hyphen(bytes, before: index) != nil { return true }
    }
    return false
  }

  /// Where the hyphen begins that ends the line at `end`, after a letter.
  private static func hyphen(_ bytes: [UInt8], before end: Int) -> Int? {
    var last = end - 1
    if last >= 0, bytes[last] == 0x0D { last -= 1 }
    guard last >= 2 else { return nil }
    if bytes[last] == 0x2D { return isLetterEnd(bytes[last - 1]) ? last : nil }
    // U+2010 and the soft hyphen.
    if bytes[last] == 0x90, bytes[last - 1] == 0x80, bytes[last - 2] == 0xE2 { return last - 2 }
    if bytes[last] == 0xAD, bytes[last - 1] == 0xC2 { return last - 1 }
    return nil
  }

  private static func isLetterEnd(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || byte >= 0x80 }

  /// Joins words that a hyphen and a line end divide. A hyphen stays where the text has the word with it elsewhere, and
  /// where the next line does not begin with a small letter.
  private static func joined(_ bytes: [UInt8]) -> [UInt8] {
    let words = hyphenatedWords(bytes)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var lineStart = 0
    var copied = 0
    for index in bytes.indices where bytes[index] == 0x0A {
      defer { lineStart = index + 1 }
      guard let mark = hyphen(bytes, before: index), mark >= copied, index - lineStart >= brokenLine else { continue }
      var next = index + 1
      while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
      guard next < bytes.count, isSmall(bytes, next) else { continue }
      var start = mark
      while start > lineStart, isLetterEnd(bytes[start - 1]) { start -= 1 }
      var end = next
      while end < bytes.count, isLetterEnd(bytes[end]) { end += 1 }
      let isCompound = words.contains(Array(bytes[start..<mark]) + [0x2D] + bytes[next..<end])
      result.append(contentsOf: bytes[copied..<mark])
      if isCompound { result.append(0x2D) }
      result.append(contentsOf: bytes[next..<end])
      // The line ends where the word does.
      result.append(0x0A)
      while end < bytes.count, bytes[end] == 0x20 { end += 1 }
      if end < bytes.count, bytes[end] == 0x0A { end += 1 }
      copied = end
    }
    result.append(contentsOf: bytes[min(copied, bytes.count)...])
    return result
  }

  private static func isSmall(_ bytes: [UInt8], _ index: Int) -> Bool {
    if bytes[index] < 0x80 { return bytes[index] &- 0x61 < 26 }
    var scanner = UTF8Scanner(Array(bytes[index..<min(bytes.count, index + 4)]))
    guard let scalar = scanner.next(), let valid = Unicode.Scalar(scalar) else { return false }
    return valid.properties.isLowercase
  }

  /// Words with a hyphen inside a line.
  private static func hyphenatedWords(_ bytes: [UInt8]) -> Set<[UInt8]> {
    var words: Set<[UInt8]> = []
    for index in bytes.indices.dropFirst().dropLast()
    where bytes[index] == 0x2D && isLetterEnd(bytes[index - 1]) && isLetterEnd(bytes[index + 1]) {
      var start = index
      while start > 0, isLetterEnd(bytes[start - 1]) { start -= 1 }
      var end = index + 1
      while end < bytes.count, isLetterEnd(bytes[end]) { end += 1 }
      if end - start < 64 { words.insert(Array(bytes[start..<end])) }
    }
    return words
  }
}
