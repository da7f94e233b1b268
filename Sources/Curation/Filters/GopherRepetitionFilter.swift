/// The repetition rules of Gopher (Rae et al., 2021, table A1): lines, paragraphs and runs of words that come again.
///
/// As published, shares of characters are of the whole text and every line that is not blank counts. Profiles of our own
/// take shares of those in blocks, or in words, and count only lines with a word of three letters: braces, rules and
/// macros of two letters repeat in any source, and white space or marks should not hide repetition.
package struct GopherRepetitionFilter: QualityFilter {
  /// Repeated blocks among all, and the characters of those.
  package struct Blocks: Hashable, Sendable {
    package var most: Double
    package var mostCharacters: Double

    package init(_ most: Double, characters: Double) {
      self.most = most
      mostCharacters = characters
    }
  }

  package var lines: Blocks? = Blocks(0.3, characters: 0.2)
  package var paragraphs: Blocks? = Blocks(0.3, characters: 0.2)
  /// Characters of the most frequent 2-, 3- and 4-gram of words.
  package var top = [0.20, 0.18, 0.16]
  /// Characters of 5- to 10-grams of words that came before.
  package var repeated = [0.15, 0.14, 0.13, 0.12, 0.11, 0.10]
  /// Fewer words say nothing about repetition.
  package var fewestWordsForTop = 50
  package var fewestWordsForRepeated = 50
  /// Fewer blocks say nothing about repetition.
  private var fewestBlocks = 4
  /// Whether shares are those of the published rule.
  private let isPublished: Bool

  /// The published rule and limits.
  package init() {
    isPublished = true
    fewestWordsForTop = 4
    fewestWordsForRepeated = 10
    fewestBlocks = 1
  }

  package init(lines: Blocks?, paragraphs: Blocks?, top: [Double], repeated: [Double]) {
    precondition(top.count == 3, "limits for 2, 3 and 4 words, not \(top.count)")
    precondition(repeated.count == 6, "limits for 5 to 10 words, not \(repeated.count)")
    self.lines = lines
    self.paragraphs = paragraphs
    self.top = top
    self.repeated = repeated
    isPublished = false
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    var measured: [Measurement] = []
    if let lines {
      measured += blocks(statistics, statistics.lines, lines, .repeatedLines, .repeatedLineCharacters)
    }
    if let paragraphs {
      measured += blocks(
        statistics, statistics.paragraphs, paragraphs, .repeatedParagraphs, .repeatedParagraphCharacters)
    }
    let total = Double(isPublished ? statistics.scalars : statistics.keptWordScalars)
    let gap = isPublished ? 1 : 0
    let words =
      text.published.map { Words(hashes: $0.hashes, lengths: $0.lengths) }
      ?? Words(hashes: statistics.words, lengths: statistics.wordLengths)
    if words.hashes.count >= fewestWordsForTop {
      let names: [RejectionReason.Name] = [.top2Gram, .top3Gram, .top4Gram]
      measured += zip(names, zip(2..., top)).map { name, rule in
        Measurement(
          name, min(1, Double(Self.topCharacters(words, length: rule.0, gap: gap)) / total), .most, rule.1)
      }
    }
    if words.hashes.count >= fewestWordsForRepeated {
      let names: [RejectionReason.Name] = [
        .repeated5Grams, .repeated6Grams, .repeated7Grams, .repeated8Grams, .repeated9Grams, .repeated10Grams,
      ]
      var most = Double.infinity
      for (name, (length, limit)) in zip(names, zip(5..., repeated)) {
        // Where no run of five words comes again no longer one does.
        if most > 0 { most = Double(Self.repeatedCharacters(words, length: length)) / total }
        measured.append(Measurement(name, most, .most, limit))
      }
    }
    return measured
  }

  private func blocks(
    _ statistics: TextStatistics, _ all: [TextStatistics.Block], _ limits: Blocks, _ name: RejectionReason.Name,
    _ charactersName: RejectionReason.Name
  ) -> [Measurement] {
    let blocks = isPublished ? all : all.filter { $0.longWords > 0 }
    guard blocks.count >= fewestBlocks else { return [] }
    var seen = CountTable(capacity: min(blocks.count, 1 << 14))
    var repeated = 0
    var repeatedCharacters = 0
    var characters = 0
    for block in blocks {
      let length = Int(isPublished ? block.width : block.length)
      characters += length
      guard seen.add(block.hash) > 1 else { continue }
      repeated += 1
      repeatedCharacters += length
    }
    let total = max(1, isPublished ? statistics.scalars : characters)
    return [
      Measurement(name, Double(repeated) / Double(blocks.count), .most, limits.most),
      Measurement(charactersName, Double(repeatedCharacters) / Double(total), .most, limits.mostCharacters),
    ]
  }

  /// The words that n-grams are made of.
  private struct Words {
    let hashes: [UInt64]
    let lengths: [UInt32]
  }

  /// Characters that the most frequent n-gram takes in all, with `gap` for what stands between its words; overlapping
  /// occurrences count a character more than once.
  private static func topCharacters(_ text: Words, length: Int, gap: Int) -> Int {
    let words = text.hashes
    guard words.count >= length else { return 0 }
    var counts = CountTable(capacity: min(words.count, 1 << 14))
    var best = 0
    for start in 0...(words.count - length) {
      var hash = Mixing.start
      for index in start..<(start + length) { hash = Mixing.step(hash, words[index]) }
      let times = Int(counts.add(hash))
      guard times > 1 else { continue }
      var characters = gap * (length - 1)
      for index in start..<(start + length) { characters += Int(text.lengths[index]) }
      best = max(best, times * characters)
    }
    return best
  }

  /// A repeated n-gram is counted whole and skipped, so that no character counts twice.
  private static func repeatedCharacters(_ text: Words, length: Int) -> Int {
    let words = text.hashes
    guard words.count >= length else { return 0 }
    var seen = CountTable(capacity: min(words.count, 1 << 14))
    var repeated = 0
    var start = 0
    while start + length <= words.count {
      var hash = Mixing.start
      for index in start..<(start + length) { hash = Mixing.step(hash, words[index]) }
      if seen.add(hash) > 1 {
        for index in start..<(start + length) { repeated += Int(text.lengths[index]) }
        start += length
      } else {
        start += 1
      }
    }
    return repeated
  }
}
