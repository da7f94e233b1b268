import Learning
import Tensors
import Testing
import Transformer

@Suite("Packing")
struct PackingTests {
  @Test("puts each sample into the fullest row that has room, longest first")
  func bestFit() {
    // 7 opens row 0, 6 row 1; 4 fits row 1 exactly, 3 row 0 exactly; 2 opens row 2.
    #expect(SequencePacker.bins(lengths: [2, 3, 4, 6, 7], capacity: 10) == [[4, 1], [3, 2], [0]])
    #expect(SequencePacker.bins(lengths: [5, 5, 5], capacity: 10) == [[0, 1], [2]])
    #expect(SequencePacker.bins(lengths: [], capacity: 10) == [])
  }

  @Test("loses no sample, overfills no row, and wastes less than a fifth on mixed lengths")
  func complete() {
    var rng = SeededGenerator(seed: 1)
    let lengths = (0..<500).map { _ in Int.random(in: 1...512, using: &rng) }
    let bins = SequencePacker.bins(lengths: lengths, capacity: 512)
    #expect(bins.joined().sorted() == Array(lengths.indices))
    #expect(bins.allSatisfy { $0.reduce(0) { $0 + lengths[$1] } <= 512 })
    #expect(Double(lengths.reduce(0, +)) > 0.8 * Double(bins.count * 512))
  }

  @Test("lays samples end to end, each its own segment with no target at its start")
  func rows() {
    let samples = [
      EncodedTokens(tokens: [1, 2], supervised: [false, true]),
      EncodedTokens(tokens: [3, 4, 5], supervised: [false, false, true]),
    ]
    let packed = SequencePacker.pack(samples, length: 5)
    #expect(
      packed == [
        PackedRow(tokens: [3, 4, 5, 1, 2], supervised: [false, false, true, false, true], segmentStarts: [0, 3])
      ])
  }
}

@Suite("The reservoir")
struct ReservoirTests {
  private func offers(_ count: Int) -> [(id: Int64, tokens: Int)] {
    var rng = SeededGenerator(seed: 2)
    return (0..<count).map { (Int64($0), Int.random(in: 10...200, using: &rng)) }
  }

  private func kept(_ offers: [(id: Int64, tokens: Int)], budget: Int = 3000) -> [Int64] {
    var reservoir = Reservoir(seed: 7, budget: budget)
    for offer in offers { reservoir.offer(id: offer.id, tokens: offer.tokens) }
    #expect(reservoir.tokens <= budget)
    return reservoir.entries.map(\.id)
  }

  @Test("keeps the same samples in whatever order they come")
  func orderDoesNotMatter() {
    let all = offers(300)
    let reference = kept(all)
    #expect(!reference.isEmpty)
    var rng = SeededGenerator(seed: 3)
    for _ in 0..<20 { #expect(kept(all.shuffled(using: &rng)) == reference) }
  }

  @Test("names what leaves, so that what stays and what left is all that came")
  func accounts() {
    var reservoir = Reservoir(seed: 7, budget: 1000)
    var left: [Int64] = []
    for offer in offers(100) { left += reservoir.offer(id: offer.id, tokens: offer.tokens) }
    #expect((left + reservoir.entries.map(\.id)).sorted() == (0..<100).map { Int64($0) })
  }

  @Test("is uniform: an early sample stays as often as a late one")
  func uniform() {
    var stayed = [Int](repeating: 0, count: 50)
    for seed in 0..<2000 as Range<UInt64> {
      var reservoir = Reservoir(seed: seed, budget: 10)
      for id in 0..<50 as Range<Int64> { reservoir.offer(id: id, tokens: 1) }
      for entry in reservoir.entries { stayed[Int(entry.id)] += 1 }
    }
    // 400 expected each, standard deviation 18.
    #expect(stayed.allSatisfy { 310...490 ~= $0 })
  }
}
