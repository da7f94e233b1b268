import Foundation
import Tensors

/// Our own English about places that do not exist, each domain with names and habits of its own: text that differs from
/// domain to domain, and whose facts a later edition changes.
package struct Chronicle: Sendable {
  private let nouns: [String]
  private let names: [String]
  private let places: [String]

  private static let verbs = ["carries", "mends", "counts", "follows", "paints", "weighs", "opens", "describes"]
  private static let endings = [
    "before the rain comes", "while the market sleeps", "because nobody asked", "until the lamps are lit",
    "near the quiet river", "as the custom was", "in spite of the cold", "after the harvest",
  ]

  /// - Parameter edition: another one tells other things of the same names.
  package init(domain: Int, edition: Int = 0) {
    var lasting = SeededGenerator(seed: UInt64(domain), stream: "chronicle")
    names = (0..<8).map { _ in Self.word(&lasting).capitalized }
    var changing = SeededGenerator(seed: UInt64(domain), stream: "edition \(edition)")
    nouns = (0..<16).map { _ in Self.word(&changing) }
    places = (0..<8).map { _ in Self.word(&changing).capitalized }
  }

  /// Paragraphs of five sentences.
  package func text(_ seed: UInt64, sentences: Int = 10) -> String {
    var rng = SeededGenerator(seed: seed, stream: "chronicle's text")
    func pick(_ words: [String]) -> String { words[Int(rng.next() % UInt64(words.count))] }
    let all = (0..<sentences).map { _ in
      "\(pick(names)) \(pick(Self.verbs)) the \(pick(nouns)) and the \(pick(nouns)) of \(pick(places)) "
        + "\(pick(Self.endings)), as it was said to \(pick(names)) in the \(pick(nouns))."
    }
    return stride(from: 0, to: all.count, by: 5).map { all[$0..<min($0 + 5, all.count)].joined(separator: " ") }
      .joined(separator: "\n\n") + "\n"
  }

  private static func word(_ rng: inout SeededGenerator) -> String {
    let syllables = ["ba", "ren", "til", "mo", "ker", "san", "du", "lor", "vi", "pen", "gra", "hol", "mi", "sto"]
    return (0..<3).map { _ in syllables[Int(rng.next() % UInt64(syllables.count))] }.joined()
  }
}
