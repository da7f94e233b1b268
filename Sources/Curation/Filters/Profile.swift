/// What kind of text a record is: each kind has limits of its own, so that code or a short note is not judged as an
/// English article.
package enum Profile: String, Codable, CaseIterable, Sendable {
  case prose, technical, chat, short, code
  /// The published limits for English web pages, all of them. Never chosen by itself: `--profile web`.
  case web

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
    // Glossaries, lists of names, verse.
    if shareOfLines(statistics, { $0.width <= FineWebFilter.shortLine }) > 0.95 { return .technical }
    return .prose
  }

  /// Below so many words a text is `short`: Gopher's least.
  static let shortWords = 50

  /// What it is for, in one line.
  package var meaning: String {
    switch self {
    case .prose: "running text: articles, letters, reports"
    case .technical: "manuals, tables, lists, formulas: many marks, digits or bare lines"
    case .chat: "prompts with answers, and conversations"
    case .short: "fewer than 50 words"
    case .code: "programs and settings"
    case .web: "the published limits for English web pages; only when it is asked for"
    }
  }

  /// The rules for this kind of text; of several broken ones the first is the reason that is given.
  package var filters: [any QualityFilter] {
    switch self {
    case .prose: Self.proseFilters
    case .technical: Self.technicalFilters
    case .chat: Self.chatFilters
    case .short: Self.shortFilters
    case .code: Self.codeFilters
    case .web: Self.webFilters
    }
  }

  private static let proseFilters: [any QualityFilter] = {
    var quality = GopherQualityFilter(words: 50, wordLength: 2...13)
    quality.mostSymbolsPerWord = 0.1
    quality.mostBulletLines = 0.9
    quality.mostEllipsisLines = 0.3
    quality.leastWordsWithLetter = 0.6
    return common + [
      quality, SymbolShareFilter(most: 0.25), DigitShareFilter(most: 0.25),
      GopherRepetitionFilter(
        lines: .init(0.3, characters: 0.2), paragraphs: .init(0.3, characters: 0.2), top: [0.25, 0.22, 0.2],
        repeated: [0.35, 0.34, 0.33, 0.32, 0.31, 0.3]),
      C4Filter(loremIpsum: true, braces: false, leastSentences: nil),
      FineWebFilter(punctuated: nil, short: nil, newlinesPerWord: 0.5, fewestLines: 10),
    ]
  }()

  private static let technicalFilters: [any QualityFilter] = {
    var quality = GopherQualityFilter(words: 50, wordLength: 1.3...16)
    quality.mostSymbolsPerWord = 0.5
    return common + [
      quality, SymbolShareFilter(most: 0.5), DigitShareFilter(most: 0.65),
      GopherRepetitionFilter(
        lines: .init(0.5, characters: 0.4), paragraphs: .init(0.5, characters: 0.4), top: [0.35, 0.33, 0.3],
        repeated: [0.5, 0.48, 0.46, 0.44, 0.42, 0.4]),
      C4Filter(loremIpsum: true, braces: false, leastSentences: nil),
    ]
  }()

  private static let chatFilters: [any QualityFilter] =
    common + [
      GopherQualityFilter(words: 1, wordLength: 1.3...16), SymbolShareFilter(most: 0.6), DigitShareFilter(most: 0.8),
      GopherRepetitionFilter(
        lines: nil, paragraphs: nil, top: [0.5, 0.5, 0.5], repeated: [0.6, 0.6, 0.6, 0.6, 0.6, 0.6]),
    ]

  private static let shortFilters: [any QualityFilter] = {
    var repetition = GopherRepetitionFilter(
      lines: .init(0.5, characters: 0.5), paragraphs: nil, top: [0.5, 0.5, 0.5],
      repeated: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    repetition.fewestWordsForTop = 10
    repetition.fewestWordsForRepeated = 20
    return common + [
      GopherQualityFilter(words: 3, wordLength: 1.3...20), SymbolShareFilter(most: 0.5), DigitShareFilter(most: 0.65),
      repetition,
    ]
  }()

  private static let codeFilters: [any QualityFilter] =
    common + [
      GopherQualityFilter(words: 5, wordLength: 1.1...25), SymbolShareFilter(most: 0.65), DigitShareFilter(most: 0.65),
      GopherRepetitionFilter(
        lines: .init(0.7, characters: 0.6), paragraphs: .init(0.6, characters: 0.5), top: [0.4, 0.4, 0.4],
        repeated: [0.7, 0.68, 0.66, 0.64, 0.62, 0.6]),
    ]

  private static let webFilters: [any QualityFilter] =
    common + [GopherQualityFilter(), GopherRepetitionFilter(), C4Filter(), FineWebFilter()]

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
