import Curation
import Foundation
import Testing

/// For each rule one document just over its limit and one just under.
@Suite("Filters")
struct FilterTests {
  typealias Name = RejectionReason.Name

  /// A document for a rule, of which `amount` is just under or just over.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: Name
    let profile: Profile
    let under: Int
    let over: Int
    let text: @Sendable (Int) -> String
    var testDescription: String { name.rawValue }

    init(_ name: Name, _ profile: Profile = .prose, under: Int, over: Int, _ text: @escaping @Sendable (Int) -> String)
    {
      self.name = name
      self.profile = profile
      self.under = under
      self.over = over
      self.text = text
    }
  }

  @Test("a document just under the limit passes, one just over it is refused for that reason", arguments: cases)
  func overAndUnder(_ rule: Case) throws {
    var settings = CurationSettings()
    settings.profile = rule.profile
    let curator = try ByteTokenizer.curator(settings: settings)
    let under = curator.curate(name: "under.txt", bytes: Data(rule.text(rule.under).utf8))
    #expect(under.rejection == nil, "\(under.summary)")
    let over = curator.curate(name: "over.txt", bytes: Data(rule.text(rule.over).utf8))
    #expect(over.rejection?.name == rule.name, "\(over.summary)")
    #expect(over.rejection?.figure != nil && over.rejection?.limit != nil)
  }

  @Test("every rule about quality has such a pair")
  func complete() {
    let others: Set<Name> = [
      .empty, .tooLarge, .compressed, .binary, .damagedUTF8, .unknownEncoding, .malformedJSON, .jsonDepth, .lineTooLong,
      .notARecord, .noRecords, .noSupervisedToken, .promptTooLong, .unknownRole, .template, .repeatedRecord, .heldOut,
      .tooManyWords, .classifier, .personalData, .malformedTable, .missingColumn, .converterMissing, .converterFailed,
      .trigger,
      .boilerplate, .gateCulprit, .perplexityHigh, .perplexityLow,
    ]
    let published = PublishedRuleTests.cases.map(\.name)
    #expect(Set(Self.cases.map(\.name)).union(others).union(published) == Set(Name.allCases))
  }

  @Test("more words than a document may have are refused")
  func tooManyWords() {
    let rule = GopherQualityFilter(words: 1, most: 10)
    let eleven = FilteredText(statistics: TextStatistics("a b c d e f g h i j k"), removedShare: 0)
    let ten = FilteredText(statistics: TextStatistics("a b c d e f g h i j"), removedShare: 0)
    #expect(rule.measure(eleven).filter { !$0.isWithin }.map(\.name) == [.tooManyWords])
    #expect(rule.measure(ten).filter { !$0.isWithin }.isEmpty)
  }

  @Test("the figure that comes nearest to its limit is named")
  func closest() throws {
    var words = Words()
    var text = words.prose(paragraphs: 6)
    text += String(repeating: words.line(9) + "\n", count: 4)
    let verdict = try ByteTokenizer.curator().curate(name: "near.txt", bytes: Data(text.utf8))
    #expect(verdict.rejection == nil)
    #expect(verdict.closest?.name == .repeatedLines || verdict.closest?.name == .repeatedLineCharacters)
    #expect(verdict.figures.count == verdict.measurements.count)
    #expect(verdict.summary.contains("closest to its limit: repetition.line"))
  }

  private static let cases: [Case] = [
    Case(.tooFewWords, under: 50, over: 49) { count in
      var words = Words()
      return words.line(count)
    },
    Case(.shortWords, under: 104, over: 96) { count in
      var words = Words()
      return mix(words.words(count, length: 3), words.words(200 - count, length: 1))
    },
    Case(.longWords, under: 33, over: 35) { count in
      var words = Words()
      return mix(words.words(count, length: 15), words.words(100 - count, length: 12))
    },
    Case(.symbols, under: 199, over: 202) { count in
      var words = Words()
      return words.line(100) + " " + String(repeating: "%", count: count)
    },
    Case(.digits, under: 199, over: 202) { count in
      var words = Words()
      return words.line(100) + " " + (0..<count).map { String(($0 * 7) % 10) }.joined()
    },
    Case(.controlCharacters, under: 35, over: 38) { count in
      var words = Words()
      return String(words.line(100).prefix(699)) + String(repeating: "\u{1}", count: count)
    },
    Case(.hexadecimal, .technical, under: 98, over: 102) { count in
      var words = Words()
      let hexadecimal = (0..<count).map { _ in String(0xA0_0000 + words.random() % 0x5F_FFFF, radix: 16) }
      return mix(hexadecimal, words.words(100))
    },
    Case(.unbrokenRuns, .technical, under: 9, over: 11) { count in
      var words = Words()
      let runs = (0..<count).map { _ in (0..<4).map { _ in "Kx7Qz" + words.word(5) }.joined() }
      return mix(runs, words.words(90))
    },
    Case(.repeatedLines, under: 17, over: 19) { count in
      var words = Words()
      let short = words.word(6)
      return ((0..<40).map { _ in words.line(8) } + [String](repeating: short, count: count)).joined(separator: "\n")
    },
    Case(.repeatedLineCharacters, under: 6, over: 8) { count in
      var words = Words()
      let long = (0..<count).map { _ in words.line(8) }
      return ((0..<24).map { _ in words.line(7) } + long + long).joined(separator: "\n")
    },
    Case(.repeatedParagraphs, under: 10, over: 11) { count in
      var words = Words()
      let short = words.word(6)
      let long = (0..<20).map { _ in (0..<5).map { _ in words.line(7) }.joined(separator: "\n") }
      return (long + [String](repeating: short, count: count)).joined(separator: "\n\n")
    },
    Case(.repeatedParagraphCharacters, under: 2, over: 4) { count in
      var words = Words()
      let others = (0..<12).map { _ in (0..<4).map { _ in words.line(8) }.joined(separator: "\n") }
      let again = (0..<count).map { _ in words.words(36) }
      // The same words in other lines: no line comes again, the paragraph does.
      let first = again.map { broken($0, every: 9) }
      let second = again.map { broken($0, every: 7) }
      return (others + first + second).joined(separator: "\n\n")
    },
    Case(.top2Gram, under: 32, over: 36) { count in repeated(words: 2, times: count, of: 266) },
    Case(.top3Gram, under: 18, over: 21) { count in repeated(words: 3, times: count, of: 266) },
    Case(.top4Gram, under: 12, over: 15) { count in repeated(words: 4, times: count, of: 266) },
    Case(.repeated5Grams, under: 68, over: 72) { count in pairs(of: 5, share: count) },
    Case(.repeated6Grams, under: 66, over: 70) { count in pairs(of: 6, share: count) },
    Case(.repeated7Grams, under: 64, over: 68) { count in pairs(of: 7, share: count) },
    Case(.repeated8Grams, under: 62, over: 66) { count in pairs(of: 8, share: count) },
    Case(.repeated9Grams, under: 60, over: 64) { count in pairs(of: 9, share: count) },
    Case(.repeated10Grams, under: 58, over: 62) { count in pairs(of: 10, share: count) },
  ]

  /// Both lists in turn.
  private static func mix(_ some: [String], _ others: [String]) -> String {
    var rest = others[...]
    var mixed: [String] = []
    for (index, word) in some.enumerated() {
      mixed.append(word)
      let until = others.count * (index + 1) / some.count
      mixed += rest.prefix(max(0, until - (others.count - rest.count)))
      rest = others[until...]
    }
    return mixed.joined(separator: " ")
  }

  private static func broken(_ words: [String], every count: Int) -> String {
    stride(from: 0, to: words.count, by: count).map { start in
      words[start..<min(words.count, start + count)].joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// One phrase `times` times among other words, `total` words in all.
  private static func repeated(words length: Int, times: Int, of total: Int) -> String {
    var words = Words()
    let phrase = words.line(length)
    return mix([String](repeating: phrase, count: times), words.words(total - length * times))
  }

  /// Phrases that come twice each, `share` percent of 1,200 words, with single other words between.
  private static func pairs(of length: Int, share: Int) -> String {
    var words = Words()
    let count = 1200 * share / 100 / (2 * length)
    let phrases = (0..<count).map { _ in words.line(length) }
    return mix(phrases + phrases, words.words(1200 - 2 * count * length))
  }
}
