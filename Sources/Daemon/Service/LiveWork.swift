import Foundation
import Platform
import Synchronization

/// The wire between the service and what works for it: what it is told, and how far it is.
///
/// Every report is a sign of life for the watchdog; the progress file is rewritten at most once a second.
final class LiveWork: Sendable {
  private struct State {
    var control = RoundControl.go
    var latest: RoundActivity?
    var written: Duration?
    var pinged: Duration?
    var told: Duration?
  }

  private let directory: StateDirectory
  private let fileSystem: any FileSystem
  private let notify: NotifySocket
  private let uptime: @Sendable () -> Duration
  private let state = Mutex(State())

  private static let writeInterval = Duration.seconds(1)
  private static let statusInterval = Duration.seconds(5)

  init(
    _ directory: StateDirectory, through fileSystem: any FileSystem, notify: NotifySocket,
    uptime: @escaping @Sendable () -> Duration
  ) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.notify = notify
    self.uptime = uptime
  }

  var latest: RoundActivity? { state.withLock { $0.latest } }

  /// Before something starts to work: whatever was said to the last one is forgotten.
  func begin() {
    state.withLock { state in
      state.control = .go
      state.latest = nil
      state.written = nil
    }
  }

  func tell(_ control: RoundControl) { state.withLock { $0.control = control } }

  var controls: WorkControls {
    WorkControls(control: { self.state.withLock { $0.control } }, report: { self.report($0) })
  }

  /// A sign of life, passed on to the service manager at a quarter of what it waits for.
  func ping() {
    guard let interval = notify.watchdogInterval else { return }
    let time = uptime()
    let isDue = state.withLock { state in
      guard state.pinged.map({ time - $0 >= interval / 4 }) ?? true else { return false }
      state.pinged = time
      return true
    }
    // A service manager that does not listen any more is no reason to stop working.
    if isDue { try? notify.watchdog() }
  }

  private func report(_ activity: RoundActivity) {
    ping()
    let time = uptime()
    let (writes, tells) = state.withLock { state in
      state.latest = activity
      let writes = state.written.map { time - $0 >= Self.writeInterval } ?? true
      let tells = state.told.map { time - $0 >= Self.statusInterval } ?? true
      if writes { state.written = time }
      if tells { state.told = time }
      return (writes, tells)
    }
    // Both only show: a full disk must not end a round. One that has not begun has no folder; daemon.json tells of it.
    let begun = activity.round > 0
    if writes, begun {
      try? LiveFile.write(activity, to: directory.progress(ofRound: activity.round), through: fileSystem)
    }
    if tells {
      let name = begun ? "round \(activity.round)" : "before a round"
      try? notify.status("\(name), \(activity.phase.rawValue) \(activity.step) of \(activity.steps)")
    }
  }
}
