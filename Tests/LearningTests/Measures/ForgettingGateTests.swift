import Foundation
import Learning
import Testing

@Suite("The forgetting gate")
struct ForgettingGateTests {
  private let gate = ForgettingGate(bootstrap: PairedBootstrap(replicates: 1000), seed: 1)

  private func row(_ outcome: GateOutcome, _ domain: String, _ comparison: GateRow.Comparison) -> GateRow? {
    outcome.rows.first { $0.domain == domain && $0.comparison == comparison }
  }

  @Test("noise within the budget is published, nearly always")
  func publishesNoise() {
    var noise = HeldOutNoise(seed: 21)
    let outcomes = (0..<60).map { _ in
      gate.judge(
        domains: [noise.domain("medicine"), noise.domain("tickets"), noise.domain("legal")], general: noise.general())
    }
    #expect(outcomes.count { $0.decision == .publish } >= 58)
    #expect(outcomes.allSatisfy { $0.decision != .reject })
  }

  @Test("one domain clearly over its budget rejects the candidate, and is the one that is named")
  func rejectsForgetting() {
    var noise = HeldOutNoise(seed: 22)
    let outcome = gate.judge(
      domains: [noise.domain("medicine"), noise.domain("tickets", shift: 0.06)], general: noise.general())
    #expect(outcome.decision == .reject)
    #expect(row(outcome, "medicine", .round)?.verdict == .ok)
    let tickets = row(outcome, "tickets", .round)
    #expect(tickets?.verdict == .over)
    #expect(abs((tickets?.relative ?? 0) - 0.02) < 0.003)
    #expect(abs((tickets?.budget ?? 0) - 0.005) < 1e-9)
    #expect(outcome.finding(gains: []) == .over)
  }

  @Test("a candidate a little over its budget slips through in at most about one round of twenty")
  func errorOfPublishing() {
    var noise = HeldOutNoise(seed: 23)
    let gate = ForgettingGate(bootstrap: PairedBootstrap(replicates: 300), seed: 2)
    let published = (0..<300).count { _ in
      gate.judge(
        domains: [noise.domain("a", shift: 0.0165, spread: 0.02), noise.domain("b", spread: 0.005)], general: []
      ).decision == .publish
    }
    #expect(published <= 24, "\(published) of 300")
  }

  @Test("a spread too wide for the budget is undecided, and then the estimates speak")
  func undecided() {
    var noise = HeldOutNoise(seed: 24)
    let outcome = gate.judge(domains: [noise.domain("medicine", shift: 0.004, spread: 0.06)], general: [])
    #expect(outcome.decision == .undecided)
    #expect(row(outcome, "medicine", .round)?.verdict == .undecided)
    let isWithin = outcome.rows.allSatisfy(\.isWithinByEstimate)
    #expect(outcome.finding(gains: []) == .undecided(withinByPoint: isWithin))
  }

  @Test("small losses round after round are caught by the lineage's budget")
  func lineage() {
    var noise = HeldOutNoise(seed: 25)
    let outcome = gate.judge(
      domains: [noise.domain("medicine", shift: 0.01, spread: 0.005, lineage: 0.026)], general: [])
    #expect(row(outcome, "medicine", .round)?.verdict == .ok)
    #expect(row(outcome, "medicine", .lineage)?.verdict == .over)
    #expect(outcome.decision == .reject)
  }

  @Test("the lineage's best counts on the pieces that it was measured on, and on those alone")
  func lineageInPart() {
    var noise = HeldOutNoise(seed: 31)
    func judged(lineage: Double, from first: Int) -> GateRow? {
      var domain = noise.domain("medicine", shift: 0.004, spread: 0.005, lineage: lineage)
      for i in first..<domain.pieces.count { domain.pieces[i].best = nil }
      return row(gate.judge(domains: [domain], general: []), "medicine", .lineage)
    }
    let over = judged(lineage: 0.04, from: 16)
    #expect(over?.verdict == .over && abs((over?.relative ?? 0) - 0.044 / 2.96) < 0.003)
    #expect(judged(lineage: 0.01, from: 16)?.verdict == .ok)
    // Where there is none, current is the best.
    let alone = judged(lineage: 0.04, from: 0)
    #expect(alone?.verdict == .ok && abs((alone?.relative ?? 0) - 0.004 / 3) < 0.001)
  }

