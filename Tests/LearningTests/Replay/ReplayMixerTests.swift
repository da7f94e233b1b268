import Learning
import Tensors
import Testing

@Suite("Replay mixing")
struct ReplayMixerTests {
  private let settings = MixSettings()

  private func pool(_ first: Int64, tokens: Int, seed: UInt64, upTo longest: Int = 300) -> [SampleReference] {
    var rng = SeededGenerator(seed: seed)
    var samples: [SampleReference] = []
    var total = 0
    while total < tokens {
      let length = Int.random(in: 20...longest, using: &rng)
      samples.append(SampleReference(id: first + Int64(samples.count), tokens: length, supervised: length - 1))
      total += length
    }
    return samples
  }

  private var new: [SampleReference] { pool(0, tokens: 20_000, seed: 1) }
  private var earlier: [ReplayDomain] {
    [
      ReplayDomain(name: "medicine", samples: pool(10_000, tokens: 60_000, seed: 2)),
      ReplayDomain(name: "tickets", samples: pool(20_000, tokens: 60_000, seed: 3, upTo: 100)),
    ]
  }
  private var general: [SampleReference] { pool(30_000, tokens: 24_000, seed: 4) }

  private func mixer(
    earlier: [ReplayDomain]? = nil, general: [SampleReference]? = nil, settings: MixSettings? = nil, seed: UInt64 = 7
  ) throws -> ReplayMixer {
    try ReplayMixer(
      new: new, earlier: earlier ?? self.earlier, general: general ?? self.general,
      settings: settings ?? self.settings, seed: seed)
  }

  private func samples(of mixer: ReplayMixer, epoch: Int) -> [PlannedSample] {
    (0..<mixer.epochSteps[epoch]).flatMap { mixer.plan(epoch: epoch, step: $0).rows.flatMap(\.samples) }
  }

  @Test("every new sample comes exactly once an epoch, in another order each")
  func newSamplesOnce() throws {
    let mixer = try mixer()
    var orders: [[Int64]] = []
    for epoch in 0..<3 {
      let ids = samples(of: mixer, epoch: epoch).filter { $0.origin == .new }.map(\.reference.id)
      #expect(ids.sorted() == new.map(\.id))
      orders.append(ids)
    }
    #expect(Set(orders).count == 3)
  }

  @Test("the shares of an epoch's tokens are those of the settings, equal for each domain, to the nearest sample")
  func keepsShares() throws {
    let mixer = try mixer()
    for epoch in 0..<3 {
      var tokens: [SampleOrigin: Int] = [:]
      for sample in samples(of: mixer, epoch: epoch) { tokens[sample.origin, default: 0] += sample.reference.tokens }
      let whole = Double(new.reduce(0) { $0 + $1.tokens }) / 0.75
      let (first, second) = (tokens[.earlier(domain: "medicine")] ?? 0, tokens[.earlier(domain: "tickets")] ?? 0)
      #expect(abs(Double(first + second) - 0.20 * whole) <= 300)
      #expect(abs(first - second) <= 450)
      #expect(abs(Double(tokens[.general] ?? 0) - 0.05 * whole) <= 300)
    }
    let all = mixer.tokensByOrigin()
    let replayed = (all[.earlier(domain: "medicine")] ?? 0) + (all[.earlier(domain: "tickets")] ?? 0)
    let whole = Double(3 * new.reduce(0) { $0 + $1.tokens }) / 0.75
    // Half of the longest sample, and the rounding of each domain's budget.
    #expect(Double(replayed) <= 0.20 * whole + 160)
  }

  @Test("the share of a step is steady: no quarter of an epoch is without replay")
  func spreadsReplay() throws {
    let mixer = try mixer()
    let count = mixer.epochSteps[0]
    for quarter in 0..<4 {
      let steps = (quarter * count / 4..<(quarter + 1) * count / 4).map { mixer.plan(epoch: 0, step: $0) }
      let all = steps.flatMap(\.rows).flatMap(\.samples)
      let replayed = all.filter { $0.origin != .new }.reduce(0) { $0 + $1.reference.tokens }
      let share = Double(replayed) / Double(all.reduce(0) { $0 + $1.reference.tokens })
      #expect(share > 0.15 && share < 0.36, "quarter \(quarter): \(share)")
    }
  }

  @Test("steps are full: two rows of at most 512 tokens, filled to 95 % over the epoch")
  func fillsSteps() throws {
    let mixer = try mixer()
    for epoch in 0..<3 {
      let steps = (0..<mixer.epochSteps[epoch]).map { mixer.plan(epoch: epoch, step: $0) }
      #expect(steps.allSatisfy { $0.rows.allSatisfy { $0.tokens <= 512 } && $0.epoch == epoch })
      #expect(steps.dropLast().allSatisfy { $0.rows.count == 2 })
      #expect(Double(steps.reduce(0) { $0 + $1.tokens }) / Double(steps.count * 1024) > 0.95)
    }
  }

