/// The mean length of words (Gopher, table A1), for scripts that set words apart.
package struct WordLengthFilter: QualityFilter {
  /// Scalars.
  package var least: Double
  package var most: Double
  /// Fewer words say nothing about their mean.
  package var fewestWords = 20

  package init(least: Double, most: Double) {
    self.least = least
    self.most = most
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    guard text.statistics.spacedWords >= fewestWords else { return [] }
    let mean = text.statistics.meanWordLength
    return [Measurement(.shortWords, mean, .least, least), Measurement(.longWords, mean, .most, most)]
  }
}