  @Test("where current is over the lineage's budget already, a candidate may leave it so and must not add to it")
  func overdrawn() {
    var noise = HeldOutNoise(seed: 29)
    func judged(_ shift: Double) -> GateOutcome {
      gate.judge(domains: [noise.domain("medicine", shift: shift, spread: 0.005, lineage: 0.06)], general: [])
    }
    #expect(judged(-0.005).decision == .publish)
    #expect(judged(0).decision != .reject)
    let worse = judged(0.01)
    #expect(row(worse, "medicine", .round)?.verdict == .ok)
    #expect(row(worse, "medicine", .lineage)?.verdict == .over)
    #expect(abs((row(worse, "medicine", .lineage)?.budget ?? 0) - 0.06 / 2.94) < 0.003)
    #expect(worse.decision == .reject)
  }

  @Test("a low loss may rise by 0.005 nats however small a share that would be")
  func absoluteBudget() {
    var noise = HeldOutNoise(seed: 26)
    noise.loss = 0.3
    let outcome = gate.judge(domains: [noise.domain("code", shift: 0.003, spread: 0.002)], general: [])
    #expect(outcome.decision == .publish)
    #expect((row(outcome, "code", .round)?.budget ?? 0) > 0.01)
  }

  @Test("drifting from the base on general text rejects, at a level and not a rise")
  func generalDrift() {
    var noise = HeldOutNoise(seed: 27)
    #expect(gate.judge(domains: [], general: noise.general(divergence: 0.1)).decision == .reject)
    #expect(gate.judge(domains: [], general: noise.general(divergence: 0.02)).decision == .publish)
    let few = gate.judge(domains: [], general: noise.general(5, divergence: 0.1))
    #expect(few.decision == .reject)
    #expect(few.rows.allSatisfy { $0.basis == .point && $0.high == nil })
  }

  @Test("where current is over the general set's budget already, a candidate must not add to it")
  func generalOverdrawn() {
    var noise = HeldOutNoise(seed: 32)
    func judged(_ change: Double, _ count: Int = 32) -> GateOutcome {
      let texts = noise.general(count, divergence: 0.09).map {
        GeneralEvidence(tokens: $0.tokens, before: $0.after, after: $0.after * (1 + change))
      }
      return gate.judge(domains: [], general: texts)
    }
    #expect(judged(-0.1).decision == .publish && judged(0.1).decision == .reject)
    #expect(judged(-0.1, 5).decision == .publish && judged(0.1, 5).decision == .reject)
    let row = judged(0.1).rows.first
    #expect(abs((row?.budget ?? 0) - (row?.before ?? 1)) < 1e-9 && row?.low ?? 0 > 0.09)
  }

  @Test("a young State of a few pieces is decided by the means, and says so")
  func fewPieces() {
    var noise = HeldOutNoise(seed: 28)
    let within = gate.judge(domains: [noise.domain("notes", 5, shift: -0.01, spread: 0.05)], general: [])
    #expect(within.rows.allSatisfy { $0.basis == .point })
    #expect(within.decision == (within.rows.allSatisfy(\.isWithinByEstimate) ? .publish : .reject))
    let over = gate.judge(domains: [noise.domain("notes", 5, shift: 0.1, spread: 0.01)], general: [])
    #expect(over.decision == .reject)
    let better = gate.judge(domains: [noise.domain("notes", 5, shift: -0.1, spread: 0.01)], general: [])
    #expect(better.decision == .publish)
  }

  @Test("small domains vouch for each other: four of six pieces have bounds together")
  func pooled() {
    var noise = HeldOutNoise(seed: 29)
    let names = ["a", "b", "c", "d"]
    let quiet = gate.judge(domains: names.map { noise.domain($0, 6, spread: 0.003) }, general: [])
    #expect(quiet.decision == .publish)
    #expect(quiet.rows.allSatisfy { $0.basis == .pooled && $0.high != nil })
    let over = gate.judge(domains: names.map { noise.domain($0, 6, shift: 0.08) }, general: [])
    #expect(over.decision == .reject)
    // One that is over while the pool is not: not published, not rejected either.
    let one = gate.judge(
      domains: [noise.domain("a", 2, shift: 0.03, spread: 0.002)]
        + names[1...].map { noise.domain($0, 14, spread: 0.002) },
      general: [])
    #expect(one.decision == .undecided)
    #expect(row(one, "a", .round)?.verdict == .undecided)
  }

