/// Control, bidi and stray characters that normalising took out: terminal recordings, damaged files.
package struct ControlShareFilter: QualityFilter {
  package var most: Double

  package init(most: Double) { self.most = most }

  package func measure(_ text: FilteredText) -> [Measurement] {
    [Measurement(.controlCharacters, text.removedShare, .most, most)]
  }
}
