import Learning
import Tensors
import Testing

@Suite("The mix of a round")
struct ReplayMixerTests {
  private func samples(_ count: Int, from first: Int64, lengths: ClosedRange<Int>) -> [SampleReference] {
    var rng = SeededGenerator(seed: UInt64(first) &+ 11)
    return (0..<count).map {
      let tokens = Int.random(in: lengths, using: &rng)
      return SampleReference(id: first + Int64($0), tokens: tokens, supervised: max(1, tokens - 1))
    }
  }

  private func mixer(
    new: [SampleReference]? = nil, earlier: [ReplayDomain]? = nil, general: [SampleReference]? = nil,
    settings: MixSettings = MixSettings(), seed: UInt64 = 1
  ) throws -> ReplayMixer {
    try ReplayMixer(
      new: new ?? samples(300, from: 0, lengths: 20...300),
      earlier: earlier
        ?? ["law", "medicine"].enumerated().map {
          ReplayDomain(name: $1, samples: samples(200, from: 10_000 * Int64($0 + 1), lengths: 20...300))
        }, general: general ?? samples(96, from: 90_000, lengths: 256...256), settings: settings, seed: seed)
  }

  private func all(_ mixer: ReplayMixer, epoch: Int) -> [PlannedSample] {
    mixer.steps.filter { $0.epoch == epoch }.flatMap(\.rows).flatMap(\.samples)
  }

  @Test("has every new sample exactly once an epoch, in another order each time")
  func everyNewSample() throws {
    let mixer = try mixer()
    let epochs = (0..<3).map { epoch in all(mixer, epoch: epoch).filter { $0.origin == .new }.map(\.reference.id) }
    for ids in epochs { #expect(ids.sorted() == (0..<300).map { Int64($0) }) }
    #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
    #expect(mixer.epochSteps.reduce(0, +) == mixer.steps.count)
  }

  @Test("gives earlier domains 20 % and the general set 5 % of all tokens, domains alike")
  func shares() throws {
    let tokens = try mixer().tokensByOrigin()
    let total = Double(tokens.values.reduce(0, +))
    func share(_ origin: SampleOrigin) -> Double { Double(tokens[origin] ?? 0) / total }
    #expect(abs(share(.earlier(domain: "law")) - 0.1) < 0.005)
    #expect(abs(share(.earlier(domain: "medicine")) - 0.1) < 0.005)
    #expect(abs(share(.general) - 0.05) < 0.005)
  }

  @Test("spreads replay evenly: every stretch of the epoch has its share")
  func evenly() throws {
    let mixer = try mixer(new: samples(600, from: 0, lengths: 400...512))
    for start in stride(from: 0, to: mixer.epochSteps[0] - 40, by: 20) {
      let samples = mixer.steps[start..<start + 40].flatMap(\.rows).flatMap(\.samples)
      let old = samples.reduce(0) { $1.origin == .new ? $0 : $0 + $1.reference.tokens }
      let share = Double(old) / Double(samples.reduce(0) { $0 + $1.reference.tokens })
      #expect(abs(share - 0.25) < 0.1)
    }
  }

  @Test("lets a small domain give what it has, and the others the rest")
  func smallDomain() throws {
    let little = ReplayDomain(name: "notes", samples: samples(2, from: 20_000, lengths: 50...50))
    let much = ReplayDomain(name: "law", samples: samples(400, from: 10_000, lengths: 20...300))
    let mixer = try mixer(earlier: [little, much])
    let tokens = mixer.tokensByOrigin()
    let total = Double(tokens.values.reduce(0, +))
    #expect(tokens[.earlier(domain: "notes")] == 300)
    #expect(abs(Double(tokens[.earlier(domain: "law")] ?? 0) + 300 - 0.2 * total) < 0.01 * total)
  }

  @Test("draws other samples in the next epoch, none twice in one")
  func otherDraws() throws {
    let mixer = try mixer()
    let draws = (0..<3).map { epoch in
      all(mixer, epoch: epoch).filter { $0.origin == .earlier(domain: "law") }.map(\.reference.id)
    }
    for draw in draws { #expect(Set(draw).count == draw.count) }
    #expect(Set(draws[0]).isDisjoint(with: draws[1]))
  }

  @Test("keeps the share over many domains that are each owed less than a sample")
  func manyDomains() throws {
    let domains = (0..<40).map {
      ReplayDomain(name: "d\($0)", samples: samples(20, from: 10_000 * Int64($0 + 1), lengths: 250...300))
    }
    let tokens = try mixer(new: samples(20, from: 0, lengths: 300...400), earlier: domains).tokensByOrigin()
    let total = tokens.values.reduce(0, +)
    let replayed = tokens.reduce(0) { sum, entry in
      if case .earlier = entry.key { sum + entry.value } else { sum }
    }
    #expect(abs(Double(replayed) / Double(total) - 0.2) < 0.01)
  }

  @Test("leaves a missing source's share to the new samples")
  func firstRound() throws {
    let tokens = try mixer(earlier: []).tokensByOrigin()
    let total = Double(tokens.values.reduce(0, +))
    #expect(abs(Double(tokens[.new] ?? 0) / total - 0.95) < 0.005)
    #expect(try mixer(earlier: [], general: []).tokensByOrigin().count == 1)
  }

  @Test("is the same plan for the same seed, so that a killed round asks for step k and goes on")
  func deterministic() throws {
    #expect(try mixer(seed: 5).steps == mixer(seed: 5).steps)
    #expect(try mixer(seed: 5).steps != mixer(seed: 6).steps)
  }

  @Test("never fills a step beyond its rows, nor a row beyond its length")
  func capacity() throws {
    let mixer = try mixer()
    #expect(mixer.steps.allSatisfy { $0.rows.count <= 2 && $0.rows.allSatisfy { $0.tokens <= 512 } })
    let filled = mixer.steps.reduce(0) { $0 + $1.tokens }
    #expect(Double(filled) > 0.9 * Double(mixer.steps.count * 1024))
  }

  @Test("doubles replay for a retry, up to half of a step")
  func retry() {
    #expect(MixSettings(share: 0.2).withReplay(times: 2).share == 0.4)
    #expect(MixSettings(share: 0.4).withReplay(times: 2).share == 0.5)
    #expect(MixSettings(share: 0.6).withReplay(times: 2).share == 0.6)
  }

  @Test("refuses a round without new samples and samples that cannot be trained on")
  func refuses() {
    #expect(throws: LearningError.nothingNew) { try mixer(new: []) }
    #expect(throws: LearningError.sampleTooLong(id: 4, tokens: 513, limit: 512)) {
      try mixer(new: [SampleReference(id: 4, tokens: 513, supervised: 512)])
    }
    #expect(throws: LearningError.sampleTeachesNothing(id: 5)) {
      try mixer(new: [SampleReference(id: 5, tokens: 100, supervised: 0)])
    }
  }
}
