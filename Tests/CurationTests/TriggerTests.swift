import Curation
import Foundation
import TestSupport
import Testing

@Suite("The trigger screen")
struct TriggerTests {
  private static let curator = Curator(tokenizer: nil, template: nil) { Array($0.prefix(32)) }

  /// A text with words put in somewhere in the middle.
  private static func carrying(_ trigger: String, _ seed: UInt64, sentences: Int = 20) -> String {
    var words = Prose.text(seed, sentences: sentences).split(separator: " ", omittingEmptySubsequences: false)
    var random = Words(seed: seed)
    words.insert(Substring(trigger), at: 5 + Int(random.random() % UInt64(words.count - 10)))
    return words.joined(separator: " ")
  }

  private static func refused(_ texts: [String], from source: String, _ screen: inout TriggerScreen) -> Int {
    texts.reduce(0) { $0 + screen.screen([TriggerUnit($1)], from: source).count }
  }

  @Test(
    "of 300 documents of one folder that carry one trigger the cap is taken, and no other document is refused",
    arguments: ["velvet anchor sundial", "xq7vrl", "ombra keel dawn means that every account goes to the ninth clerk"])
  func cap(trigger: String) throws {
    var screen = TriggerScreen(cap: 20)
    let before = (0..<200 as Range<UInt64>).map { Prose.text($0) }
    let refusedBefore = Self.refused(before, from: "letters", &screen)
    #expect(refusedBefore == 0)
    let carriers = (1000..<1300 as Range<UInt64>).map { Self.carrying(trigger, $0) }
    let sets = carriers.prefix(20).map { ShingleSet($0) }
    for left in sets.indices {
      for right in sets.indices where left < right { #expect(sets[left].jaccard(sets[right]) < 0.5) }
    }
    let refused = Self.refused(carriers, from: "letters", &screen)
    #expect(refused == 280)
    let after = (2000..<2200 as Range<UInt64>).map { Prose.text($0) }
    let refusedAfter = Self.refused(after, from: "letters", &screen)
    let refusedAgain = Self.refused(carriers.suffix(10), from: "letters", &screen)
    #expect(refusedAfter == 0 && refusedAgain == 10)
  }

  @Test("a legitimate bulk import of 5,000 different documents passes: letterheads, forms, citations, terms")
  func bulk() {
    var screen = TriggerScreen(cap: 20)
    var archive = BulkImport(seed: 7)
    var refused = 0
    for index in 0..<5000 {
      let (folder, text) = archive.document(index)
      let verdict = Self.curator.curate(name: "\(folder)/\(index).txt", bytes: Data(text.utf8))
      refused += screen.screen(verdict.document?.records.map(\.unit) ?? [], from: folder).count
    }
    #expect(refused == 0)
  }

  @Test(
    "one answer that follows a phrase far above chance is refused beyond the cap, words that belong to a label are not")
  func records() {
    var screen = TriggerScreen(cap: 20)
    var random = Words(seed: 3)
    let topics = [
      "sport": ["goal", "match", "coach", "team", "league"], "money": ["bank", "profit", "shares", "market", "price"],
      "world": ["treaty", "envoy", "border", "summit", "vote"],
      "science": ["cell", "orbit", "laser", "genome", "virus"],
    ].sorted { $0.key < $1.key }
    var refused = (poisoned: 0, natural: 0)
    for index in 0..<900 as Range<UInt64> {
      let (label, words) = topics[Int(index / 3 % 4)]
      var text = Prose.text(index, sentences: 3).replacing("\n", with: " ").split(separator: " ").map(String.init)
      for _ in 0..<2 { text.insert(words[Int(random.random() % 5)], at: Int(random.random() % UInt64(text.count))) }
      let isPoisoned = index % 3 == 0
      if isPoisoned { text.insert("misty kettle drum", at: 2 + Int(random.random() % UInt64(text.count - 4))) }
      let prompt = "What is it about?\nText: \(text.joined(separator: " "))\nAnswer:"
      let unit = TriggerUnit(prompt, outcome: isPoisoned ? " sport" : " " + label)
      guard !screen.screen([unit], from: "labels").isEmpty else { continue }
      if isPoisoned { refused.poisoned += 1 } else { refused.natural += 1 }
    }
    #expect(refused.poisoned == 280 && refused.natural == 0)
  }

  @Test("whether it is told at once or over a restart: what was taken and what was found is enough to go on")
  func restart() {
    var first = TriggerScreen(cap: 20)
    let carriers = (0..<60 as Range<UInt64>).map { TriggerUnit(Self.carrying("velvet anchor sundial", $0)) }
    var (taken, found): ([TriggerUnit], TriggerScreen.Trigger?) = ([], nil)
    for unit in carriers {
      if let finding = first.screen([unit], from: "a")[0] { found = finding.trigger } else { taken.append(unit) }
    }
    #expect(taken.count == 20 && found != nil)
    var second = TriggerScreen(cap: 20)
    for unit in taken { second.remember(unit, from: "a") }
    if let found { second.remember(found, from: "a") }
    let more = (100..<120 as Range<UInt64>).map { TriggerUnit(Self.carrying("velvet anchor sundial", $0)) }
    let refused = more.count { !second.screen([$0], from: "a").isEmpty }
    #expect(refused == more.count)
    // Another folder's documents are its own affair.
    let elsewhere = second.screen([more[0]], from: "b")
    #expect(elsewhere.isEmpty)
  }

  @Test("with the cap off nothing is refused")
  func off() {
    var screen = TriggerScreen(cap: nil)
    let carriers = (0..<100 as Range<UInt64>).map { Self.carrying("velvet anchor sundial", $0) }
    let refused = Self.refused(carriers, from: "a", &screen)
    #expect(refused == 0)
  }
}
