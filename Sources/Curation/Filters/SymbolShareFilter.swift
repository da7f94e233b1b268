/// Punctuation and symbols among all visible characters.
package struct SymbolShareFilter: QualityFilter {
  package var most: Double

  package init(most: Double) { self.most = most }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    return [Measurement(.symbols, statistics.share(statistics.symbols + statistics.punctuation), .most, most)]
  }
}
