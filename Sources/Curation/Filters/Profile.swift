/// What kind of text a record is: each kind has limits of its own, so that code or a short note is not judged as an
/// English article.
package enum Profile: String, Codable, CaseIterable, Sendable {
  case prose, technical, chat, short, code

  /// The profile of a record, from its form, its document's ending and its statistics.
  static func choose(content: SampleContent, structure: TextStructure, statistics: TextStatistics) -> Profile {
    switch content {
    case .completion, .chat: return .chat
    case .text: break
    }
    if structure == .code { return .code }
    if statistics.wordCount < shortWords { return .short }
    let codeLines = shareOfLines(statistics) { isCodeEnd($0.last) }
    let indented = shareOfLines(statistics) { $0.indentation > 0 }
    let marks = statistics.share(statistics.symbols + statistics.punctuation)
    if codeLines > 0.35, indented > 0.2 || marks > 0.15 { return .code }
    let digits = statistics.share(statistics.digits)
    let bare = shareOfLines(statistics) { $0.longWords < 2 }
    if marks > 0.12 || digits > 0.08 || bare > 0.35 || codeLines > 0.15 { return .technical }
    return .prose
  }

  /// Below so many words a text is `short`: Gopher's least.
  static let shortWords = 50

  /// The rules for this kind of text; of several broken ones the first is the reason that is given.
  package var filters: [any QualityFilter] {
    switch self {
    case .prose:
      return Self.common + [
        WordLengthFilter(least: 2, most: 13), SymbolShareFilter(most: 0.25),
        DigitShareFilter(most: 0.25), BlockRepetitionFilter(.lines, most: 0.3, mostCharacters: 0.2),
        BlockRepetitionFilter(.paragraphs, most: 0.3, mostCharacters: 0.2), TopNGramFilter(most: [0.25, 0.22, 0.2]),
        RepeatedNGramFilter(most: [0.35, 0.34, 0.33, 0.32, 0.31, 0.3]),
        LengthFilter(least: 50),
      ]
    case .technical:
      return Self.common + [
        WordLengthFilter(least: 1.3, most: 16), SymbolShareFilter(most: 0.5),
        DigitShareFilter(most: 0.65), BlockRepetitionFilter(.lines, most: 0.5, mostCharacters: 0.4),
        BlockRepetitionFilter(.paragraphs, most: 0.5, mostCharacters: 0.4), TopNGramFilter(most: [0.35, 0.33, 0.3]),
        RepeatedNGramFilter(most: [0.5, 0.48, 0.46, 0.44, 0.42, 0.4]),
        LengthFilter(least: 50),
      ]
    case .chat:
      return Self.common + [
        WordLengthFilter(least: 1.3, most: 16), SymbolShareFilter(most: 0.6),
        DigitShareFilter(most: 0.8), TopNGramFilter(most: [0.5, 0.5, 0.5]),
        RepeatedNGramFilter(most: [0.6, 0.6, 0.6, 0.6, 0.6, 0.6]),
        LengthFilter(least: 1),
      ]
    case .short:
      return Self.common + [
        WordLengthFilter(least: 1.3, most: 20), SymbolShareFilter(most: 0.5),
        DigitShareFilter(most: 0.65), BlockRepetitionFilter(.lines, most: 0.5, mostCharacters: 0.5),
        TopNGramFilter(most: [0.5, 0.5, 0.5], fewestWords: 10),
        RepeatedNGramFilter(most: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], fewestWords: 20),
        LengthFilter(least: 3),
      ]
    case .code:
      return Self.common + [
        WordLengthFilter(least: 1.1, most: 25), SymbolShareFilter(most: 0.65),
        DigitShareFilter(most: 0.65), BlockRepetitionFilter(.lines, most: 0.7, mostCharacters: 0.6),
        BlockRepetitionFilter(.paragraphs, most: 0.6, mostCharacters: 0.5), TopNGramFilter(most: [0.4, 0.4, 0.4]),
        RepeatedNGramFilter(most: [0.7, 0.68, 0.66, 0.64, 0.62, 0.6]),
        LengthFilter(least: 5),
      ]
    }
  }

  private static let common: [any QualityFilter] = [
    ControlShareFilter(most: 0.05), EncodedDataFilter(mostHexadecimal: 0.5, mostUnbroken: 0.4),
  ]

  private static func shareOfLines(_ statistics: TextStatistics, _ matches: (TextStatistics.Block) -> Bool) -> Double {
    guard !statistics.lines.isEmpty else { return 0 }
    return Double(statistics.lines.count(where: matches)) / Double(statistics.lines.count)
  }

  private static func isCodeEnd(_ scalar: UInt32) -> Bool {
    scalar == 0x7B || scalar == 0x7D || scalar == 0x3B || scalar == 0x29 || scalar == 0x5D
  }
}
