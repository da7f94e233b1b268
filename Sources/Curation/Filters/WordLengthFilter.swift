/// The mean length of words (Gopher, table A1), for scripts that set words apart.
package struct WordLengthFilter: QualityFilter {
  /// Scalars.
  package var least: Double
  package var most: Double
  /// Across alphabetic languages.
  private static let ordinary = 5.0
  /// Fewer words say nothing about their mean.
  package var fewestWords = 20

  package init(least: Double, most: Double) {
    self.least = least
    self.most = most
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    guard text.statistics.spacedWords >= fewestWords else { return [] }
    let mean = text.statistics.meanWordLength
    return [
      Measurement(.shortWords, mean, .least, least, ordinary: Self.ordinary),
      Measurement(.longWords, mean, .most, most, ordinary: Self.ordinary),
    ]
  }
}
