import Learning
import Tensors
import Testing

@Suite("Reservoir")
struct ReservoirTests {
  @Test("what stays does not depend on the order of the offers, and keeps to the budget")
  func orderDoesNotMatter() {
    var rng = SeededGenerator(seed: 4)
    let offers = (0..<300).map { (id: Int64($0), tokens: Int.random(in: 10...400, using: &rng)) }
    var (forward, shuffled) = (Reservoir(seed: 9, budget: 10_000), Reservoir(seed: 9, budget: 10_000))
    for offer in offers { forward.offer(id: offer.id, tokens: offer.tokens) }
    for offer in offers.shuffled(using: &rng) { shuffled.offer(id: offer.id, tokens: offer.tokens) }
    #expect(forward.entries == shuffled.entries)
    #expect(forward.tokens <= 10_000)
    #expect(forward.tokens > 9_000)
  }

  @Test("what leaves is told once, and everything offered is either in or out")
  func tellsWhatLeaves() {
    var reservoir = Reservoir(seed: 5, budget: 1_000)
    var gone: [Int64] = []
    for id in 0..<100 { gone += reservoir.offer(id: Int64(id), tokens: 100) }
    #expect(reservoir.entries.count == 10)
    #expect((gone + reservoir.entries.map(\.id)).sorted() == (0..<100).map { Int64($0) })
    #expect(reservoir.entries.map(\.key) == reservoir.entries.map(\.key).sorted(by: >))
  }

  @Test("early and late offers stay equally often")
  func isUniform() {
    var early = 0
    for seed in 0..<400 {
      var reservoir = Reservoir(seed: UInt64(seed), budget: 20)
      for id in 0..<100 { reservoir.offer(id: Int64(id), tokens: 1) }
      early += reservoir.entries.count { $0.id < 50 }
    }
    // 8,000 kept, half of them early; the standard deviation is about 40.
    #expect(abs(early - 4_000) < 160)
  }
}
