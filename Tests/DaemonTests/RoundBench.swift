import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports
import Synchronization
import TestSupport
import Testing

/// A State whose rounds run for real, on the tiny model.
struct RoundBench {
  let intake: IntakeBench
  let adapters: AdapterStore
  private let folder: URL

  init(_ folder: URL, model: TinyModel = TinyModel(context: 512)) async throws {
    self.folder = folder
    try model.write(to: folder.path + "/tiny.gguf")
    intake = try await IntakeBench(folder)
    intake.home.lock.release()
    adapters = AdapterStore(state: intake.state.root)
  }

  /// Settings under which a round takes a moment.
  static func settings(_ more: [(key: String, value: String)] = []) throws -> ResolvedSettings {
    let flags: [(key: String, value: String)] = [
      ("lora.rank", "4"), ("train.rate", "0.01"), ("train.epochs", "2"),
      ("train.memory", "fast"), ("round.threads", "2"), ("general.pieces", "12"), ("general.tokens", "32"),
      ("gate.general", "100"), ("ewc.samples", "4"),
    ]
    return try ResolvedSettings(state: "/nowhere", environment: [:], flags: flags + more)
  }

  /// Drops and takes in documents of one domain.
  func teach(_ domain: String, _ documents: Range<UInt64>) async throws {
    for i in documents { try intake.drop(Prose.text(i), as: "\(domain)/\(i).txt") }
    _ = await intake.service().scan()
  }

  func session(
    _ settings: ResolvedSettings, through fileSystem: any FileSystem = LocalFileSystem()
  ) async throws -> Session {
    try await Session.open(
      intake.state, model: folder.path + "/tiny.gguf", settings: settings, freshSeed: 42,
      log: Log(sinks: [intake.lines], now: { noon }), now: { noon }, through: fileSystem)
  }

  /// One round, told to stop at the n-th time that it asks.
  func round(
    _ settings: ResolvedSettings, _ trigger: RoundTrigger = .once, stoppingAt stop: Int = .max
  ) async throws -> (result: RoundResult?, report: ForgettingReport?, asked: Int) {
    let session = try await session(settings)
    defer { session.home.lock.release() }
    let asked = Counter()
    let shown = Mutex<ForgettingReport?>(nil)
    let result = try await session.runRound(
      trigger, settings.settings,
      WorkControls(control: { asked.next() >= stop ? .stop : .go }, report: { _ in }),
      table: { report in shown.withLock { $0 = report } })
    return (result, shown.withLock { $0 }, asked.next() - 1)
  }

  /// A version's adapter as its bytes.
  func adapter(_ version: Int) throws -> Data {
    let number = try #require(VersionNumber(rawValue: version))
    return try LocalFileSystem().contents(
      of: adapters.directory(of: number).appending("adapter_model.safetensors"), limit: 1 << 24)
  }
}

/// Counts from 1, from any thread.
final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}
