import Curation
import Foundation
import Testing

@Suite("Duplicates")
struct DuplicateTests {
  /// Two sets of `size` hashes with `shared` in common.
  private func pair(_ words: inout Words, size: Int, shared: Int) -> (ShingleSet, ShingleSet) {
    let common = (0..<shared).map { _ in words.random() }
    let first = common + (shared..<size).map { _ in words.random() }
    let second = common + (shared..<size).map { _ in words.random() }
    return (ShingleSet(unit: .words, hashes: first), ShingleSet(unit: .words, hashes: second))
  }

  @Test("pairs become candidates as often as 1 − (1 − s⁸)¹⁴ says", arguments: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95])
  func candidateRate(_ similarity: Double) {
    var words = Words(seed: UInt64(similarity * 100))
    let size = 200
    let shared = Int((2 * Double(size) * similarity / (1 + similarity)).rounded())
    let exact = Double(shared) / Double(2 * size - shared)
    let expected = 1 - pow(1 - pow(exact, 8), 14)
    let trials = 3_000
    var candidates = 0
    var estimate = 0.0
    for _ in 0..<trials {
      let (first, second) = pair(&words, size: size, shared: shared)
      let (left, right) = (MinHashSignature(first), MinHashSignature(second))
      estimate += left.estimatedJaccard(right)
      if zip(left.bandKeys, right.bandKeys).contains(where: ==) { candidates += 1 }
    }
    let deviation = sqrt(expected * (1 - expected) / Double(trials))
    #expect(abs(Double(candidates) / Double(trials) - expected) <= 4 * deviation + 1 / Double(trials))
    #expect(abs(estimate / Double(trials) - exact) < 0.005)
  }

  @Test(
    "of near-duplicates nearly all are found and confirmed", arguments: [(0.86, 0.9), (0.905, 0.999)],
    ["words", "german", "chinese", "three sentences"])
  func recall(_ goal: (similarity: Double, recall: Double), _ kind: String) {
    var words = Words(seed: 7)
    let length = kind == "three sentences" ? 34 : 160
    func word() -> String {
      switch kind {
      case "chinese": String(UnicodeScalar(0x4E00 + UInt32(words.random() % 8_000)) ?? "一")
      case "german": words.word(8) + "ä"
      default: words.word(7)
      }
    }
    var near = 0
    var found = 0
    // Short texts are compared by letters: their pairs scatter more, so only those that are near enough count.
    for _ in 0..<(goal.recall > 0.99 ? 1_500 : 600) {
      let first = (0..<length).map { _ in word() }
      var second = first
      // One changed word costs five shingles of words; a few changes give about the similarity wanted.
      let share = (1 - goal.similarity) / (1 + goal.similarity) / 5
      for index in second.indices where Double(words.random() % 10_000) < share * 10_000 * 0.6 {
        second[index] = word()
      }
      let separator = kind == "chinese" ? "" : " "
      let (left, right) = (
        ShingleSet(first.joined(separator: separator)), ShingleSet(second.joined(separator: separator))
      )
      guard left.jaccard(right) >= goal.similarity, left.jaccard(right) < 1 else { continue }
      near += 1
      let isCandidate = zip(MinHashSignature(left).bandKeys, MinHashSignature(right).bandKeys).contains(where: ==)
      if isCandidate, left.jaccard(right) >= 0.8 { found += 1 }
    }
    #expect(near > 100)
    #expect(Double(found) >= goal.recall * Double(near) - 2)
  }

  @Test("the Jaccard index is exact")
  func jaccard() {
    var words = Words()
    let (first, second) = pair(&words, size: 100, shared: 80)
    #expect(first.jaccard(second) == 80.0 / 120)
    #expect(first.jaccard(first) == 1)
    #expect(first.jaccard(ShingleSet(unit: .letters, hashes: first.hashes)) == 0)
    #expect(ShingleSet(unit: .words, hashes: []).jaccard(ShingleSet(unit: .words, hashes: [])) == 0)
  }

  @Test("case, punctuation, digits, spacing and diacritics make no difference")
  func folding() {
    let first = "The café in Málaga opened on 12 May; 340 guests came, and everyone stayed until 3 o'clock!"
    let second = "the CAFE  in malaga opened on 98 may 117 guests came\nand everyone stayed until 5 o clock"
    #expect(ShingleSet(first) == ShingleSet(second))
    #expect(ShingleSet(first) != ShingleSet(first + " And then it closed for good and all."))
  }

  @Test(
    "an edited copy is found among others and confirmed, in each kind of text",
    arguments: ["words", "german", "chinese", "short"])
  func finds(_ kind: String) {
    var words = Words()
    func text() -> [String] {
      switch kind {
      case "chinese": (0..<300).map { _ in String(UnicodeScalar(0x4E00 + UInt32(words.random() % 5_000)) ?? "一") }
      case "german": (0..<300).map { _ in words.word(9) + "ä" }
      case "short": words.words(36)
      default: words.words(400)
      }
    }
    let separator = kind == "chinese" ? "" : " "
    var index = NearDuplicateIndex()
    var sets: [ShingleSet] = []
    var texts: [[String]] = []
    for number in 0..<200 {
      let words = text()
      texts.append(words)
      let set = ShingleSet(words.joined(separator: separator))
      sets.append(set)
      index.insert(number, MinHashSignature(set))
    }
    var edited = texts[77]
    edited[edited.count / 2] = kind == "chinese" ? "一" : "changed"
    let set = ShingleSet(edited.joined(separator: separator))
    let found = index.candidates(MinHashSignature(set))
    #expect(found.contains(77))
    #expect(found.filter { sets[$0].jaccard(set) >= 0.8 } == [77])
  }

  @Test("a document that is removed or replaced is no candidate any more")
  func removal() {
    var words = Words()
    let first = MinHashSignature(ShingleSet(words.line(200)))
    let second = MinHashSignature(ShingleSet(words.line(200)))
    var index = NearDuplicateIndex()
    index.insert(1, first)
    index.insert(2, second)
    #expect(index.candidates(first) == [1])
    index.remove(1)
    index.remove(99)
    #expect(index.candidates(first).isEmpty)
    index.insert(2, first)
    #expect(index.candidates(first) == [2])
    #expect(index.candidates(second).isEmpty)
    #expect(index.count == 1)
  }

  @Test("the index grows: of 20,000 documents each finds itself")
  func grows() {
    var words = Words()
    var index = NearDuplicateIndex()
    var signatures: [MinHashSignature] = []
    for number in 0..<20_000 {
      let set = ShingleSet(unit: .words, hashes: (0..<20).map { _ in words.random() })
      signatures.append(MinHashSignature(set))
      index.insert(number, signatures[number])
    }
    for number in stride(from: 0, to: 20_000, by: 97) { #expect(index.candidates(signatures[number]).contains(number)) }
  }

  @Test("a stored signature is the same again")
  func stored() {
    var words = Words()
    let signature = MinHashSignature(ShingleSet(words.line(100)))
    #expect(MinHashSignature(values: signature.values, unit: signature.unit) == signature)
    #expect(MinHashSignature(values: Array(signature.values.dropLast()), unit: .words) == nil)
  }

  @Test("thousands of documents with one band in common cost a bounded look-up")
  func crowded() {
    var words = Words()
    let signature = MinHashSignature(ShingleSet(words.line(100)))
    var index = NearDuplicateIndex()
    for number in 0..<5_000 { index.insert(number, signature) }
    #expect(index.candidates(signature).count <= 256)
  }
}
