/// Digits among all visible characters.
package struct DigitShareFilter: QualityFilter {
  package var most: Double

  package init(most: Double) { self.most = most }

  package func measure(_ text: FilteredText) -> [Measurement] {
    [Measurement(.digits, text.statistics.share(text.statistics.digits), .most, most)]
  }
}
