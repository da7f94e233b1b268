import Foundation
import Learning
import Tensors
import Testing

@Suite("The forgetting gate")
struct ForgettingGateTests {
  private let gate = ForgettingGate(seed: 1)

  /// Pieces of a domain with a loss around 3, changed by `rise` nats per token on average, `spread` across pieces.
  private func domain(
    _ name: String, pieces: Int = 32, rise: Double, spread: Double = 0.01, best: Double? = nil, seed: UInt64 = 1
  ) -> DomainEvidence {
    var rng = SeededGenerator(seed: seed, stream: name)
    // Antithetic pairs: the mean change is `rise` up to the tokens' weights.
    var deviate = 0.0
    return DomainEvidence(
      domain: name,
      pieces: (0..<pieces).map { i in
        deviate = i.isMultiple(of: 2) ? normal(using: &rng) : -deviate
        let before = 200 * (3 + 0.4 * normal(using: &rng))
        return PieceEvidence(
          tokens: 200, before: before, after: before + 200 * (rise + spread * deviate),
          best: best.map { before - 200 * $0 })
      })
  }

  private func general(after: Double, pieces: Int = 32) -> [GeneralEvidence] {
    var rng = SeededGenerator(seed: 4)
    return (0..<pieces).map { _ in
      let scale = Double.random(in: 0.8...1.2, using: &rng)
      return GeneralEvidence(tokens: 256, before: 256 * 0.012 * scale, after: 256 * after * scale)
    }
  }

  private func row(_ outcome: GateOutcome, _ domain: String, _ comparison: GateRow.Comparison) throws -> GateRow {
    try #require(outcome.rows.first { $0.domain == domain && $0.comparison == comparison })
  }

