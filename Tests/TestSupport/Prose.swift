import Foundation
import Tensors

/// Sentences of our own, different for every seed.
package enum Prose {
  private static let subjects = [
    "the miller", "an old ferry", "our neighbour", "the night watch", "a young carpenter", "the harbour clerk",
    "every gardener", "the second reader", "a patient teacher", "the long bridge", "my grandmother", "the wind",
  ]
  private static let verbs = [
    "carries", "remembers", "mends", "counts", "follows", "forgets", "paints", "weighs", "opens", "describes",
  ]
  private static let objects = [
    "seven baskets of plums", "the broken gate", "a letter without a name", "the price of salt", "two grey horses",
    "an account of the winter", "the longest table", "a map of the marshes", "the sound of bells", "fresh bread",
    "the order of the stones", "a song from the valley",
  ]
  private static let endings = [
    "before the rain comes", "while the market sleeps", "because nobody asked", "until the lamps are lit",
    "near the quiet river", "without much hurry", "as the custom was", "in spite of the cold", "after the harvest",
  ]

  package static func sentence(_ rng: inout SeededGenerator) -> String {
    func pick(_ words: [String]) -> String { words[Int(rng.next() % UInt64(words.count))] }
    let text = "\(pick(subjects)) \(pick(verbs)) \(pick(objects)) \(pick(endings)) in \(rng.next() % 900 + 100)"
    return text.prefix(1).uppercased() + text.dropFirst() + ", said \(name(&rng))."
  }

  private static func name(_ rng: inout SeededGenerator) -> String {
    let parts = ["ba", "ri", "no", "tel", "ma", "su", "ker", "lo", "vin", "da", "pe", "zor"]
    return (0..<3).map { _ in parts[Int(rng.next() % 12)] }.joined().capitalized
  }

  /// Sentences whose words are spelled backwards, in no order: past the filters, and no good to any domain.
  package static func scrambled(_ seed: UInt64) -> String {
    var rng = SeededGenerator(seed: seed)
    return text(seed).split(separator: "\n").map { line in
      line.split(separator: " ").map { String($0.reversed()) }.shuffled(using: &rng).joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// Paragraphs of five sentences.
  package static func text(_ seed: UInt64, sentences: Int = 20) -> String {
    var rng = SeededGenerator(seed: seed, stream: "prose")
    let all = (0..<sentences).map { _ in sentence(&rng) }
    return stride(from: 0, to: all.count, by: 5).map { start in
      all[start..<min(start + 5, all.count)].joined(separator: " ")
    }.joined(separator: "\n\n") + "\n"
  }
}
