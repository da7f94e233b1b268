/// Everything the filters measure, gathered in one pass over a text.
///
/// A word is a run of letters, marks and digits; in scripts without spaces each letter is a word.
package struct TextStatistics: Sendable {
  /// Unicode scalars.
  package private(set) var scalars = 0
  package private(set) var letters = 0
  package private(set) var ideographs = 0
  package private(set) var digits = 0
  package private(set) var symbols = 0
  package private(set) var punctuation = 0
  /// Scalars that are no white space.
  package private(set) var visible = 0
  /// Letters of each script, by `Script.rawValue`.
  package private(set) var scripts = [Int](repeating: 0, count: Script.allCases.count)
  package private(set) var wordCount = 0
  /// The hashes of the first million words, in order: repetition is measured there, in bounded memory.
  package private(set) var words: [UInt64] = []
  /// Scalars of each of `words`.
  package private(set) var wordLengths: [UInt32] = []
  /// Scalars in words of letters of scripts with spaces, and the number of such words.
  package private(set) var spacedWordScalars = 0
  package private(set) var spacedWords = 0
  /// The first million lines and paragraphs that are not blank.
  package private(set) var lines: [Block] = []
  package private(set) var paragraphs: [Block] = []
  /// Scalars in words made of hexadecimal digits only, and how many of those are letters.
  package private(set) var hexadecimalScalars = 0
  package private(set) var hexadecimalLetters = 0
  /// Scalars in runs of at least 40 of `[A-Za-z0-9+/]` that mix digits and letters as encoded data does.
  package private(set) var unbrokenScalars = 0
  /// Scalars in words.
  package private(set) var wordScalars = 0
  /// Scalars in `words`.
  package private(set) var keptWordScalars = 0
  /// Line ends.
  package private(set) var newlines = 0
  /// `#`.
  package private(set) var hashSigns = 0
  /// `…` and `...`.
  package private(set) var ellipses = 0

  /// A line or paragraph, trimmed.
  package struct Block: Sendable {
    package var hash: UInt64
    /// Visible scalars.
    package var length: UInt32
    /// Words of at least three letters.
    package var longWords: UInt32
    /// First visible scalar and last visible scalar.
    package var first: UInt32
    package var last: UInt32
    /// Leading white space, in scalars.
    package var indentation: UInt32
    /// Scalars from the first visible to the last.
    package var width: UInt32
    package var endsInEllipsis: Bool

    /// Whether it begins as an item of a list does.
    package var isBullet: Bool {
      switch first {
      case 0x2022, 0x2023, 0x25E6, 0x25AA, 0x25CF, 0x25CB, 0x25A0, 0x25B6, 0x2043, 0x2D, 0x2A, 0x2013: true
      default: false
      }
    }
  }

  package static let unbrokenRun = 40
  private static let mostKept = 1 << 20

  package init(_ text: String) { self.init(utf8: Array(text.utf8)) }

  init(utf8 bytes: [UInt8]) {
    words.reserveCapacity(min(bytes.count / 6, Self.mostKept))
    wordLengths.reserveCapacity(min(bytes.count / 6, Self.mostKept))
    var scanner = UTF8Scanner(bytes)
    var word = Word()
    var line = OpenBlock()
    var paragraph = OpenBlock()
    var run = Run()
    var dots = 0
    while let scalar = scanner.next() {
      scalars += 1
      let kind = CharacterClass.of(scalar)
      dots = scalar == 0x2E ? dots + 1 : 0
      if dots == 3 || scalar == 0x2026 { ellipses += 1 }
      if scalar == 0x23 { hashSigns += 1 }
      if !run.add(scalar), run.length > 0 { close(&run) }
      switch kind {
      case .letter, .digit:
        word.add(scalar, isLetter: kind == .letter)
        count(kind, scalar)
      case .mark where word.length > 0:
        word.add(scalar, isLetter: true)
        visible += 1
      case .ideograph:
        close(&word, line: &line, paragraph: &paragraph)
        count(kind, scalar)
        keep(Mixing.step(Mixing.start, UInt64(scalar)), length: 1)
        line.longWords += 1
        paragraph.longWords += 1
      case .mark, .punctuation, .symbol, .control:
        close(&word, line: &line, paragraph: &paragraph)
        count(kind, scalar)
      case .space:
        close(&word, line: &line, paragraph: &paragraph)
        line.space()
        paragraph.space()
        continue
      case .newline:
        newlines += 1
        close(&word, line: &line, paragraph: &paragraph)
        if line.length == 0 {
          Self.close(&paragraph, into: &paragraphs)
        } else {
          Self.close(&line, into: &lines)
          paragraph.space()
        }
        line = OpenBlock()
        continue
      }
      line.add(scalar)
      paragraph.add(scalar)
    }
    close(&run)
    close(&word, line: &line, paragraph: &paragraph)
    Self.close(&line, into: &lines)
    Self.close(&paragraph, into: &paragraphs)
  }

  /// Visible scalars a word has on average; 0 without words of scripts with spaces.
  package var meanWordLength: Double { spacedWords == 0 ? 0 : Double(spacedWordScalars) / Double(spacedWords) }

  /// `count` of the visible scalars, as a share.
  package func share(_ count: Int) -> Double { visible == 0 ? 0 : Double(count) / Double(visible) }

  private mutating func count(_ kind: CharacterClass, _ scalar: UInt32) {
    visible += 1
    switch kind {
    case .letter:
      letters += 1
      scripts[Int(Script.of(scalar).rawValue)] += 1
    case .ideograph:
      ideographs += 1
      scripts[Int(Script.of(scalar).rawValue)] += 1
    case .digit: digits += 1
    case .punctuation: punctuation += 1
    case .symbol: symbols += 1
    case .mark, .control, .space, .newline: break
    }
  }

  @inline(__always)
  private mutating func keep(_ word: UInt64, length: UInt32) {
    wordCount += 1
    wordScalars += Int(length)
    guard words.count < Self.mostKept else { return }
    words.append(word)
    wordLengths.append(length)
    keptWordScalars += Int(length)
  }

  private mutating func close(_ run: inout Run) {
    if run.length >= Self.unbrokenRun, run.digits * 20 >= run.length, run.letters * 4 >= run.length {
      unbrokenScalars += run.length
    }
    run = Run()
  }

  /// A stretch of the characters that base64 and hexadecimal use.
  private struct Run {
    var length = 0
    var digits = 0
    var letters = 0

    /// - Returns: whether `scalar` goes on with the run.
    @inline(__always)
    mutating func add(_ scalar: UInt32) -> Bool {
      switch scalar {
      case 0x30...0x39: digits += 1
      case 0x41...0x5A, 0x61...0x7A: letters += 1
      case 0x2B, 0x2F: break
      default: return false
      }
      length += 1
      return true
    }
  }

  private mutating func close(_ word: inout Word, line: inout OpenBlock, paragraph: inout OpenBlock) {
    guard word.length > 0 else { return }
    keep(word.hash, length: word.length)
    if word.letters > 0 {
      spacedWords += 1
      spacedWordScalars += Int(word.length)
    }
    if word.letters >= 3 {
      line.longWords += 1
      paragraph.longWords += 1
    }
    if word.isHexadecimal {
      hexadecimalScalars += Int(word.length)
      hexadecimalLetters += Int(word.letters)
    }
    word = Word()
  }

  private static func close(_ block: inout OpenBlock, into blocks: inout [Block]) {
    if block.length > 0, blocks.count < mostKept {
      blocks.append(
        Block(
          hash: Mixing.finish(block.hash), length: block.length, longWords: block.longWords, first: block.first,
          last: block.last, indentation: block.indentation, width: block.width,
          endsInEllipsis: block.last == 0x2026 || block.dots >= 3))
    }
    block = OpenBlock()
  }

  private struct Word {
    var hash = Mixing.start
    var length: UInt32 = 0
    var letters: UInt32 = 0
    var isHexadecimal = true

    @inline(__always)
    mutating func add(_ scalar: UInt32, isLetter: Bool) {
      hash = Mixing.step(hash, UInt64(scalar))
      length += 1
      if isLetter { letters += 1 }
      switch scalar {
      case 0x30...0x39, 0x41...0x46, 0x61...0x66: break
      default: isHexadecimal = false
      }
    }
  }

  private struct OpenBlock {
    var hash = Mixing.start
    var length: UInt32 = 0
    var longWords: UInt32 = 0
    var first: UInt32 = 0
    var last: UInt32 = 0
    var indentation: UInt32 = 0
    var width: UInt32 = 0
    /// Full stops that it ends with so far.
    var dots = 0
    private var spaces: UInt32 = 0
    var pendingSpace = false

    @inline(__always)
    mutating func add(_ scalar: UInt32) {
      if pendingSpace, length > 0 { hash = Mixing.step(hash, 0x20) }
      pendingSpace = false
      hash = Mixing.step(hash, UInt64(scalar))
      if length == 0 { first = scalar }
      last = scalar
      length += 1
      width += spaces + 1
      spaces = 0
      dots = scalar == 0x2E ? dots + 1 : 0
    }

    @inline(__always)
    mutating func space() {
      pendingSpace = true
      if length == 0 { indentation += 1 } else { spaces += 1 }
    }
  }
}
