/// Data written as text: hexadecimal dumps, base64.
package struct EncodedDataFilter: QualityFilter {
  /// Of the characters in words, those in hexadecimal words.
  package var mostHexadecimal: Double
  /// Of the visible characters, those in runs of 40 and more without a break.
  package var mostUnbroken: Double
  /// Hexadecimal words have about six letters among sixteen digits; tables of decimal numbers have none.
  private static let fewestLetters = 0.12
  /// Characters of hexadecimal words below which they are words and dates: "A", "Feb", "1848".
  private static let fewestScalars = 64

  package init(mostHexadecimal: Double, mostUnbroken: Double) {
    self.mostHexadecimal = mostHexadecimal
    self.mostUnbroken = mostUnbroken
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    let letters = Double(statistics.hexadecimalLetters)
    let isHexadecimal = letters >= Self.fewestLetters * Double(statistics.hexadecimalScalars)
    let hexadecimal =
      isHexadecimal && statistics.wordScalars > 0 && Int(statistics.hexadecimalScalars) >= Self.fewestScalars
      ? Double(statistics.hexadecimalScalars) / Double(statistics.wordScalars) : 0
    return [
      Measurement(.hexadecimal, hexadecimal, .most, mostHexadecimal),
      Measurement(.unbrokenRuns, statistics.share(statistics.unbrokenScalars), .most, mostUnbroken),
    ]
  }
}