  @Test("of many small domains none is blamed for what chance explains, and one that was forgotten is")
  func manySmall() {
    var noise = HeldOutNoise(seed: 33)
    let gate = ForgettingGate(bootstrap: PairedBootstrap(replicates: 300), seed: 3)
    func judged(_ shift: Double) -> GateOutcome {
      let domains = (0..<30).map { noise.domain("domain-\($0)", 2, shift: $0 == 7 ? shift : -0.01, spread: 0.04) }
      return gate.judge(domains: domains, general: [])
    }
    let harmless = (0..<20).map { _ in judged(-0.01) }
    let published: [GateFinding] = [.within, .undecided(withinByPoint: true)]
    #expect(harmless.count { published.contains($0.finding(gains: [])) } >= 19)
    // Some mean is over its budget of 0.5 % in each, by chance.
    #expect(harmless.count { $0.rows.contains { $0.relative ?? 0 > $0.budget } } >= 19)
    let harmful = (0..<20).map { _ in judged(0.3) }
    #expect(harmful.allSatisfy { !published.contains($0.finding(gains: [])) })
    #expect(harmful.allSatisfy { row($0, "domain-7", .round)?.isWithinByEstimate == false })
  }

  @Test("the first round, with nothing to forget, is published")
  func nothingEarlier() {
    let outcome = gate.judge(domains: [], general: [])
    #expect(outcome.decision == .publish && outcome.rows.isEmpty)
  }

  @Test("the same evidence and seed give the same outcome, also after a way through JSON")
  func isReproducible() throws {
    var noise = HeldOutNoise(seed: 30)
    let evidence = [noise.domain("medicine"), noise.domain("tickets", 7)]
    let general = noise.general()
    let outcome = gate.judge(domains: evidence, general: general)
    #expect(outcome == gate.judge(domains: evidence, general: general))
    #expect(try JSONDecoder().decode(GateOutcome.self, from: JSONEncoder().encode(outcome)) == outcome)
  }

  @Test("a candidate that keeps everything and learns nothing is not worth a version")
  func minimumGain() {
    var noise = HeldOutNoise(seed: 31)
    let outcome = gate.judge(domains: [noise.domain("medicine")], general: noise.general())
    let better = LearningGain(domain: "legal", pieces: 32, before: 3.4, after: 3)
    let worse = LearningGain(domain: "legal", pieces: 32, before: 3.4, after: 3.41)
    #expect(outcome.finding(gains: [better]) == .within)
    #expect(outcome.finding(gains: [worse]) == .nothingLearned)
    #expect(outcome.finding(gains: [better], minimumGain: 0.2) == .nothingLearned)
    #expect(outcome.finding(gains: [LearningGain(domain: "legal", pieces: 0, before: 0, after: 0)]) == .within)
    #expect(abs(([better, worse].meanImprovement ?? 0) - (0.4 - 0.01) / 3.4 / 2) < 1e-12)
  }

  @Test("few pieces are judged with the domain's earlier ones, sixteen alone")
  func gainOfFew() throws {
    var noise = HeldOutNoise(seed: 34)
    let earlier = [noise.domain("medicine", 24, shift: 0.2), noise.domain("legal", 12, shift: -0.05)]
    func gain(_ pieces: Int, _ shift: Double) throws -> LearningGain {
      try #require(LearningGain.gains(of: [noise.domain("legal", pieces, shift: shift)], beside: earlier).first)
    }
    let two = try gain(2, 0.06)
    #expect(two.relative ?? 0 > 0 && two.together ?? 0 < 0 && [two].isEnough())
    #expect(try ![gain(8, 0.3)].isEnough())
    let sixteen = try gain(16, 0.06)
    #expect(sixteen.together == nil && ![sixteen].isEnough())
    // A new domain has no others, and one without pieces says nothing.
    let alone = try #require(LearningGain.gains(of: [noise.domain("new", 2, shift: 0.06)], beside: earlier).first)
    #expect(alone.together == nil && ![alone].isEnough())
    let none = LearningGain.gains(of: [DomainEvidence(domain: "legal", pieces: [])], beside: earlier)
    #expect(none.first?.together == nil && none.isEnough())
  }
}
