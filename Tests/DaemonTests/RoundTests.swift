import AdapterStore
import Daemon
import Foundation
import Learning
import Platform
import ReplayStore
import Reports
import TestSupport
import Testing

@Suite("A round")
struct RoundTests {
  @Test("turns what waits into a version that has learned it, with a report")
  func publishes() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let (result, report, _) = try await bench.round(try RoundBench.settings())
      #expect(result?.state == .published && result?.version == 1)
      let gain = try #require(report?.learning.first)
      #expect(gain.domain == "law" && gain.after < gain.before && gain.pieces > 0)
      #expect(report?.forgetting.isEmpty == true && report?.general?.verdict == .ok)
      #expect(try bench.adapters.current().rawValue == 1)
      let states = try await bench.intake.home.store.read { try $0.documentCounts() }
      #expect(states[.learned] == 24)
      let stored = try ReportCoding.read(
        ForgettingReport.self, from: bench.adapters.report(of: bench.adapters.current()))
      #expect(stored.learning == report?.learning && stored.matrix.versions == [0, 1])
    }
  }

  @Test("is not made ready for where nothing waits")
  func nothingWaits() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings()
      let (result, _, asked) = try await bench.round(settings)
      #expect(result == nil && asked == 0)
      try await bench.teach("law", 0..<2)
      #expect(
        try await bench.round(settings, .asked(RequestID(rawValue: 1), domain: "news", retry: true)).result == nil)
      #expect(try await bench.intake.home.store.read { try $0.generalSamples(.test).isEmpty })
    }
  }

  @Test("replays earlier domains, measures what they lost, and keeps to the lineage")
  func second() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings([("gate.round", "1"), ("gate.lineage", "1")])
      try await bench.teach("law", 0..<24)
      _ = try await bench.round(settings)
      try await bench.teach("news", 100..<124)
      let (result, report, _) = try await bench.round(settings)
      #expect(result?.version == 2)
      #expect(report?.forgetting.map(\.domain) == ["law"] && report?.learning.map(\.domain) == ["news"])
      #expect(report?.forgetting.first?.lineage?.version == 1)
      let cost = try #require(report?.cost)
      let general = try #require(cost.generalTokens)
      #expect(cost.replayDomains == ["law"] && general > 0 && cost.replayedTokens > general)
      #expect(report?.matrix.versions == [0, 1, 2] && report?.backwardTransfer != nil)
    }
  }

  @Test("counts right answers where a domain's samples choose between a few, and puts them before the gate")
  func answers() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings([
        ("gate.round", "1"), ("gate.lineage", "1"), ("gate.accuracy", "1"), ("personal_data.mode", "allow"),
      ])
      let records = (0..<240 as Range<UInt64>).map { i in
        let text = Prose.text(i).replacing("\n", with: " ").replacing("\"", with: "").prefix(240)
        return #"{"prompt": "\#(text) Which is it?", "completion": " \#(i % 2 == 0 ? "even" : "odd")"}"#
      }
      try bench.intake.drop(records.joined(separator: "\n"), as: "answers/a.jsonl")
      _ = await bench.intake.service().scan()
      let first = try await bench.round(settings)
      let learned = try #require(first.report?.learning.first { $0.metric == .accuracy })
      #expect(learned.domain == "answers" && (0...1).contains(learned.before) && (0...1).contains(learned.after))
      #expect(first.report?.matrix.accuracy == [[learned.before], [learned.after]])
      try await bench.teach("law", 300..<324)
      let second = try await bench.round(settings)
      #expect(second.report?.learning.map(\.metric) == [.nll])
      let kept = try #require(second.report?.forgetting.first { $0.metric == .accuracy })
      #expect(kept.before == learned.after && kept.relative == kept.before - kept.after && kept.pieces >= 16)
      #expect(second.report?.matrix.accuracy.last?.first == kept.after)
    }
  }

  @Test("asks current again where a domain has more answers to choose between than when it was measured")
  func moreAnswers() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings([
        ("gate.round", "1"), ("gate.lineage", "1"), ("gate.accuracy", "1"), ("personal_data.mode", "allow"),
      ])
      func teach(_ numbers: Range<UInt64>, _ answers: [String], as name: String) async throws {
        let records = numbers.map { i in
          let text = Prose.text(i).replacing("\n", with: " ").replacing("\"", with: "").prefix(240)
          return #"{"prompt": "\#(text) Which is it?", "completion": " \#(answers[Int(i) % answers.count])"}"#
        }
        try bench.intake.drop(records.joined(separator: "\n"), as: "answers/\(name).jsonl")
        _ = await bench.intake.service().scan()
      }
      func names(of version: Int) async throws -> Set<String?> {
        Set(
          try await bench.intake.home.store.read {
            try $0.scores(of: .version(version), domain: "answers", split: .test).map(\.answers)
          })
      }
      try await teach(0..<240, ["even", "odd"], as: "a")
      #expect(try await bench.round(settings).result?.version == 1)
      let two = try await names(of: 1)
      try await teach(300..<540, ["zero", "one", "two"], as: "b")
      #expect(try await bench.round(settings).result?.version == 2)
      let five = try await names(of: 1)
      #expect(two.count == 1 && five.count == 1 && two != five && !five.contains(nil))
      #expect(try await names(of: 2) == five)
    }
  }

  @Test("replays no general text that is longer than a row, and those that fit")
  func longGeneralTexts() async throws {
    func published(general lengths: [Int]) async throws -> ForgettingReport? {
      try await withTemporaryDirectory { folder in
        let bench = try await RoundBench(folder)
        try await bench.teach("law", 0..<24)
        let set = lengths.enumerated().map { place, length in
          GeneralSample(
            kind: "free", isHeldOut: place < 2,
            encoded: StoredTokens(
              tokens: (0..<length).map { Int32(10 + ($0 + place) % 7) }, supervised: (0..<length).map { $0 > 0 }))
        }
        try await bench.intake.home.store.write { try $0.replaceGeneralSet(set) }
        let (result, report, _) = try await bench.round(try RoundBench.settings([("train.sequence", "512")]))
        #expect(result?.version == 1)
        return report
      }
    }
    // The first two are held out, and the last one is read where a step back is chosen.
    #expect(try await published(general: [32, 32, 600, 600, 600, 600, 600, 32])?.cost.replayedTokens == 0)
    let mixed = try await published(general: [32, 32, 600, 40, 600, 40, 600, 32])
    #expect((mixed?.cost.replayedTokens ?? 0) > 0 && (mixed?.cost.replayedTokens ?? 0) % 40 == 0)
  }

  @Test("that was stopped anywhere goes on to the same adapter, byte for byte")
  func resumes() async throws {
    /// Stops in each sitting at the n-th question, then finishes.
    func publish(stops: [Int]) async throws -> (adapter: Data, asked: Int) {
      try await withTemporaryDirectory { folder in
        let bench = try await RoundBench(folder)
        try await bench.teach("law", 0..<24)
        let settings = try RoundBench.settings()
        for stop in stops {
          await #expect(throws: (any Error).self, "at \(stop) of \(stops)") {
            let round = try await bench.round(settings, stoppingAt: stop)
            if round.result == nil { throw CancellationError() }
          }
        }
        let round = try await bench.round(settings)
        #expect(round.result?.version == 1)
        return (try bench.adapter(1), round.asked)
      }
    }
    let whole = try await publish(stops: [])
    let all = whole.asked
    for stops in [[1], [all / 4], [all / 2, all / 8], [all * 7 / 8], [all - 1], [all / 3, 3, 2, 5]] {
      #expect(try await publish(stops: stops).adapter == whole.adapter, "stopped at \(stops) of \(all)")
    }
  }

  @Test("goes on with the adapter that it began with, whatever the settings say by then")
  func keepsItsShape() async throws {
    func publish(then more: [(key: String, value: String)], stop: Int) async throws -> (adapter: Data, asked: Int) {
      try await withTemporaryDirectory { folder in
        let bench = try await RoundBench(folder)
        try await bench.teach("law", 0..<16)
        if stop > 0 {
          await #expect(throws: (any Error).self) {
            try await bench.round(try RoundBench.settings(), stoppingAt: stop)
          }
        }
        let round = try await bench.round(try RoundBench.settings(more))
        #expect(round.result?.version == 1)
        // The next one goes on from it.
        try await bench.teach("law", 16..<24)
        _ = try await bench.round(try RoundBench.settings(more))
        return (try bench.adapter(1), round.asked)
      }
    }
    let whole = try await publish(then: [], stop: 0)
    for more in [[("lora.rank", "8")], [("lora.alpha", "64")]] as [[(key: String, value: String)]] {
      #expect(try await publish(then: more, stop: whole.asked * 2 / 3).adapter == whole.adapter)
    }
  }

  /// Runs round 1 until it trains, and answers its questions from then on.
  private func run(
    _ bench: RoundBench, _ settings: ResolvedSettings, inTraining answer: @escaping @Sendable () -> RoundControl
  ) async throws {
    let session = try await bench.session(settings)
    defer { session.home.lock.release() }
    let plan = bench.intake.state.round(1).appending("plan.json")
    let controls = WorkControls(
      control: { (try? LocalFileSystem().exists(plan)) == true ? answer() : .go }, report: { _ in })
    _ = try await session.runRound(.once, settings.settings, controls, table: { _ in })
  }

  @Test("whose files cannot be read names the file and the remedy, and is the same after it")
  func unreadableFiles() async throws {
    func publish(damaging names: [String]) async throws -> Data {
      try await withTemporaryDirectory { folder in
        let bench = try await RoundBench(folder)
        try await bench.teach("law", 0..<24)
        let settings = try RoundBench.settings()
        let place = bench.intake.state.round(1)
        for name in names {
          await #expect(throws: RoundInterruption.stopped(round: 1)) {
            try await run(bench, settings) { .stop }
          }
          try Data("{".utf8).write(to: URL(fileURLWithPath: place.appending(name).description))
          let error = await #expect(throws: RoundFileError.self) { try await bench.round(settings) }
          let text = error.map { "\($0)" } ?? ""
          #expect(text.hasPrefix("\(place.appending(name)): ") && text.contains("Remove the folder \(place):"))
          try DurableFile.removeTree(place, through: LocalFileSystem())
        }
        #expect(try await bench.round(settings).result?.version == 1)
        return try bench.adapter(1)
      }
    }
    let whole = try await publish(damaging: [])
    #expect(try await publish(damaging: ["ledger.json", "phase.json", "plan.json"]) == whole)
  }

  @Test("is given up also where its ledger cannot be read, which costs its figures alone")
  func abandonsWithoutLedger() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let place = bench.intake.state.round(1)
      let ledger = URL(fileURLWithPath: place.appending("ledger.json").description)
      await #expect(throws: RoundInterruption.abandoned(round: 1)) {
        try await run(bench, try RoundBench.settings()) {
          try? Data("{".utf8).write(to: ledger)
          return .abandon
        }
      }
      let (round, waiting) = try await bench.intake.home.store.read {
        (try $0.round(1), try $0.documentCounts()[.waiting])
      }
      #expect(round?.state == .abandoned && round?.seconds == 0 && waiting == 24)
      #expect(try !LocalFileSystem().exists(place))
    }
  }

  @Test("has replay recall what current predicts of it, in one sitting or in several")
  func recalls() async throws {
    func second(_ lesson: String, stops: [Int] = []) async throws -> (adapter: Data, asked: Int) {
      try await withTemporaryDirectory { folder in
        let bench = try await RoundBench(folder)
        let settings = try RoundBench.settings([
          ("replay.learn", lesson), ("gate.round", "1"), ("gate.lineage", "1"),
        ])
        try await bench.teach("law", 0..<16)
        #expect(try await bench.round(settings).result?.version == 1)
        try await bench.teach("news", 100..<116)
        for stop in stops {
          await #expect(throws: (any Error).self) { try await bench.round(settings, stoppingAt: stop) }
        }
        let round = try await bench.round(settings)
        #expect(round.result?.version == 2)
        return (try bench.adapter(2), round.asked)
      }
    }
    let (text, both, recall) = (try await second("text"), try await second("both"), try await second("recall"))
    #expect(Set([text.adapter, both.adapter, recall.adapter]).count == 3)
    #expect(try await second("recall", stops: [recall.asked / 3, recall.asked / 4]).adapter == recall.adapter)
  }

  @Test("takes no more new tokens than it may, and the next takes the rest")
  func tokenLimit() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let all = try await bench.intake.home.store.read { try $0.waitingDomains().reduce(0) { $0 + $1.tokens } }
      let settings = try RoundBench.settings([
        ("round.limit", "\(all * 2 / 3)"), ("gate.lineage", "1"), ("gate.round", "1"),
      ])
      let first = try await bench.round(settings)
      let left = try await bench.intake.home.store.read { try $0.waitingDomains().reduce(0) { $0 + $1.tokens } }
      #expect(first.result?.version == 1 && left >= all / 3 && left < all * 2 / 3)
      #expect(try await bench.round(settings).result?.version == 2)
      #expect(try await bench.intake.home.store.read { try $0.documentCounts()[.learned] } == 24)
    }
  }

  @Test("on a base whose sums are not finite ends with an error, and current stays")
  func overflowingBase() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder, model: TinyModel(context: 512, normScale: 1e30))
      try await bench.teach("law", 0..<24)
      await #expect(throws: LearningError.self) {
        _ = try await bench.round(try RoundBench.settings([("general.pieces", "0")]))
      }
      #expect(try bench.adapters.current() == .base && bench.adapters.versions() == [.base])
      // It is not tried again and again from where it failed: the next is a round of its own, with the settings of then.
      let (running, states) = try await bench.intake.home.store.read {
        (try $0.runningRound(), try $0.documentCounts())
      }
      #expect(running == nil && states[.waiting] == 24)
    }
  }

  @Test("leaves no text behind where none may be kept")
  func forgetsTexts() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let result = try await bench.round(try RoundBench.settings([("replay.retention", "none")])).result
      #expect(result?.version == 1)
      let (samples, pieces, domains) = try await bench.intake.home.store.read { db in
        (
          try db.documents(limit: 100).flatMap { try db.samples(of: $0.document.id) },
          try db.frozenPieces(domain: "law", split: .test), try db.replayDomains()
        )
      }
      #expect(samples.isEmpty && pieces.isEmpty && domains.isEmpty)
    }
  }

  @Test("keeps no more to replay from than its budget, and knows an edition of what it did not keep")
  func replayBudget() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let store = bench.intake.home.store
      let result = try await bench.round(try RoundBench.settings([("replay.budget", "64 KiB")])).result
      #expect(result?.version == 1)
      let (bytes, kept) = try await store.read { db in
        (try db.replayBytes()["law"] ?? 0, Set(try db.replayCandidates(domain: "law").map(\.document)))
      }
      #expect((1 << 15...1 << 16).contains(bytes))
      #expect(!kept.isEmpty && kept.count < 20)
      for i in 0..<24 { try bench.intake.drop(Prose.text(UInt64(i)) + "\nAn edition.", as: "law/edition-\(i).txt") }
      let report = await bench.intake.service().scan()
      #expect(report.superseded >= 20, "\(report)")
    }
  }

  @Test("starts only on the base that the State was made with")
  func otherBase() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let session = try await bench.session(try RoundBench.settings())
      defer { session.home.lock.release() }
      try TinyModel(seed: 9, context: 512).write(to: folder.path + "/tiny.gguf")
      await #expect(throws: BaseModelError.self) {
        try await session.runRound(
          .once, try RoundBench.settings().settings, WorkControls(control: { .go }, report: { _ in }), table: { _ in })
      }
      #expect(try await bench.intake.home.store.read { try $0.runningRound() } == nil)
    }
  }

  @Test("is not started on sequences longer than the model knows positions for")
  func sequenceBeyondContext() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      await #expect(throws: SettingsError.self) {
        try await bench.session(try RoundBench.settings([("train.sequence", "1024")]))
      }
    }
  }
}
