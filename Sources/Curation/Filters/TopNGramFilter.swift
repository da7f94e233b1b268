/// The characters of the most frequent 2-, 3- and 4-gram of words among those of all words (Gopher, table A1).
package struct TopNGramFilter: QualityFilter {
  /// Limits for n = 2, 3, 4.
  package var most: [Double]
  /// Fewer words say nothing about repetition.
  package var fewestWords: Int

  package init(most: [Double], fewestWords: Int = 50) {
    precondition(most.count == 3, "limits for 2, 3 and 4 words, not \(most.count)")
    self.most = most
    self.fewestWords = fewestWords
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    guard statistics.words.count >= fewestWords else { return [] }
    let names: [RejectionReason.Name] = [.top2Gram, .top3Gram, .top4Gram]
    return zip(names, zip(2..., most)).map { name, rule in
      Measurement(name, Self.topShare(statistics, length: rule.0), .most, rule.1)
    }
  }

  private static func topShare(_ statistics: TextStatistics, length: Int) -> Double {
    let words = statistics.words
    guard words.count >= length else { return 0 }
    let total = statistics.wordLengths.reduce(0) { $0 + Int($1) }
    var counts = CountTable(capacity: min(words.count, 1 << 14))
    var best = 0
    for start in 0...(words.count - length) {
      var hash = Mixing.start
      var characters = 0
      for index in start..<(start + length) {
        hash = Mixing.step(hash, words[index])
        characters += Int(statistics.wordLengths[index])
      }
      let times = Int(counts.add(hash))
      if times > 1 { best = max(best, times * characters) }
    }
    // Overlapping occurrences can count a character more than once.
    return min(1, Double(best) / Double(total))
  }
}
