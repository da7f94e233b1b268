import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Synchronization
import TestSupport
import Testing

/// Weeks of a daemon's life at a faster clock: documents come, rounds run, versions are thinned, logs are rotated.
/// `STET_SOAK_ROUNDS=2000` runs it; `STET_SOAK_CURVES=FILE` gets a line of figures every tenth round.
@Suite("A long life")
struct SoakTests {
  private static let rounds = ProcessInfo.processInfo.environment["STET_SOAK_ROUNDS"].flatMap { Int($0) } ?? 0

  private struct Figures {
    var round: Int
    var residentBytes: Int64
    var descriptors: Int
    /// Versions, rounds and logs: what must not grow with time.
    var workBytes: Int64
    /// The store with its log, and the originals: they grow with what is learned.
    var storeBytes: Int64
    var originalBytes: Int64
    var seconds: Double
    var published: Int
  }

  @Test("leaves memory, descriptors and working files as they were", .enabled(if: rounds > 0))
  func soak() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let clock = Mutex(noon)
      let now: @Sendable () -> Date = { clock.withLock { $0 } }
      let settings = try RoundBench.settings([
        ("train.epochs", "1"), ("adapters.keep", "3"), ("gate.round", "1"), ("gate.lineage", "1"),
        ("round.threads", "1"), ("general.pieces", "4"), ("lora.rank", "2"), ("replay.budget", "1 MiB"),
        ("intake.settle", "0s"),
      ])
      let sink = JSONLogSink(
        path: bench.intake.state.log, maximumBytes: 1 << 16, keptFiles: 2, through: LocalFileSystem())
      let log = Log(sinks: [sink], now: now)
      let session = try await Session.open(
        bench.intake.state, model: folder.path + "/tiny.gguf", settings: settings, freshSeed: 42, log: log, now: now,
        through: LocalFileSystem())
      defer { session.home.lock.release() }
      let intake = try session.intake(watch: bench.intake.watch)
      var curve: [Figures] = []
      var (seed, published): (UInt64, Int) = (0, 0)
      for round in 1...Self.rounds {
        clock.withLock { $0 += 600 }
        let domain = ["law", "news", "notes", "letters"][round % 4]
        for place in 0..<6 {
          seed += 1
          // Every fourth is a new edition of what came under its name.
          let name = place % 4 == 3 ? "\(domain)/edited-\(place).md" : "\(domain)/\(seed).md"
          try bench.intake.drop(Prose.text(seed, sentences: 5), as: name)
        }
        #expect(await intake.scan().failure == nil)
        let began = ContinuousClock.now
        let result = try await session.runRound(
          .once, settings.settings, WorkControls(control: { .go }, report: { _ in }), table: { _ in })
        if result?.state == .published { published += 1 }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if round % 50 == 0 { try await session.home.store.checkpoint() }
        guard round % 10 == 0 else { continue }
        curve.append(try figures(bench, round: round, seconds: seconds, published: published))
      }
      try write(curve)
      try expectFlat(curve)
      #expect(try await session.home.store.integrityCheck().isEmpty)
      #expect(try await session.home.store.read { try $0.replayBytes() }.values.reduce(0, +) <= 1 << 20)
      let rows = try await session.home.store.read { try StateAudit.rows($0) }
      let audit = StateAudit(state: bench.intake.state, adapters: bench.adapters, through: LocalFileSystem())
      // A refused round's folder stays on purpose.
      #expect(try audit.deep(rows) == [])
    }
  }

  private func figures(_ bench: RoundBench, round: Int, seconds: Double, published: Int) throws -> Figures {
    func bytes(_ places: [Path]) throws -> Int64 {
      var sum: Int64 = 0
      for place in places {
        guard let status = try LocalFileSystem().statusIfPresent(place) else { continue }
        guard status.kind == .directory else {
          sum += status.size
          continue
        }
        try DirectoryWalk.walk(place, through: LocalFileSystem()) { item in
          guard case .entry(let path, .regular) = item else { return }
          sum += try LocalFileSystem().status(of: place.appending(path), followingLinks: false).size
        }
      }
      return sum
    }
    let state = bench.intake.state
    return Figures(
      round: round, residentBytes: Machine.current.residentBytes,
      descriptors: try LocalFileSystem().list(Path("/proc/self/fd")).count,
      workBytes: try bytes([state.adapters, state.rounds, state.logs]),
      storeBytes: try bytes([state.store, state.root.appending("store.sqlite-wal")]),
      originalBytes: try bytes([state.originals]), seconds: seconds, published: published)
  }

  private func write(_ curve: [Figures]) throws {
    guard let path = ProcessInfo.processInfo.environment["STET_SOAK_CURVES"] else { return }
    var text = "round,resident_bytes,descriptors,work_bytes,store_bytes,original_bytes,seconds,published\n"
    for point in curve {
      text += "\(point.round),\(point.residentBytes),\(point.descriptors),\(point.workBytes),\(point.storeBytes),"
      text += "\(point.originalBytes),\(shown(point.seconds)),\(point.published)\n"
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// The last quarter against the second, when caches are full.
  private func expectFlat(_ curve: [Figures]) throws {
    guard curve.count >= 8 else { return }
    let quarter = curve.count / 4
    let (early, late) = (curve[quarter..<2 * quarter], curve.suffix(quarter))
    func mean(_ part: ArraySlice<Figures>, _ value: (Figures) -> Int64) -> Double {
      Double(part.reduce(0) { $0 + value($1) }) / Double(part.count)
    }
    #expect(mean(late, \.residentBytes) < 1.3 * mean(early, \.residentBytes))
    #expect(mean(late) { Int64($0.descriptors) } <= mean(early) { Int64($0.descriptors) } + 2)
  }
}

/// Three places behind the point.
private func shown(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