  @Test("a step is planned without those before it, the same by every mixer of the same inputs and seed")
  func isPure() throws {
    let (one, other) = (try mixer(), try mixer())
    #expect(one.plan(epoch: 2, step: 5) == other.plan(epoch: 2, step: 5))
    #expect(one.steps == other.steps)
    let another = try mixer(seed: 8)
    #expect(one.steps != another.steps)
    #expect(one.epochSteps.reduce(0, +) == one.steps.count)
  }

  @Test("no sample is replayed again before its domain has given all it has, then in a new order")
  func drawsWithoutRepeats() throws {
    let small = ReplayDomain(name: "small", samples: pool(10_000, tokens: 4_000, seed: 5))
    let mixer = try ReplayMixer(
      new: pool(0, tokens: 9_000, seed: 6), earlier: [small], general: [],
      settings: MixSettings(epochs: 12), seed: 3)
    var seen: [Int64: Int] = [:]
    for epoch in 0..<12 {
      let ids = samples(of: mixer, epoch: epoch).filter { $0.origin != .new }.map(\.reference.id)
      #expect(Set(ids).count == ids.count)
      for id in ids { seen[id, default: 0] += 1 }
      let counts = small.samples.map { seen[$0.id] ?? 0 }
      // A new pass begins within an epoch, and puts what that epoch had last.
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    }
    #expect(seen.values.allSatisfy { $0 >= 5 })
  }

  @Test("a domain that is smaller than its share gives each sample once an epoch, the others give the rest")
  func smallDomainsAreNotOverdrawn() throws {
    let tiny = ReplayDomain(
      name: "tiny", samples: [SampleReference(id: 90_000, tokens: 50, supervised: 49)])
    let mixer = try mixer(earlier: earlier + [tiny])
    for epoch in 0..<3 {
      #expect(samples(of: mixer, epoch: epoch).count { $0.origin == .earlier(domain: "tiny") } == 1)
    }
    let all = mixer.tokensByOrigin(steps: mixer.epochSteps[0])
    let replayed = all.filter { $0.key != .new && $0.key != .general }.values.reduce(0, +)
    #expect(abs(Double(replayed) - 0.2 * Double(all.values.reduce(0, +))) < 300)
  }

  @Test("a small domain of answers gives each sample as often as it may, one of texts once")
  func answersComeAgain() throws {
    func times(supervised: (Int) -> Int, _ settings: MixSettings) throws -> Set<Int> {
      let samples = pool(40_000, tokens: 600, seed: 8, upTo: 60).map {
        SampleReference(id: $0.id, tokens: $0.tokens, supervised: supervised($0.tokens))
      }
      let mixer = try mixer(earlier: [ReplayDomain(name: "few", samples: samples)], settings: settings)
      let drawn = self.samples(of: mixer, epoch: 0).filter { $0.origin == .earlier(domain: "few") }
      return Set(Dictionary(grouping: drawn, by: \.reference.id).values.map(\.count))
    }
    let settings = MixSettings(answerRepeats: 4)
    #expect(try times(supervised: { _ in 3 }, settings) == [4])
    #expect(try times(supervised: { $0 - 1 }, settings) == [1])
    #expect(try times(supervised: { _ in 3 }, MixSettings()) == [1])
  }

  @Test("half of replay goes by what domains need, as far as they need as much as a budget; half is even")
  func needs() {
    func shares(_ needs: [Double], available: [Int] = [90_000, 90_000, 90_000, 90_000]) -> [Int] {
      ReplayShares(
        newTokens: 7_500, available: available, needs: needs, availableGeneral: 9_000, share: 0.2, generalShare: 0.05
      ).earlier
    }
    #expect(shares([0, 0, 0, 0]) == [500, 500, 500, 500])
    #expect(shares([0, 1, 0, 0]) == [250, 1250, 250, 250])
    #expect(shares([0, 7, 0, 0]) == [250, 1250, 250, 250])
    #expect(shares([0, 3, 1, 0]) == [250, 1000, 500, 250])
    #expect(shares([0.5, 0, 0, 0]) == [1000, 333, 333, 334])
    #expect(shares([0, 1, 0, 0], available: [90_000, 800, 90_000, 90_000]) == [400, 800, 400, 400])
  }

