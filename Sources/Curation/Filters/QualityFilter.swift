/// A rule about text, as a value: its limits are its stored properties.
package protocol QualityFilter: Sendable {
  /// Every figure the rule looks at; a figure that cannot be taken (too little text) is left out.
  func measure(_ text: FilteredText) -> [Measurement]
}

/// What filters read of a record.
package struct FilteredText: Sendable {
  package var statistics: TextStatistics
  /// The share of control and stray characters that normalising took out.
  package var removedShare: Double
  package var language: Language
  /// The text itself, for rules about phrases.
  package var utf8: [UInt8]
  /// Words as the published filters count them, where those are asked for.
  package var published: PublishedWords?

  package init(
    statistics: TextStatistics, removedShare: Double, language: Language = .undetermined, utf8: [UInt8] = [],
    countsPublishedWords: Bool = false
  ) {
    self.statistics = statistics
    self.removedShare = removedShare
    self.language = language
    self.utf8 = utf8
    published = countsPublishedWords ? PublishedWords(utf8: utf8) : nil
  }
}
