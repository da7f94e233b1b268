/// The quality rules of Gopher (Rae et al., 2021, table A1): how many words, how long, how many marks, which lines.
///
/// The limits that a value starts with are the published ones for English web pages; a profile has limits of its own. A
/// limit that is `nil` is not looked at.
package struct GopherQualityFilter: QualityFilter {
  package var leastWords = 50.0
  package var mostWords = 100_000.0
  /// Scalars of a word on average, in scripts that set words apart.
  package var leastWordLength: Double? = 3
  package var mostWordLength: Double? = 10
  /// `#` for each word, and ellipses for each word.
  package var mostSymbolsPerWord: Double? = 0.1
  /// Lines that begin with a bullet.
  package var mostBulletLines: Double? = 0.9
  /// Lines that end with an ellipsis.
  package var mostEllipsisLines: Double? = 0.3
  /// Words with a letter in them.
  package var leastWordsWithLetter: Double? = 0.8
  /// Different function words of the text's own language (Gopher counts eight English ones); not measured where no
  /// list is known.
  package var leastFunctionWords: Double? = 2

  /// Mean length of words across alphabetic languages: from there nearness to a limit is measured.
  private static let ordinaryLength = 5.0
  /// Fewer words say nothing about their mean.
  private static let fewestForMeans = 20
  /// Fewer lines say nothing about their kinds.
  private static let fewestLines = 4

  package init() {}

  /// With other limits for words, and of the rest only what is set afterwards.
  package init(words: Double, most: Double = 5_000_000, wordLength: ClosedRange<Double>? = nil) {
    self.init()
    leastWords = words
    mostWords = most
    leastWordLength = wordLength?.lowerBound
    mostWordLength = wordLength?.upperBound
    mostSymbolsPerWord = nil
    mostBulletLines = nil
    mostEllipsisLines = nil
    leastWordsWithLetter = nil
    leastFunctionWords = nil
  }

  package func measure(_ text: FilteredText) -> [Measurement] {
    lengths(text.statistics, text.published) + symbols(text.statistics, text.published) + lines(text.statistics)
      + kinds(text)
  }

  private func lengths(_ statistics: TextStatistics, _ published: PublishedWords?) -> [Measurement] {
    let words = Double(published?.plain ?? statistics.wordCount)
    var measured: [Measurement] = []
    if statistics.spacedWords >= Self.fewestForMeans {
      let mean = published?.meanPlainLength ?? statistics.meanWordLength
      if let leastWordLength {
        measured.append(Measurement(.shortWords, mean, .least, leastWordLength, ordinary: Self.ordinaryLength))
      }
      if let mostWordLength {
        measured.append(Measurement(.longWords, mean, .most, mostWordLength, ordinary: Self.ordinaryLength))
      }
    }
    measured.append(Measurement(.tooFewWords, words, .least, leastWords))
    measured.append(Measurement(.tooManyWords, words, .most, mostWords))
    return measured
  }

  private func symbols(_ statistics: TextStatistics, _ published: PublishedWords?) -> [Measurement] {
    guard let mostSymbolsPerWord, statistics.wordCount >= Self.fewestForMeans else { return [] }
    let words = Double(published?.count ?? statistics.wordCount)
    return [
      Measurement(.hashesPerWord, Double(statistics.hashSigns) / words, .most, mostSymbolsPerWord),
      Measurement(.ellipsesPerWord, Double(statistics.ellipses) / words, .most, mostSymbolsPerWord),
    ]
  }

  private func lines(_ statistics: TextStatistics) -> [Measurement] {
    guard statistics.lines.count >= Self.fewestLines else { return [] }
    let count = Double(statistics.lines.count)
    var measured: [Measurement] = []
    if let mostBulletLines {
      let bullets = statistics.lines.count { $0.isBullet }
      measured.append(Measurement(.bulletLines, Double(bullets) / count, .most, mostBulletLines))
    }
    if let mostEllipsisLines {
      let ellipses = statistics.lines.count { $0.endsInEllipsis }
      measured.append(Measurement(.ellipsisLines, Double(ellipses) / count, .most, mostEllipsisLines))
    }
    return measured
  }

  private func kinds(_ text: FilteredText) -> [Measurement] {
    let statistics = text.statistics
    guard statistics.wordCount >= Self.fewestForMeans else { return [] }
    var measured: [Measurement] = []
    if let leastWordsWithLetter {
      let (with, all) =
        text.published.map { ($0.withLetter, $0.count) }
        ?? (statistics.spacedWords + statistics.ideographs, statistics.wordCount)
      let share = Double(with) / Double(max(1, all))
      measured.append(Measurement(.wordsWithLetter, min(1, share), .least, leastWordsWithLetter, ordinary: 1))
    }
    if let leastFunctionWords, let found = LanguageGuess.functionWords(text.language, statistics) {
      measured.append(Measurement(.functionWords, Double(found), .least, leastFunctionWords))
    }
    return measured
  }
}
