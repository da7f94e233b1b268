import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// Leaves something to the daemon that has the State open, and waits for it.
struct DaemonRequest {
  private static let interval = Duration.milliseconds(200)

  private let call: Call
  private let stores: StateStores

  init(_ call: Call, _ stores: StateStores) {
    self.call = call
    self.stores = stores
  }

  /// - Parameter held: what the lock said.
  /// - Returns: the request's outcome, a JSON object.
  /// - Throws: `held` where the holder is no daemon that takes requests; `VerbError` where it failed or took too long.
  func ask(_ kind: RequestKind, _ arguments: String, _ held: LockError, patience: Duration) async throws -> String {
    guard let daemon = DaemonStatus.ofRunning(stores.directory, through: call.fileSystem) else { throw held }
    let moment = call.surroundings.now()
    let id = try await stores.store.write { try $0.ask(kind, arguments: arguments, now: moment) }
    let clock = ContinuousClock()
    let deadline = clock.now + patience
    call.output.progress("waiting for the daemon (pid \(daemon.pid))")
    while clock.now < deadline {
      try await clock.sleep(for: Self.interval)
      guard let answer = try await stores.store.read({ try $0.request(id) }), answer.finished != nil else { continue }
      if let failure = answer.failure { throw VerbError(failure) }
      return answer.outcome ?? ""
    }
    throw VerbError(
      "the daemon (pid \(daemon.pid)) has not done it within \(Format.duration(patience)). "
        + "It still will, as request \(id.rawValue), when what it does now allows it; see: stet status")
  }
}