  @Test("publishes when every bound is within its budget")
  func publishes() throws {
    let outcome = gate.judge(
      domains: [domain("law", rise: 0.002), domain("tickets", rise: -0.01)], general: general(after: 0.019))
    #expect(outcome.decision == .publish)
    let law = try row(outcome, "law", .round)
    #expect(law.pieces == 32 && law.verdict == .ok && law.basis == .alone)
    #expect(abs(law.budget - max(0.005, 0.005 / law.before)) < 1e-12)
    let (low, high, relative) = (try #require(law.low), try #require(law.high), try #require(law.relative))
    #expect(low < relative && relative < high && high <= law.budget)
    #expect(abs(relative - 0.002 / law.before) < 1e-9)
    let general = try row(outcome, "general", .general)
    #expect(abs(general.after / general.before - 19.0 / 12) < 1e-9 && general.budget == 0.05)
  }

  @Test("rejects when one domain's lower bound is over, and names it")
  func rejects() throws {
    let outcome = gate.judge(
      domains: [domain("law", rise: 0.001), domain("tickets", rise: 0.06)], general: general(after: 0.019))
    #expect(outcome.decision == .reject)
    #expect(outcome.summary.map(\.verdict) == [.ok, .over, .ok])
    #expect(outcome.worstOfRound?.domain == "tickets")
  }

  @Test("is undecided when a budget lies between the bounds, and decides when more pieces are measured")
  func undecided() {
    let few = domain("law", pieces: 16, rise: 0.01, spread: 0.02)
    #expect(gate.judge(domains: [few], general: general(after: 0.02)).decision == .undecided)
    let many = domain("law", pieces: 600, rise: 0.01, spread: 0.02)
    #expect(gate.judge(domains: [many], general: general(after: 0.02)).decision == .publish)
  }

  @Test("stops a slow slide: within the round's budget, over the lineage's")
  func lineage() throws {
    let outcome = gate.judge(domains: [domain("law", rise: 0.004, spread: 0.004, best: 0.05)], general: [])
    #expect(try row(outcome, "law", .round).verdict == .ok)
    let row = try row(outcome, "law", .lineage)
    #expect(row.verdict == .over && abs(row.after - row.before - 0.054) < 1e-9)
    #expect(outcome.decision == .reject)
    #expect(outcome.summary.map(\.verdict) == [.over])
    #expect(outcome.worstOfLineage == row)
  }

  @Test("holds the general set to a level of KL to the base, not to a rise")
  func generalLevel() {
    #expect(gate.judge(domains: [], general: general(after: 0.02)).decision == .publish)
    #expect(gate.judge(domains: [], general: general(after: 0.08)).decision == .reject)
    #expect(gate.judge(domains: [], general: general(after: 0.0495)).decision == .undecided)
  }

  @Test("always allows the least rise where a loss is small")
  func leastRise() throws {
    var small = domain("law", rise: 0.004, spread: 0.001)
    for i in small.pieces.indices {
      small.pieces[i].before -= 200 * 2.5
      small.pieces[i].after -= 200 * 2.5
    }
    let outcome = gate.judge(domains: [small], general: [])
    let row = try row(outcome, "law", .round)
    #expect(row.budget > 0.008 && outcome.decision == .publish)
  }

  @Test("publishes a first round, that has nothing to forget yet")
  func firstRound() {
    #expect(gate.judge(domains: [], general: []).decision == .publish)
  }

  @Test("judges small domains by their means and the bound of their pool")
  func pooled() throws {
    let small = (0..<5).map { domain("d\($0)", pieces: 8, rise: 0.002, spread: 0.005) }
    let outcome = gate.judge(domains: small, general: [])
    #expect(outcome.decision == .publish)
    #expect(outcome.rows.allSatisfy { $0.basis == .pooled && $0.pieces == 8 })
    // One of them alone over its budget, the pool within: nobody can tell yet.
    var hurt = small
    hurt[2] = domain("d2", pieces: 8, rise: 0.03, spread: 0.005)
    #expect(gate.judge(domains: hurt, general: []).decision == .undecided)
    // All of them clearly over.
    let worse = (0..<5).map { domain("d\($0)", pieces: 8, rise: 0.08, spread: 0.005) }
    #expect(gate.judge(domains: worse, general: []).decision == .reject)
  }

  @Test("fills a small pool up with the large domains")
  func filledPool() throws {
    let outcome = gate.judge(
      domains: [domain("law", rise: 0.001), domain("notes", pieces: 4, rise: 0.002)], general: [])
    #expect(try row(outcome, "notes", .round).basis == .pooled)
    #expect(try row(outcome, "law", .round).basis == .alone)
    #expect(outcome.decision == .publish)
  }

  @Test("lets a young State publish by its means, and holds it where they are over")
  func youngState() throws {
    let within = gate.judge(domains: [domain("notes", pieces: 4, rise: 0.002, spread: 0)], general: [])
    #expect(within.decision == .publish)
    let row = try row(within, "notes", .round)
    #expect(row.basis == .point && row.low == nil && row.high == nil)
    let over = gate.judge(domains: [domain("notes", pieces: 4, rise: 0.1, spread: 0)], general: [])
    #expect(over.decision == .undecided)
  }

  /// The first `was` of the pieces right before, the first `now` after.
  private func labelled(_ evidence: DomainEvidence, was: Int, now: Int) -> DomainEvidence {
    var evidence = evidence
    for i in evidence.pieces.indices {
      evidence.pieces[i].wasRight = i < was
      evidence.pieces[i].isRight = i < now
    }
    return evidence
  }

  @Test("rejects when answers clearly got worse, and does not let a few answers hold a round up")
  func accuracy() throws {
    let fine = domain("law", rise: 0.001)
    let slip = gate.judge(domains: [labelled(fine, was: 30, now: 29)], general: [])
    #expect(try row(slip, "law", .accuracy).verdict == .undecided)
    #expect(slip.decision == .publish)
    let fall = gate.judge(domains: [labelled(fine, was: 30, now: 10)], general: [])
    #expect(try row(fall, "law", .accuracy).verdict == .over)
    #expect(fall.decision == .reject)
    #expect(fall.summary.map(\.verdict) == [.over])
  }

  @Test("leaves out pieces without tokens, and a domain may be called general too")
  func oddities() throws {
    var law = domain("general", rise: 0.001)
    law.pieces.append(PieceEvidence(tokens: 0, before: 0, after: 0))
    let outcome = gate.judge(domains: [law], general: general(after: 0.08))
    #expect(outcome.summary.map(\.verdict) == [.ok, .over])
    #expect(try row(outcome, "general", .round).pieces == 32)
    #expect(gate.judge(domains: [DomainEvidence(domain: "a", pieces: [])], general: []).rows.isEmpty)
  }

  @Test("is the same outcome for the same evidence and seed, and survives JSON")
  func deterministic() throws {
    let evidence = [domain("law", rise: 0.002), domain("notes", pieces: 5, rise: 0)]
    let outcome = gate.judge(domains: evidence, general: general(after: 0.02))
    #expect(outcome == gate.judge(domains: evidence, general: general(after: 0.02)))
    #expect(try JSONDecoder().decode(GateOutcome.self, from: JSONEncoder().encode(outcome)) == outcome)
  }

  @Test("walks from the candidate back towards current")
  func walkBack() {
    let (current, candidate): ([Float], [Float]) = ([0, 1, -2], [1, 1, 2])
    #expect(WalkBack.parameters(from: current, towards: candidate, scale: 1) == candidate)
    #expect(WalkBack.parameters(from: current, towards: candidate, scale: 0.5) == [0.5, 1, 0])
    #expect(WalkBack.parameters(from: current, towards: candidate, scale: 0) == current)
  }
}
