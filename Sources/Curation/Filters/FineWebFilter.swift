/// The rules of FineWeb (Penedo et al., 2024, 3.6) about lines: lists of names and menus have no stops and short lines.
package struct FineWebFilter: QualityFilter {
  /// Lines that end with a stop.
  package var leastPunctuatedLines: Double? = 0.12
  /// Lines of at most 30 characters.
  package var mostShortLines: Double? = 0.67
  /// Characters of lines that came before.
  package var mostRepeatedCharacters: Double? = 0.01
  /// Line ends for each word.
  package var mostNewlinesPerWord: Double? = 0.3
  /// Fewer lines say nothing about their kinds.
  package var fewestLines = 1

  package init() {}

  package init(
    punctuated: Double?, short: Double?, repeatedCharacters: Double? = nil, newlinesPerWord: Double?, fewestLines: Int
  ) {
    leastPunctuatedLines = punctuated
    mostShortLines = short
    mostRepeatedCharacters = repeatedCharacters
    mostNewlinesPerWord = newlinesPerWord
    self.fewestLines = fewestLines
  }

  package static let shortLine = 30

  package func measure(_ text: FilteredText) -> [Measurement] {
    let lines = text.statistics.lines
    guard lines.count >= fewestLines, !lines.isEmpty else { return [] }
    let count = Double(lines.count)
    var measured: [Measurement] = []
    if let leastPunctuatedLines {
      let punctuated = lines.count { Self.isStop($0.last) }
      measured.append(Measurement(.punctuatedLines, Double(punctuated) / count, .least, leastPunctuatedLines))
    }
    if let mostShortLines {
      let short = lines.count { $0.width <= Self.shortLine }
      measured.append(Measurement(.shortLines, Double(short) / count, .most, mostShortLines))
    }
    if let mostRepeatedCharacters {
      var seen = CountTable(capacity: min(lines.count, 1 << 14))
      var repeated = 0
      var characters = 0
      for line in lines {
        characters += Int(line.width + line.indentation)
        if seen.add(line.hash) > 1 { repeated += Int(line.width) }
      }
      let share = Double(repeated) / Double(max(1, characters))
      measured.append(Measurement(.duplicateLineCharacters, share, .most, mostRepeatedCharacters))
    }
    let words = text.published?.count ?? text.statistics.wordCount
    if let mostNewlinesPerWord, words > 0 {
      let share = Double(text.statistics.newlines) / Double(words)
      measured.append(Measurement(.newlinesPerWord, share, .most, mostNewlinesPerWord))
    }
    return measured
  }

  /// Stops of many scripts, and quotation marks after them.
  private static func isStop(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x2E, 0x21, 0x3F, 0x22, 0x27, 0x201D, 0x2019, 0xBB: true
    case 0x3002, 0xFF01, 0xFF1F, 0xFF0E, 0x0964, 0x06D4, 0x061F, 0x0589, 0x1362, 0x2026: true
    default: false
    }
  }
}
