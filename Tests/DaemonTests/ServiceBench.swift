import Daemon
import Foundation
import Platform
import ReplayStore
import Synchronization
import TestSupport
import Testing

/// A service over a watched folder, with rounds that only pretend.
struct ServiceBench: Sendable {
  let bench: IntakeBench
  let manager: NotifyManager
  let seen = Seen()
  var settings = Settings()
  var watchdog: Duration?
  /// What intake works on.
  var disk: any FileSystem = LocalFileSystem()
  var opening: @Sendable (Path) throws -> AsyncStream<WatchEvent> = FolderWatch.inotify
  var reread: @Sendable () throws -> Settings = { Settings() }
  var round: @Sendable (RoundTrigger, WorkControls) async throws -> RoundResult? = { _, _ in nil }
  var move: @Sendable (Request) async throws -> String = { _ in "{\"to\":0}" }
  var maker: (@Sendable (Settings) throws -> ContentMaker)?

  /// What the service asked of others.
  final class Seen: Sendable {
    private let state = Mutex((triggers: [RoundTrigger](), moves: [Request](), settings: [Settings]()))

    var triggers: [RoundTrigger] { state.withLock { $0.triggers } }
    var moves: [Request] { state.withLock { $0.moves } }
    var settings: [Settings] { state.withLock { $0.settings } }

    func add(_ trigger: RoundTrigger, _ settings: Settings) {
      state.withLock {
        $0.triggers.append(trigger)
        $0.settings.append(settings)
      }
    }
    func add(_ move: Request) { state.withLock { $0.moves.append(move) } }
  }

  init(_ folder: URL) async throws {
    bench = try await IntakeBench(folder)
    manager = try NotifyManager(path: folder.path + "/notify")
    settings.intake.settle = .milliseconds(50)
    settings.round.tokens = 1_000_000
  }

  func service() -> Service {
    let (seen, round, move) = (seen, round, move)
    let now: @Sendable () -> Date = { Date() }
    let log = Log(sinks: [bench.lines], now: { noon })
    let handlers = RoundHandlers(
      run: { trigger, settings, controls in
        seen.add(trigger, settings)
        return try await round(trigger, controls)
      },
      move: { request, _, _ in
        seen.add(request)
        return try await move(request)
      },
      maker: maker)
    return Service(
      watch: bench.watch, state: bench.state, store: bench.home.store,
      intake: IntakeService(bench.home, watch: bench.watch, settings: settings, through: disk, now: now, log: log),
      settings: settings, reread: reread, handlers: handlers, notify: manager.socket(watchdog: watchdog),
      opening: opening, tick: .milliseconds(20), now: now, log: log)
  }

  /// Runs the service beside `body`, then ends it by a signal.
  func running(_ body: (AsyncStream<Int32>.Continuation) async throws -> Void) async throws {
    let service = service()
    let (signals, sender) = AsyncStream.makeStream(of: Int32.self)
    let task = Task { await service.run(signals: signals) }
    do {
      try await body(sender)
    } catch {
      sender.yield(ServiceSignal.terminate.rawValue)
      await task.value
      throw error
    }
    sender.yield(ServiceSignal.terminate.rawValue)
    await task.value
  }

  func status() -> DaemonStatus? { DaemonStatus.read(bench.state, through: LocalFileSystem()) }

  func ask(_ kind: RequestKind, _ arguments: String = "{}") async throws -> RequestID {
    try await bench.home.store.write { try $0.ask(kind, arguments: arguments, now: noon) }
  }

  func request(_ id: RequestID) async throws -> Request? {
    try await bench.home.store.read { try $0.request(id) }
  }

  func waitingCount() async throws -> Int {
    try await bench.home.store.read { try $0.documentCounts()[.waiting] ?? 0 }
  }
}

extension IntakeBench {
  /// What a round does to the store where the gate refuses it: nothing waits any more.
  func deferAll() async throws -> RoundResult? {
    let figures = RoundFigures(seconds: 1, tokens: 10, report: "{}")
    let number = try await home.store.write { db -> Int? in
      guard let round = try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon) else {
        return nil
      }
      try db.reject(round: round.number, reason: "forgot too much", figures: figures, now: noon)
      return round.number
    }
    return try number.map { try rejected($0) }
  }
}

/// A round that the gate refused, as its JSON says it.
func rejected(_ round: Int) throws -> RoundResult {
  let json = "{\"round\":\(round),\"state\":\"rejected\",\"seconds\":1,\"tokens\":10}"
  return try JSONDecoder().decode(RoundResult.self, from: Data(json.utf8))
}

/// Waits until `condition` holds, for a minute at most.
func eventually(
  _ comment: Comment? = nil, seconds: Int = 240, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(seconds)
  while clock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record(comment ?? "it did not happen within \(seconds) seconds", sourceLocation: sourceLocation)
}
