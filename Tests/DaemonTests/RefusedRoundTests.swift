import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports
import Synchronization
import TestSupport
import Testing

@Suite("A refused round")
struct RefusedRoundTests {
  /// Drops what is nothing like what was learned.
  /// - Returns: settings that replay nothing and allow no rise.
  private func harm(_ bench: RoundBench, retry: String = "0") async throws -> ResolvedSettings {
    for i in 0..<24 {
      let words = (0..<200).map { "ZX\(($0 * 7919 + i * 104_729) % 9973) QV\(($0 * i) % 97)" }
      try bench.intake.drop(words.joined(separator: " ") + ".\n", as: "codes/\(i).txt")
    }
    _ = await bench.intake.service().scan()
    return try RoundBench.settings([
      ("gate.round", "0"), ("gate.lineage", "0"), ("gate.round_nats", "0"), ("gate.lineage_nats", "0"),
      ("replay.share", "0"), ("replay.retry", retry), ("ewc.lambda", "0"), ("train.rate", "0.05"),
    ])
  }

  @Test("that would cost an earlier domain too much is refused, and current stays")
  func refuses() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(try RoundBench.settings())
      let before = try bench.adapter(1)
      let (result, report, _) = try await bench.round(try await harm(bench))
      #expect(result?.state == .rejected && result?.version == nil)
      #expect(try bench.adapters.current().rawValue == 1 && bench.adapter(1) == before)
      #expect(report?.gate.decision == .rejected && report?.gate.retries.count == 1)
      let states = try await bench.intake.home.store.read { try $0.documentCounts() }
      #expect(states[.deferred] == report?.gate.deferred && states[.deferred] ?? 0 > 0 && states[.learned] == 24)
    }
  }

  @Test("learns more slowly after one that was refused, and faster again after one that was not")
  func rateAfterRefusal() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(try RoundBench.settings())
      _ = try await bench.round(try await harm(bench))
      for number in 0..<2 {
        let documents = UInt64(100 + number * 24)..<UInt64(124 + number * 24)
        try await bench.teach("law", documents)
        _ = try await bench.round(try RoundBench.settings([("train.rate", "0.002"), ("gate.round", "0.1")]))
      }
      let rounds = try await bench.intake.home.store.read { try $0.judgedRounds(limit: 9) }
      let scales = try rounds.reversed().map {
        try JSONDecoder().decode(RoundSettings.self, from: Data($0.settings.utf8)).rateScale ?? 0
      }
      #expect(rounds.reversed().map(\.state) == [.published, .rejected, .published, .published])
      #expect(zip(scales, [1, 1, 0.707, 0.841] as [Float]).allSatisfy { abs($0 - $1) < 1e-3 }, "\(scales)")
    }
  }

  @Test("that was refused is tried again with the second try's share of replay, also where the first replays nothing")
  func retryShare() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(try RoundBench.settings())
      let report = try await bench.round(try await harm(bench, retry: "0.4")).report
      let retries = try #require(report?.gate.retries)
      #expect(retries.count == 1 && retries.allSatisfy { $0.replayShare > 0.05 })
      #expect(report?.cost.replayDomains == ["law"])
    }
  }

  @Test("that exceeds the forgetting budget is not promoted; report, log and JSON name it and its figures per domain")
  func exceedsBudget() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(try RoundBench.settings())
      let before = try bench.adapter(1)
      let (result, report, _) = try await bench.round(try await harm(bench))
      #expect(result?.state == .rejected && result?.version == nil && result?.round == 2)
      #expect(try bench.adapters.current().rawValue == 1 && bench.adapter(1) == before)
      let law = try #require(report?.forgetting.first { $0.domain == "law" })
      #expect(law.after > law.before && law.relative > 0 && law.verdict != .ok)
      #expect(report?.round == 2 && report?.version == nil && report?.gate.decision == .rejected)
      let line = try #require(bench.intake.lines.all("report").last?.json)
      #expect(line.contains("\"law\"") && line.contains("\"round\":2"))
      let json = try String(decoding: JSONEncoder().encode(#require(result)), as: UTF8.self)
      #expect(json.contains("\"rejected\"") && json.contains("\"version\":null"))
    }
  }

  @Test("that learned too little forgets nothing: its documents wait for others, and a person may promote it")
  func tooLittle() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let settings = try RoundBench.settings([("gate.minimum_gain", "1")])
      let (result, report, _) = try await bench.round(settings)
      #expect(result?.state == .rejected && report?.gate.reason?.hasPrefix("too little was learned: law −") == true)
      #expect(try await bench.intake.home.store.read { try $0.bisection().suspects.isEmpty })
      let session = try await bench.session(settings)
      defer { session.home.lock.release() }
      let controls = WorkControls(control: { .go }, report: { _ in })
      #expect(try await session.promote(round: 1, controls, table: { _ in }).to == 1)
    }
  }

  @Test("that was refused can be promoted past the gate, by hand")
  func promotes() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(try RoundBench.settings())
      let settings = try await harm(bench)
      let waiting = try await bench.intake.home.store.read { try $0.documentCounts()[.waiting] ?? 0 }
      #expect(try await bench.round(settings).result?.state == .rejected)

      let session = try await bench.session(settings)
      defer { session.home.lock.release() }
      let controls = WorkControls(control: { .go }, report: { _ in })
      let shown = Mutex<ForgettingReport?>(nil)
      let outcome = try await session.promote(
        round: 2, controls, table: { report in shown.withLock { $0 = report } })
      #expect(outcome.from == 1 && outcome.to == 2 && outcome.restored == waiting)
      #expect(try bench.adapters.current().rawValue == 2 && bench.adapter(2) != bench.adapter(1))
      #expect(shown.withLock { $0 }?.gate.decision == .promoted)
      let (states, round) = try await bench.intake.home.store.read { (try $0.documentCounts(), try $0.round(2)) }
      #expect(states[.learned] == 24 + waiting && states[.deferred] ?? 0 == 0)
      #expect(round?.state == .published && round?.version == 2)
      await #expect(throws: RoundError.wrongState(round: 2, .published)) {
        _ = try await session.promote(round: 2, controls, table: { _ in })
      }
    }
  }
}
