/// Finds where in a text the thing that a rule refuses it for first shows.
struct Offence {
  private let scalars: [Unicode.Scalar]

  /// - Returns: `nil` where the rule is about the text as a whole.
  static func find(_ reason: RejectionReason.Name, in text: String) -> TextSpan? {
    Offence(scalars: Array(text.unicodeScalars)).find(reason)
  }

  private func find(_ reason: RejectionReason.Name) -> TextSpan? {
    switch reason {
    case .repeatedLines, .repeatedLineCharacters, .duplicateLineCharacters: repeated(blocks(atBlankLines: false))
    case .repeatedParagraphs, .repeatedParagraphCharacters: repeated(blocks(atBlankLines: true))
    case .top2Gram: commonest(2)
    case .top3Gram: commonest(3)
    case .top4Gram: commonest(4)
    case .repeated5Grams: repeatedWords(5)
    case .repeated6Grams: repeatedWords(6)
    case .repeated7Grams: repeatedWords(7)
    case .repeated8Grams: repeatedWords(8)
    case .repeated9Grams: repeatedWords(9)
    case .repeated10Grams: repeatedWords(10)
    case .longWords: words().max { $0.span.length < $1.span.length }?.span
    case .hexadecimal: words().first { isHexadecimal($0.span) }?.span
    case .unbrokenRuns: longest { Self.isEncoded($0) }
    case .symbols: longest { Self.isMark($0) }
    case .digits: longest { CharacterClass.of($0.value) == .digit }
    case .hashesPerWord: longest { $0 == "#" }
    case .braces: scalars.firstIndex(of: "{").map { TextSpan(start: $0, end: $0 + 1) }
    case .loremIpsum: phrase("lorem ipsum")
    case .bulletLines: blocks(atBlankLines: false).first { TextStatistics(slice($0)).lines.first?.isBullet == true }
    case .ellipsisLines:
      blocks(atBlankLines: false).first { TextStatistics(slice($0)).lines.first?.endsInEllipsis == true }
    case .ellipsesPerWord: scalars.firstIndex(of: "…").map { TextSpan(start: $0, end: $0 + 1) } ?? phrase("...")
    case .shortLines: blocks(atBlankLines: false).first { $0.length <= FineWebFilter.shortLine }
    default: nil
    }
  }

  private func slice(_ span: TextSpan) -> String {
    String(String.UnicodeScalarView(scalars[span.start..<span.end]))
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    let kind = CharacterClass.of(scalar.value)
    return kind == .symbol || kind == .punctuation
  }

  private static func isEncoded(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
    default: false
    }
  }

  private func isHexadecimal(_ span: TextSpan) -> Bool {
    span.length >= 4 && scalars[span.start..<span.end].allSatisfy { $0.properties.isASCIIHexDigit }
      && scalars[span.start..<span.end].contains { $0.properties.isAlphabetic }
  }

  /// The longest run of scalars that match.
  private func longest(_ matches: (Unicode.Scalar) -> Bool) -> TextSpan? {
    var best: TextSpan?
    var start: Int?
    for index in 0...scalars.count {
      if index < scalars.count, matches(scalars[index]) {
        start = start ?? index
      } else if let first = start {
        if index - first > best?.length ?? 0 { best = TextSpan(start: first, end: index) }
        start = nil
      }
    }
    return best
  }

  private func phrase(_ text: String) -> TextSpan? {
    let wanted = Array(text.unicodeScalars)
    guard scalars.count >= wanted.count else { return nil }
    for start in 0...(scalars.count - wanted.count) {
      let fits = zip(scalars[start...], wanted).allSatisfy { $0.properties.lowercaseMapping == String($1) }
      if fits { return TextSpan(start: start, end: start + wanted.count) }
    }
    return nil
  }

  /// Lines, or paragraphs, trimmed.
  private func blocks(atBlankLines: Bool) -> [TextSpan] {
    var found: [TextSpan] = []
    var start: Int?
    var end = 0
    var lineIsBlank = true
    func close() {
      if let first = start { found.append(TextSpan(start: first, end: end)) }
      start = nil
    }
    for (index, scalar) in scalars.enumerated() {
      switch CharacterClass.of(scalar.value) {
      case .newline:
        if !atBlankLines || lineIsBlank { close() }
        lineIsBlank = true
      case .space: break
      default:
        start = start ?? index
        end = index + 1
        lineIsBlank = false
      }
    }
    close()
    return found
  }

  /// The first block with a word of three letters that came before.
  private func repeated(_ blocks: [TextSpan]) -> TextSpan? {
    var seen: Set<String> = []
    return blocks.first { block in
      let text = slice(block).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return text.unicodeScalars.count >= 3 && !seen.insert(text).inserted
    }
  }

  private func words() -> [(hash: UInt64, span: TextSpan)] {
    var found: [(hash: UInt64, span: TextSpan)] = []
    var start: Int?
    var hash = Mixing.start
    func close(_ index: Int) {
      if let first = start { found.append((hash, TextSpan(start: first, end: index))) }
      start = nil
      hash = Mixing.start
    }
    for (index, scalar) in scalars.enumerated() {
      switch CharacterClass.of(scalar.value) {
      case .letter, .digit:
        start = start ?? index
        hash = Mixing.step(hash, UInt64(scalar.value))
      case .mark where start != nil: hash = Mixing.step(hash, UInt64(scalar.value))
      case .ideograph:
        close(index)
        found.append((Mixing.step(hash, UInt64(scalar.value)), TextSpan(start: index, end: index + 1)))
      default: close(index)
      }
    }
    close(scalars.count)
    return found
  }

  private func grams(_ length: Int) -> [(hash: UInt64, span: TextSpan)] {
    let words = words()
    guard words.count >= length else { return [] }
    return (0...(words.count - length)).map { first in
      let hash = words[first..<(first + length)].reduce(Mixing.start) { Mixing.step($0, $1.hash) }
      return (hash, TextSpan(start: words[first].span.start, end: words[first + length - 1].span.end))
    }
  }

  /// Where the n-gram that takes most characters comes the second time.
  private func commonest(_ length: Int) -> TextSpan? {
    let grams = grams(length)
    var counts = CountTable(capacity: min(grams.count, 1 << 14))
    for gram in grams { _ = counts.add(gram.hash) }
    let best = grams.max { a, b in
      Int(counts.count(a.hash)) * a.span.length < Int(counts.count(b.hash)) * b.span.length
    }
    guard let best, counts.count(best.hash) > 1 else { return nil }
    return grams.filter { $0.hash == best.hash }.dropFirst().first?.span
  }

  /// The first stretch of words that came before, as far as it goes.
  private func repeatedWords(_ length: Int) -> TextSpan? {
    var seen: Set<UInt64> = []
    var span: TextSpan?
    for gram in grams(length) {
      let isRepeated = !seen.insert(gram.hash).inserted
      if isRepeated {
        span = TextSpan(start: span?.start ?? gram.span.start, end: gram.span.end)
      } else if span != nil {
        break
      }
    }
    return span
  }
}

extension TextSpan {
  fileprivate var length: Int { end - start }
}
