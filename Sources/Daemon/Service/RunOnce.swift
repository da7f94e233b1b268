import Foundation
import Platform
import ReplayStore

/// What `run --once` came to; its JSON is INTERFACE's.
package struct OnceReport: Codable, Hashable, Sendable {
  package struct Documents: Codable, Hashable, Sendable {
    package var learned = 0
    package var duplicate = 0
    package var superseded = 0
    package var quarantined = 0
    /// That wait now because the gate refused their round.
    package var deferred = 0
  }

  package var documents = Documents()
  package var rounds: [RoundResult] = []
  /// Files that somebody was still writing.
  package var pending = 0
  /// A round was due, and none may start until `stet resume`.
  package var paused = false
  /// Why something could not be taken.
  package var failure: String?

  package init() {}

  /// 0 done, 1 failed, 3 where something was left deferred.
  package var exitCode: Int32 { failure != nil ? 1 : documents.deferred > 0 ? 3 : 0 }
}

extension Service {
  /// Takes in all that waits and runs rounds until nothing waits.
  /// - Parameters:
  ///   - patience: how long files that are being written are waited for.
  ///   - shouldStop: asked often; a round that it stops goes on at the next run.
  /// - Throws: what a round throws, `RoundInterruption.stopped` included.
  package func runOnce(
    patience: Duration = .seconds(10), progress: @escaping IntakeService.Progress = { _ in },
    shouldStop: @escaping @Sendable () -> Bool
  ) async throws -> OnceReport {
    var report = OnceReport()
    try await takeAll(&report, patience: patience, progress: progress, shouldStop: shouldStop)
    let live = live
    while !shouldStop() {
      let (paused, running, waiting, bisection) = try await store.read {
        (try $0.isPaused(), try $0.runningRound(), try $0.waitingDomains(), try $0.bisection())
      }
      let waits = waiting.contains { $0.documents > 0 }
      guard running != nil || waits || !bisection.suspects.isEmpty else { break }
      report.paused = paused
      if paused { break }
      live.begin()
      let controls = WorkControls(
        control: { shouldStop() ? .stop : live.controls.control() }, report: live.controls.report)
      let (handlers, settings, trigger) = (
        handlers, settings, running != nil ? RoundTrigger.resumed : waits ? .once : .suspects
      )
      let result = try await Task.detached(executorPreference: rounds) {
        try await handlers.run(trigger, settings, controls)
      }.value
      guard let result else { break }
      report.rounds.append(result)
      if result.state == .abandoned { break }
      if let version = result.version {
        report.documents.learned += try await store.read { try $0.documents(learnedIn: version).count }
      }
    }
    report.documents.deferred = try await store.read { try $0.documentCounts()[.deferred] ?? 0 }
    return report
  }

  private func takeAll(
    _ report: inout OnceReport, patience: Duration, progress: @escaping IntakeService.Progress,
    shouldStop: @escaping @Sendable () -> Bool
  ) async throws {
    var scope = IntakeService.Scope.everything
    var quietSince = uptime()
    while !shouldStop() {
      let scan = await intake.scan(scope, progress: progress, shouldStop: shouldStop)
      report.documents.duplicate += scan.taken[.duplicate] ?? 0
      report.documents.quarantined += scan.taken[.quarantined] ?? 0
      report.documents.superseded += scan.superseded
      report.pending = scan.pending
      report.failure = scan.failure ?? report.failure
      if scan.documents > 0 { quietSince = uptime() }
      guard scan.isComplete, scan.pending > 0, let wait = scan.nextCheck, uptime() - quietSince < patience else {
        return
      }
      try await Task.sleep(for: wait)
      scope = .pending
    }
  }
}
