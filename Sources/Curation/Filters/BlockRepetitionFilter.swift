/// Lines or paragraphs that come again (Gopher, table A1).
///
/// Only lines with a word of three letters count: braces, rules and macros of two letters repeat in any source.
package struct BlockRepetitionFilter: QualityFilter {
  package enum Unit: Sendable { case lines, paragraphs }

  package var unit: Unit
  /// Repeated blocks among all.
  package var most: Double
  /// Characters of repeated blocks among those of all.
  package var mostCharacters: Double
  /// Fewer blocks say nothing about repetition.
  package var fewestBlocks: Int

  package init(_ unit: Unit, most: Double, mostCharacters: Double, fewestBlocks: Int = 4) {
    self.unit = unit
    self.most = most
    self.mostCharacters = mostCharacters
    self.fewestBlocks = fewestBlocks
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let blocks = (unit == .lines ? text.statistics.lines : text.statistics.paragraphs).filter { $0.longWords > 0 }
    guard blocks.count >= fewestBlocks else { return [] }
    var seen = CountTable(capacity: min(blocks.count, 1 << 14))
    var repeated = 0
    var repeatedCharacters = 0
    var characters = 0
    for block in blocks {
      characters += Int(block.length)
      guard seen.add(block.hash) > 1 else { continue }
      repeated += 1
      repeatedCharacters += Int(block.length)
    }
    let share = Double(repeated) / Double(blocks.count)
    let characterShare = Double(repeatedCharacters) / Double(max(characters, 1))
    switch unit {
    case .lines:
      return [
        Measurement(.repeatedLines, share, .most, most),
        Measurement(.repeatedLineCharacters, characterShare, .most, mostCharacters),
      ]
    case .paragraphs:
      return [
        Measurement(.repeatedParagraphs, share, .most, most),
        Measurement(.repeatedParagraphCharacters, characterShare, .most, mostCharacters),
      ]
    }
  }
}
