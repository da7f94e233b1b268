/// Cuts text into the words that merges never cross; one hand-written scanner for each pattern (FACTS §2).
enum PreTokenizer: String, CaseIterable, Sendable {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  case gpt2 = "gpt-2"
  /// Every `\p{N}` stands alone; what lies between them is cut by `gpt2`, each stretch as a text of its own.
  case smollm
  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  case llama3 = "llama-bpe"
  /// As `llama3`, with `\p{N}` for `\p{N}{1,3}`.
  case qwen2

  /// Where a word that is a token of its own is that token, whatever the merges say (Llama 3's files ask for it).
  var ignoresMergesForWholeWords: Bool {
    switch self {
    case .llama3: true
    case .gpt2, .smollm, .qwen2: false
    }
  }

  /// The end of the word that starts at `start`; greater than `start`.
  @inline(__always)
  func wordEnd(from start: Int, in text: borrowing Span<UInt8>, classes: ScalarClasses) -> Int {
    switch self {
    case .smollm: Self.gptWordEnd(from: start, in: text, classes: classes, numbersApart: true)
    case .gpt2: Self.gptWordEnd(from: start, in: text, classes: classes, numbersApart: false)
    case .llama3: Self.llamaWordEnd(from: start, in: text, classes: classes, digits: 3)
    case .qwen2: Self.llamaWordEnd(from: start, in: text, classes: classes, digits: 1)
    }
  }

  @inline(__always)
  private static func gptWordEnd(
    from start: Int, in text: borrowing Span<UInt8>, classes: ScalarClasses, numbersApart: Bool
  ) -> Int {
    var (kind, length) = classes.character(at: start, in: text)
    var first = start
    if text[start] == UInt8(ascii: "'") {
      let contracted = contractionLength(at: start, in: text, ignoringCase: false)
      if contracted > 0 { return start + contracted }
    } else if text[start] == UInt8(ascii: " "), start + 1 < text.count {
      let next = classes.character(at: start + 1, in: text)
      // A number apart starts a new text, so that a space before it is the whole of a run.
      if !next.class.isWhitespace, !(numbersApart && next.class == .number) {
        first = start + 1
        (kind, length) = next
      }
    }
    switch kind {
    case .letter, .other: return skip(kind, from: first + length, in: text, classes: classes)
    case .number: return numbersApart ? first + length : skip(kind, from: first + length, in: text, classes: classes)
    case .space, .newline:
      let run = whitespaceRun(from: start, in: text, classes: classes)
      if run.end == text.count || run.last == start { return run.end }
      if numbersApart, classes.character(at: run.end, in: text).class == .number { return run.end }
      return run.last
    }
  }

  private static func llamaWordEnd(
    from start: Int, in text: borrowing Span<UInt8>, classes: ScalarClasses, digits: Int
  ) -> Int {
    if text[start] == UInt8(ascii: "'") {
      let contracted = contractionLength(at: start, in: text, ignoringCase: true)
      if contracted > 0 { return start + contracted }
    }
    let (kind, length) = classes.character(at: start, in: text)
    let second = start + length
    switch kind {
    case .letter: return skip(.letter, from: second, in: text, classes: classes)
    case .number:
      var end = second
      var count = 1
      while count < digits, end < text.count {
        let next = classes.character(at: end, in: text)
        guard next.class == .number else { break }
        end += next.length
        count += 1
      }
      return end
    case .space, .other:
      if second < text.count {
        let next = classes.character(at: second, in: text)
        if next.class == .letter { return skip(.letter, from: second + next.length, in: text, classes: classes) }
        if kind == .other || text[start] == UInt8(ascii: " ") && next.class == .other {
          return skipNewlines(from: skip(.other, from: second, in: text, classes: classes), in: text)
        }
      } else {
        return second
      }
    case .newline: break
    }
    let run = whitespaceRun(from: start, in: text, classes: classes)
    if let newline = run.lastNewline { return newline + 1 }
    return run.end == text.count || run.last == start ? run.end : run.last
  }

  /// The first position from `start` whose character is not of class `kind`.
  @inline(__always)
  private static func skip(
    _ kind: ScalarClass, from start: Int, in text: borrowing Span<UInt8>, classes: ScalarClasses
  ) -> Int {
    var end = start
    while end < text.count {
      let next = classes.character(at: end, in: text)
      guard next.class == kind else { break }
      end += next.length
    }
    return end
  }

  private static func skipNewlines(from start: Int, in text: borrowing Span<UInt8>) -> Int {
    var end = start
    while end < text.count, text[end] == UInt8(ascii: "\n") || text[end] == UInt8(ascii: "\r") { end += 1 }
    return end
  }

  /// The white space from `start`: its end, where its last character starts, and its last `\r` or `\n`.
  @inline(__always)
  private static func whitespaceRun(
    from start: Int, in text: borrowing Span<UInt8>, classes: ScalarClasses
  ) -> (end: Int, last: Int, lastNewline: Int?) {
    var end = start
    var last = start
    var newline: Int?
    while end < text.count {
      let next = classes.character(at: end, in: text)
      guard next.class.isWhitespace else { break }
      if next.class == .newline { newline = end }
      last = end
      end += next.length
    }
    return (end, last, newline)
  }

  /// The length of `'s 't 're 've 'm 'll 'd` at an apostrophe; 0 where there is none.
  private static func contractionLength(at start: Int, in text: borrowing Span<UInt8>, ignoringCase: Bool) -> Int {
    guard start + 1 < text.count else { return 0 }
    let fold: UInt8 = ignoringCase ? 0x20 : 0
    let first = text[start + 1] | fold
    let second: UInt8? = start + 2 < text.count ? text[start + 2] : nil
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return second.map { $0 | fold } == UInt8(ascii: "e") ? 3 : 0
    case UInt8(ascii: "l"): return second.map { $0 | fold } == UInt8(ascii: "l") ? 3 : 0
    // U+017F, the long s, folds to s.
    case 0xC5 | fold: return ignoringCase && text[start + 1] == 0xC5 && second == 0xBF ? 3 : 0
    default: return 0
    }
  }
}
