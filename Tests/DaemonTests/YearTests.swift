import Daemon
import Foundation
import Platform
import ReplayStore
import Reports
import Synchronization
import TestSupport
import Testing

/// A year of rounds over twelve domains that come and go, two of them superseded on purpose: what was learned stays, at a
/// cost that does not grow.
///
/// `STET_YEAR=FOLDER` runs it and puts `year.csv`, `regret.svg` and the last report's page there; `STET_YEAR_ROUNDS=10` runs fewer
/// rounds, `STET_YEAR_MODEL=FILE` another base than the tiny one, `STET_YEAR_SET=KEY=VALUE,…` with other settings.
@Suite("A simulated year")
struct YearTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let rounds = environment["STET_YEAR_ROUNDS"].flatMap { Int($0) } ?? 60
  private static let more = (environment["STET_YEAR_SET"] ?? "").split(separator: ",").map { pair in
    let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
    return (key: parts[0], value: parts.last ?? "")
  }
  private static let domains = 12
  private static let replayBudget = 1 << 18
  /// Domain, and the share of the year after which its documents are replaced.
  private static let superseded = [(domain: 1, after: 0.5), (domain: 4, after: 0.75)]

  private struct Figures {
    var round: Int
    var decision: String
    var tokens: Int
    var replayed: Int
    var replayBytes: Int
    var seconds: Double
    /// Nats per token over each domain's best, of domains that were not superseded.
    var meanRegret: Double
    var worstRegret: Double
  }

  @Test("keeps what it learned, in bounded time and space", .enabled(if: environment["STET_YEAR"] != nil))
  func year() async throws {
    let target = URL(fileURLWithPath: try #require(Self.environment["STET_YEAR"]))
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let isTiny = Self.environment["STET_YEAR_MODEL"] == nil
      let settings = try Self.settings(isTiny: isTiny)
      let clock = Mutex(noon)
      let now: @Sendable () -> Date = { clock.withLock { $0 } }
      let session = try await Session.open(
        isTiny ? bench.intake.state : StateDirectory(root: folder.path + "/Year"),
        model: Self.environment["STET_YEAR_MODEL"] ?? folder.path + "/tiny.gguf", settings: settings, freshSeed: 42,
        log: Log(sinks: [bench.intake.lines], now: now), now: now, through: LocalFileSystem())
      defer { session.home.lock.release() }
      let intake = try session.intake(watch: bench.intake.watch)
      var curve: [Figures] = []
      let shown = Mutex<ForgettingReport?>(nil)
      for round in 1...Self.rounds {
        clock.withLock { $0 += 6 * 86_400 }
        try drop(round, bench)
        #expect(await intake.scan().failure == nil)
        let result = try await session.runRound(
          .once, settings.settings, WorkControls(control: { .go }, report: { _ in }),
          table: { report in shown.withLock { $0 = report } })
        guard let report = shown.withLock({ $0 }), result != nil else { continue }
        let bytes = try await session.home.store.read { try $0.replayBytes() }.values.reduce(0, +)
        let figures = Self.figures(round, report, bytes)
        curve.append(figures)
        try Self.csv(curve).write(to: target.appendingPathComponent("year.csv"))
        try Data(Self.picture(curve).utf8).write(to: target.appendingPathComponent("regret.svg"))
        let page = ReportPage(report, zone: .gmt).html
        try Data(page.utf8).write(to: target.appendingPathComponent("report.html"))
        print("round \(round): \(figures.decision), regret \(figures.meanRegret), \(figures.seconds) s")
      }
      #expect(curve.allSatisfy { $0.replayBytes <= Self.replayBudget })
      // A step holds a fifth of replay, two fifths in a second try.
      #expect(curve.allSatisfy { 2 * $0.replayed <= $0.tokens })
      try await expectSuperseded(session.home.store)
    }
  }

  private static func settings(isTiny: Bool) throws -> ResolvedSettings {
    let budget: (key: String, value: String) = ("replay.budget", "\(replayBudget)")
    let settle: (key: String, value: String) = ("intake.settle", "0s")
    guard isTiny else {
      return try ResolvedSettings(state: "/nowhere", environment: [:], flags: [budget, settle] + more)
    }
    return try RoundBench.settings([budget, settle, ("train.rate", "0.003"), ("round.threads", "1")] + more)
  }

  /// Three neighbouring domains a round, moving on through the year; the replaced ones with their new editions.
  private func drop(_ round: Int, _ bench: RoundBench) throws {
    let share = Double(round - 1) / Double(Self.rounds)
    let first = Int(share * Double(Self.domains))
    for place in 0..<3 {
      let domain = (first + place) % Self.domains
      for number in 0..<3 {
        let text = Chronicle(domain: domain).text(UInt64(round * 100 + number))
        try bench.intake.drop(text, as: "domain-\(domain)/\(round)-\(number).md")
      }
    }
    for (domain, after) in Self.superseded where round == Int(after * Double(Self.rounds)) + 1 {
      for earlier in 1..<round {
        let old = Int(Double(earlier - 1) / Double(Self.rounds) * Double(Self.domains))
        guard (0..<3).contains(where: { (old + $0) % Self.domains == domain }) else { continue }
        for number in 0..<3 {
          let text = Chronicle(domain: domain, edition: 1).text(UInt64(earlier * 100 + number))
          try bench.intake.drop(text, as: "domain-\(domain)/\(earlier)-\(number).md")
        }
      }
    }
  }

  private static func figures(_ round: Int, _ report: ForgettingReport, _ replayBytes: Int) -> Figures {
    let replaced = Set(superseded.map { "domain-\($0.domain)" })
    let regrets = report.matrix.domains.indices.compactMap { place -> Double? in
      let losses = report.matrix.nll.map { $0[place] }
      guard !replaced.contains(report.matrix.domains[place]), let last = losses.last ?? nil,
        let best = losses.dropFirst().compactMap({ $0 }).min()
      else { return nil }
      return last - best
    }
    return Figures(
      round: round, decision: report.gate.decision.rawValue, tokens: report.cost.tokens,
      replayed: report.cost.replayedTokens, replayBytes: replayBytes, seconds: report.cost.seconds,
      meanRegret: regrets.isEmpty ? 0 : regrets.reduce(0, +) / Double(regrets.count), worstRegret: regrets.max() ?? 0)
  }

  private static func csv(_ curve: [Figures]) -> Data {
    var text = "round,decision,tokens,replayed,replay_bytes,seconds,mean_regret,worst_regret\n"
    for point in curve {
      text += "\(point.round),\(point.decision),\(point.tokens),\(point.replayed),\(point.replayBytes),"
      text += "\(point.seconds),\(point.meanRegret),\(point.worstRegret)\n"
    }
    return Data(text.utf8)
  }

  /// Mean and worst regret over rounds, refused rounds hollow.
  private static func picture(_ curve: [Figures]) -> String {
    let (left, right, top, bottom) = (60.0, 780.0, 20.0, 260.0)
    let high = max(curve.map(\.worstRegret).max() ?? 0, 0.01)
    func x(_ point: Figures) -> Double { left + (right - left) * Double(point.round) / Double(rounds) }
    func y(_ regret: Double) -> Double { bottom - (bottom - top) * regret / high }
    func line(_ regret: (Figures) -> Double, _ colour: String) -> String {
      let points = curve.map { "\(x($0)),\(y(regret($0)))" }.joined(separator: " ")
      let circles = curve.map { point in
        let fill = point.decision == "published" ? colour : "white"
        return
          "<circle cx=\"\(x(point))\" cy=\"\(y(regret(point)))\" r=\"3\" fill=\"\(fill)\" stroke=\"\(colour)\"/>"
      }
      return "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\"/>" + circles.joined()
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" font-family="sans-serif" font-size="13">
      <rect width="800" height="300" fill="white"/>
      <line x1="\(left)" y1="\(bottom)" x2="\(right)" y2="\(bottom)" stroke="black"/>
      <text x="4" y="\(top + 5)">\((high * 1000).rounded() / 1000)</text><text x="4" y="\(bottom + 5)">0 nats</text>
      <text x="\(left)" y="290">regret over rounds 1 to \(rounds): worst domain (orange), mean (blue); hollow: refused</text>
      \(line(\.worstRegret, "#c45c14"))
      \(line(\.meanRegret, "#2662b0"))
      </svg>

      """
  }

  /// Old editions are replayed no more.
  private func expectSuperseded(_ store: ReplayStore) async throws {
    try await store.read { db in
      for (domain, _) in Self.superseded {
        let candidates = try db.replayCandidates(domain: "domain-\(domain)")
        let documents = Set(candidates.map(\.document))
        let old = try db.documents(limit: 100_000).filter { $0.document.state == .superseded }.map(\.document.id)
        #expect(!old.isEmpty && documents.isDisjoint(with: old))
      }
    }
  }
}