  @Test("what is scarce keeps the other share what it is of all tokens")
  func scarce() {
    func shares(_ earlier: Int, _ general: Int) -> ReplayShares {
      ReplayShares(
        newTokens: 9_000, available: [earlier], availableGeneral: general, share: 0.2, generalShare: 0.1)
    }
    // 9,000 and 90 are nine tenths.
    #expect(shares(90, 99_999).general == 1_010 && shares(90, 99_999).earlier == [90])
    #expect(shares(99_999, 100).earlier == [2_275] && shares(99_999, 100).general == 100)
    #expect(shares(0, 0).earlier == [0] && shares(0, 99_999).general == 1_000)
  }

  @Test("where an epoch's share is less than a sample for each of many domains, they take turns")
  func manyDomains() throws {
    let many = (0..<20).map { domain in
      ReplayDomain(
        name: "\(domain)",
        samples: (0..<5).map { SampleReference(id: Int64(1_000 * domain + $0 + 100_000), tokens: 300, supervised: 299) }
      )
    }
    let new = pool(0, tokens: 4_000, seed: 9)
    let mixer = try ReplayMixer(
      new: new, earlier: many, general: [], settings: MixSettings(epochs: 6), seed: 2)
    let drawn = mixer.tokensByOrigin().filter { $0.key != .new }
    // 20 % beside 6 × 4,000 new tokens are 6,000: 20 samples of 300.
    #expect(drawn.values.reduce(0, +) >= 5_700)
    #expect(drawn.count >= 18)
    #expect(drawn.values.allSatisfy { $0 <= 600 })
  }

  @Test("without earlier domains their share is the new samples', without a general set that one's too")
  func firstRound() throws {
    let first = try mixer(earlier: [])
    let tokens = first.tokensByOrigin()
    #expect(Set(tokens.keys) == [.new, .general])
    let share = Double(tokens[.general] ?? 0) / Double(tokens.values.reduce(0, +))
    #expect(abs(share - 0.05) < 0.005)
    let bare = try mixer(earlier: [], general: [])
    #expect(Set(bare.tokensByOrigin().keys) == [.new])
  }

  @Test("a round of one short sample replays too once its shares have come to half a sample")
  func tinyRound() throws {
    let one = [SampleReference(id: 1, tokens: 300, supervised: 299)]
    let mixer = try ReplayMixer(new: one, earlier: earlier, general: general, settings: settings, seed: 1)
    let tokens = mixer.tokensByOrigin()
    #expect(tokens[.new] == 900)
    let replayed = tokens.filter { $0.key != .new && $0.key != .general }.values.reduce(0, +)
    #expect(replayed > 0 && replayed <= 240 + 150)
  }

  @Test("nothing new, and samples that do not fit a row, are refused by name")
  func refuses() {
    #expect(throws: LearningError.nothingNew) {
      try ReplayMixer(new: [], earlier: earlier, general: [], settings: settings, seed: 1)
    }
    #expect(throws: LearningError.sampleTooLong(id: 4, tokens: 513, limit: 512)) {
      let long = [SampleReference(id: 4, tokens: 513, supervised: 5)]
      return try ReplayMixer(new: long, earlier: [], general: [], settings: settings, seed: 1)
    }
  }

  @Test("a short round has more general texts, and none where they are off")
  func shortRounds() {
    func share(_ share: Double, _ tokens: Int) -> Double {
      LearningRecipe.generalShare(share, over: tokens, replayed: 0.2)
    }
    #expect(share(0.1, 60_000) == 0.1 && share(0, 1_000) == 0)
    #expect(share(0.1, 14_000) > 0.15 && share(0.1, 14_000) < 0.17)
    #expect(share(0.1, 1_000) == 0.2 && share(0.3, 1_000) == 0.3)
    #expect(LearningRecipe.generalShare(0.05, over: 0, replayed: 0.85) < 0.06)
  }

  @Test("of a short round that has many earlier domains, a larger share is theirs, so that each comes once")
  func breadth() {
    func share(_ tokens: Int, domains: Int) -> Double {
      LearningRecipe.replayShare(0.2, over: tokens, breadth: 400 * domains)
    }
    #expect(share(20_000, domains: 3) == 0.2 && share(100_000, domains: 30) == 0.2)
    #expect(abs(share(20_000, domains: 20) - 8_000.0 / 28_000) < 1e-12)
    #expect(share(5_000, domains: 30) == LearningRecipe.mostReplayed)
    #expect(LearningRecipe.replayShare(0.6, over: 5_000, breadth: 12_000) == 0.6)
    #expect(LearningRecipe.replayShare(0, over: 5_000, breadth: 12_000) == 0)
  }
}
