/// Cuts a text into atoms that together are the whole text.
///
/// A line break belongs to the atom before it, a space between sentences to the sentence after it, as byte-pair
/// vocabularies have them. Atoms longer than `mostBytes` are cut between words, and words between characters.
struct TextAtoms {
  private let bytes: [UInt8]
  private let structure: TextStructure
  private let mostBytes: Int
  private var atoms: [Atom] = []

  private init(_ bytes: [UInt8], _ structure: TextStructure, mostBytes: Int) {
    self.bytes = bytes
    self.structure = structure
    self.mostBytes = mostBytes
  }

  /// - Parameter mostBytes: of one atom; at least 16.
  static func cut(_ bytes: [UInt8], structure: TextStructure, mostBytes: Int) -> [Atom] {
    var cutter = TextAtoms(bytes, structure, mostBytes: max(16, mostBytes))
    cutter.cutLines()
    return cutter.atoms
  }

  private mutating func cutLines() {
    var start = 0
    var afterBlank = true
    var afterHeading = false
    var inFence = false
    while start < bytes.count {
      var end = (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
      let line = bytes[start..<end]
      let isFence = structure != .code && (starts(line, with: "```") || starts(line, with: "~~~"))
      let isHeading = !inFence && isHeading(line)
      var border = isHeading ? Border.heading : afterBlank ? Border.paragraph : Border.line
      // What stands under a heading belongs to it; code stays together.
      if afterHeading, border < .heading { border = .sentence }
      if inFence { border = min(border, .sentence) }
      if isFence { inFence.toggle() }
      // Blank lines go with what they follow.
      var next = end
      var sawBlank = false
      while next < bytes.count, let blankEnd = blankLineEnd(next) {
        next = blankEnd
        sawBlank = true
      }
      end = next
      if afterBlank || isHeading || !continues(line) {
        append(start..<end, border)
      } else {
        // Prose wrapped at a column: a line that goes on is no place to cut unless a sentence ends there.
        append(start..<end, endsSentence(before: start) ? .line : .word)
      }
      afterHeading = isHeading
      afterBlank = sawBlank
      start = end
    }
  }

  /// The end of the line at `index` where it holds only white space.
  private func blankLineEnd(_ index: Int) -> Int? {
    var position = index
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    if position == bytes.count { return position }
    return bytes[position] == 0x0A ? position + 1 : nil
  }

  private func starts(_ line: ArraySlice<UInt8>, with mark: StaticString) -> Bool {
    line.drop { $0 == 0x20 }.starts(with: "\(mark)".utf8)
  }

  /// A Markdown or roff heading.
  private func isHeading(_ line: ArraySlice<UInt8>) -> Bool {
    switch structure {
    case .code: return false
    case .markdown, .plain:
      if line.first == 0x23 {
        let level = line.prefix { $0 == 0x23 }
        return level.count <= 6 && line.dropFirst(level.count).first == 0x20
      }
      return line.starts(with: ".SH ".utf8) || line.starts(with: ".SS ".utf8)
    }
  }

  /// Whether a line of prose goes on in the next: it begins with a letter and is no list item.
  private func continues(_ line: ArraySlice<UInt8>) -> Bool {
    guard structure != .code, let first = line.drop(while: { $0 == 0x20 }).first else { return false }
    return ASCII.isLetter(first) || first >= 0x80
  }

  private func endsSentence(before index: Int) -> Bool {
    var position = index - 1
    while position >= 0, bytes[position] <= 0x20 { position -= 1 }
    return position < 0 || isStop(position)
  }

  private func isStop(_ index: Int) -> Bool {
    switch bytes[index] {
    case 0x2E, 0x21, 0x3F, 0x3A: return true
    case 0x82: return index > 1 && bytes[index - 2] == 0xE3 && bytes[index - 1] == 0x80
    default: return false
    }
  }

  /// Appends a line, cut at the ends of sentences and then at words where it is long.
  private mutating func append(_ range: Range<Int>, _ border: Border) {
    var start = range.lowerBound
    var border = border
    var index = start
    while index < range.upperBound {
      let width = sentenceEnd(index, in: range)
      index += max(1, width)
      if width > 0, index < range.upperBound {
        appendBounded(start..<index, border)
        start = index
        border = .sentence
      }
    }
    appendBounded(start..<range.upperBound, border)
  }

  /// Bytes of a sentence's end at `index`: a stop before white space, or an ideographic stop; 0 elsewhere.
  private func sentenceEnd(_ index: Int, in range: Range<Int>) -> Int {
    switch bytes[index] {
    case 0x2E, 0x21, 0x3F:
      var after = index + 1
      while after < range.upperBound, [0x22, 0x27, 0x29, 0x5D].contains(bytes[after]) { after += 1 }
      guard after < range.upperBound, bytes[after] == 0x20 else { return 0 }
      return after - index
    case 0xE3 where index + 2 < range.upperBound && bytes[index + 1] == 0x80 && bytes[index + 2] == 0x82: return 3
    case 0xEF where index + 2 < range.upperBound && bytes[index + 1] == 0xBC:
      return bytes[index + 2] == 0x81 || bytes[index + 2] == 0x9F ? 3 : 0
    case 0xE0 where index + 2 < range.upperBound && bytes[index + 1] == 0xA5 && bytes[index + 2] == 0xA4: return 3
    default: return 0
    }
  }

  private mutating func appendBounded(_ range: Range<Int>, _ border: Border) {
    var start = range.lowerBound
    var border = border
    while range.upperBound - start > mostBytes {
      let cut = Self.wordCut(bytes, start, before: start + mostBytes)
      atoms.append(Atom(range: start..<cut, border: border))
      start = cut
      border = .word
    }
    if start < range.upperBound { atoms.append(Atom(range: start..<range.upperBound, border: border)) }
  }

  /// The last white space in the second half before `limit`, else the last scalar's start.
  static func wordCut(_ bytes: [UInt8], _ start: Int, before limit: Int) -> Int {
    var index = limit
    while index > start + (limit - start) / 2 {
      if bytes[index] == 0x20 || bytes[index] == 0x09 { return index }
      index -= 1
    }
    index = limit
    while index > start + 1, bytes[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }
}
