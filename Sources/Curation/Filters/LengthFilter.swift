/// Too little to learn from, or more than one document should be.
package struct LengthFilter: QualityFilter {
  /// Words.
  package var least: Double
  package var most: Double

  package init(least: Double, most: Double = 5_000_000) {
    self.least = least
    self.most = most
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let words = Double(text.statistics.wordCount)
    return [Measurement(.tooFewWords, words, .least, least), Measurement(.tooManyWords, words, .most, most)]
  }
}
