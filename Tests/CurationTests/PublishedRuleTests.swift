import Curation
import Foundation
import Testing

/// The published limits, one text just over each and one just under, on the filters as values.
@Suite("Published rules")
struct PublishedRuleTests {
  typealias Name = RejectionReason.Name

  struct Case: CustomTestStringConvertible, Sendable {
    let name: Name
    let filter: any QualityFilter
    let under: @Sendable () -> String
    let over: @Sendable () -> String
    var testDescription: String { name.rawValue }
  }

  private static func isWithin(_ name: Name, _ filter: any QualityFilter, _ text: String) -> Bool? {
    let filtered = FilteredText(
      statistics: TextStatistics(text), removedShare: 0, language: .init(rawValue: "en"), utf8: Array(text.utf8))
    return filter.measure(filtered).first { $0.name == name }?.isWithin
  }

  @Test("a text just under a published limit is within it, one just over is not", arguments: cases)
  func overAndUnder(_ rule: Case) {
    #expect(Self.isWithin(rule.name, rule.filter, rule.under()) == true)
    #expect(Self.isWithin(rule.name, rule.filter, rule.over()) == false)
  }

  @Test("function words of a language that has none here are not measured, those of French are French ones")
  func functionWords() {
    let french = FilteredText(
      statistics: TextStatistics(String(repeating: "le chat est dans la maison avec les enfants ", count: 4)),
      removedShare: 0, language: .init(rawValue: "fr"))
    let found = GopherQualityFilter().measure(french).first { $0.name == .functionWords }
    #expect(found?.isWithin == true)
    let chinese = FilteredText(
      statistics: TextStatistics(String(repeating: "今天天气很好我们去公园", count: 8)), removedShare: 0,
      language: .init(rawValue: "zh"))
    #expect(GopherQualityFilter().measure(chinese).allSatisfy { $0.name != .functionWords })
  }

  @Test("the profile web has every published rule")
  func web() {
    var words = Words()
    let text = FilteredText(
      statistics: TextStatistics(words.prose(paragraphs: 12)), removedShare: 0, utf8: Array("Text.".utf8))
    let names = Set(Profile.web.filters.flatMap { $0.measure(text) }.map(\.name))
    #expect(names.isSuperset(of: Self.cases.map(\.name)))
  }

  private static func lines(_ count: Int, of all: Int, _ mark: @escaping (String) -> String) -> String {
    var words = Words()
    return (0..<all).map { $0 < count ? mark(words.line(8)) : words.line(8) }.joined(separator: "\n")
  }

  private static func words(_ count: Int, _ rest: String) -> String {
    var words = Words()
    return words.line(count) + rest
  }

  static let cases: [Case] = {
    let quality = GopherQualityFilter()
    let web = FineWebFilter()
    let sentences = C4Filter()
    return [
      Case(name: .hashesPerWord, filter: quality) {
        words(100, String(repeating: " #", count: 10))
      } over: {
        words(100, String(repeating: " #", count: 11))
      },
      Case(name: .ellipsesPerWord, filter: quality) {
        words(100, String(repeating: " …", count: 5) + String(repeating: " ...", count: 5))
      } over: {
        words(100, String(repeating: " …", count: 5) + String(repeating: " ...", count: 6))
      },
      Case(name: .wordsWithLetter, filter: quality) {
        words(80, String(repeating: " 17", count: 20))
      } over: {
        words(79, String(repeating: " 17", count: 21))
      },
      Case(name: .functionWords, filter: quality) {
        words(60, " the and")
      } over: {
        words(60, " the the")
      },
      Case(name: .bulletLines, filter: quality) {
        lines(9, of: 10) { "• " + $0 }
      } over: {
        lines(10, of: 10) { "- " + $0 }
      },
      Case(name: .ellipsisLines, filter: quality) {
        lines(3, of: 10) { $0 + "…" }
      } over: {
        lines(4, of: 10) { $0 + "..." }
      },
      Case(name: .punctuatedLines, filter: web) {
        lines(12, of: 100) { $0 + "." }
      } over: {
        lines(11, of: 100) { $0 + "." }
      },
      Case(name: .shortLines, filter: web) {
        lines(67, of: 100) { String($0.prefix(30)) }
      } over: {
        lines(68, of: 100) { String($0.prefix(30)) }
      },
      Case(name: .duplicateLineCharacters, filter: web) {
        lines(0, of: 100) { $0 } + "\n" + "abcdef\nabcdef"
      } over: {
        let text = lines(0, of: 90) { $0 }
        return text + "\n" + text.split(separator: "\n").prefix(1).joined()
      },
      Case(name: .newlinesPerWord, filter: web) {
        words(100, String(repeating: "\n", count: 30))
      } over: {
        words(100, String(repeating: "\n", count: 31))
      },
      Case(name: .loremIpsum, filter: sentences) {
        "Lorem then ipsum."
      } over: {
        "Here is Lorem Ipsum dolor."
      },
      Case(name: .braces, filter: sentences) {
        "A set (of three)."
      } over: {
        "A set {of three}."
      },
      Case(name: .sentences, filter: sentences) {
        "One line of it. Two of it.\nThree is here now! Is it four?\nThe fifth is this.\nshort."
      } over: {
        "One line of it. Two of it.\nThree is here now! Is it four?\nWe use cookies on this page.\nshort."
      },
    ]
  }()
}
