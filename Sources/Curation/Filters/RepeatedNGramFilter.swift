/// The characters of 5- to 10-grams of words that came before, among those of all words (Gopher, table A1).
package struct RepeatedNGramFilter: QualityFilter {
  /// Limits for n = 5 … 10.
  package var most: [Double]
  /// Fewer words say nothing about repetition.
  package var fewestWords: Int

  package init(most: [Double], fewestWords: Int = 50) {
    precondition(most.count == 6, "limits for 5 to 10 words, not \(most.count)")
    self.most = most
    self.fewestWords = fewestWords
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    guard statistics.words.count >= fewestWords else { return [] }
    let names: [RejectionReason.Name] = [
      .repeated5Grams, .repeated6Grams, .repeated7Grams, .repeated8Grams, .repeated9Grams, .repeated10Grams,
    ]
    return zip(names, zip(5..., most)).map { name, rule in
      Measurement(name, Self.repeatedShare(statistics, length: rule.0), .most, rule.1)
    }
  }

  /// A repeated n-gram is counted whole and skipped, so that no character counts twice.
  private static func repeatedShare(_ statistics: TextStatistics, length: Int) -> Double {
    let words = statistics.words
    guard words.count >= length else { return 0 }
    let total = statistics.wordLengths.reduce(0) { $0 + Int($1) }
    var seen = CountTable(capacity: min(words.count, 1 << 14))
    var repeated = 0
    var start = 0
    while start + length <= words.count {
      var hash = Mixing.start
      var characters = 0
      for index in start..<(start + length) {
        hash = Mixing.step(hash, words[index])
        characters += Int(statistics.wordLengths[index])
      }
      if seen.add(hash) > 1 {
        repeated += characters
        start += length
      } else {
        start += 1
      }
    }
    return Double(repeated) / Double(total)
  }
}
