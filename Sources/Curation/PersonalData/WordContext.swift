/// Words beside a candidate: what decides where its form alone does not.
struct WordContext: Sendable {
  private let words: [[UInt8]]

  /// - Parameter words: lowercase; a word that ends in `*` may go on, others stand alone.
  init(_ words: [String]) { self.words = words.map { Array($0.utf8) } }

  /// Bytes looked at before a candidate.
  static let window = 48

  /// Where the last of the words before `index` ends, `nil` where there is none.
  func lastEnd(in bytes: [UInt8], before index: Int) -> Int? {
    end(in: bytes, max(0, index - Self.window)..<index)
  }

  /// Whether one of the words begins within `reach` bytes after `index`, on the same line.
  func follows(_ bytes: [UInt8], _ index: Int, reach: Int = 16) -> Bool {
    var limit = index
    while limit < bytes.count, limit - index < reach, bytes[limit] != 0x0A { limit += 1 }
    return end(in: bytes, index..<limit) != nil
  }

  private func end(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var last: Int?
    for word in words {
      let isOpen = word.last == 0x2A
      let length = isOpen ? word.count - 1 : word.count
      guard range.count >= length, length > 0 else { continue }
      var start = range.upperBound - length
      while start >= max(range.lowerBound, (last ?? 0) - length + 1) {
        if matches(bytes, start, word, length), !continues(bytes, before: start),
          isOpen || !Self.isWord(bytes, start + length)
        {
          last = max(last ?? 0, start + length)
          break
        }
        start -= 1
      }
    }
    return last
  }

  private func matches(_ bytes: [UInt8], _ start: Int, _ word: [UInt8], _ length: Int) -> Bool {
    for offset in 0..<length where ASCII.lower(bytes[start + offset]) != word[offset] { return false }
    return true
  }

  private func continues(_ bytes: [UInt8], before index: Int) -> Bool {
    index > 0 && (ASCII.isLetter(bytes[index - 1]) || bytes[index - 1] >= 0x80)
  }

  private static func isWord(_ bytes: [UInt8], _ index: Int) -> Bool {
    index < bytes.count && (ASCII.isLetter(bytes[index]) || bytes[index] >= 0x80)
  }
}
