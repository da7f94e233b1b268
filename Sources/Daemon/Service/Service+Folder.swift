import Curation
import Foundation
import Platform
import ReplayStore

// Looking at the watched folder: when something happened there, when files may be quiet now, and every so often.
extension Service {
  private static let driftShown = Duration.seconds(24 * 3600)

  func lookAtFolder() async {
    guard !scanRuns else { return }
    let time = uptime()
    if time >= nextRescan {
      if time >= nextWatch { watchAgain() }
      await startScan(.everything)
    } else if folderChanged, time >= nextChange {
      await startScan(.everything)
    } else if let check = nextCheck, time >= check {
      await startScan(.pending)
    }
  }

  /// Watches again what gave no events. Whether that is so in all of the folder shows by the next time only.
  private func watchAgain() {
    guard degraded["polling"] != nil || !folder.isWatching else { return }
    nextWatch = uptime() + settings.intake.rescan
    let wasPartial = folder.isPartial
    folder.start()
    guard folder.isWatching, !wasPartial, degraded.removeValue(forKey: "polling") != nil else { return }
    log.notice("watch.inotify")
  }

  func startScan(_ scope: IntakeService.Scope) async {
    scanRuns = true
    await takeUpClassifiers()
    nextCheck = nil
    if case .everything = scope { folderChanged = false }
    let (intake, mailbox, stop, live, uptime) = (intake, mailbox, stop, live, uptime)
    Task.detached {
      let began = uptime()
      // Asked between files and inside large ones: a sign of life.
      let shouldStop: @Sendable () -> Bool = {
        live.ping()
        return stop.isSet
      }
      let report = await intake.scan(scope, shouldStop: shouldStop)
      mailbox.send(.scanned(report, scope, took: uptime() - began))
    }
  }

  func scanned(_ report: IntakeReport, _ scope: IntakeService.Scope, _ took: Duration) async {
    scanRuns = false
    pending = report.pending
    if report.failure != nil { degraded["intake"] = report.failure } else { lastScan = now() }
    let time = uptime()
    nextCheck = report.nextCheck.map { time + $0 }
    if case .everything = scope {
      degraded["intake"] = report.failure
      degraded["quiet time only"] =
        report.uncertain > 0 ? "\(report.uncertain) files are not ours, so nobody tells who still writes them" : nil
      // Polling takes at most a hundredth of a core.
      let wait =
        degraded["polling"] == nil
        ? settings.intake.rescan : min(settings.intake.rescan, max(.seconds(1), took * 100))
      nextRescan = time + (report.failure == nil ? wait : min(wait, .seconds(30)))
      nextChange = time + min(max(took, .milliseconds(200)), .seconds(1))
      if !report.isComplete, report.failure == nil { folderChanged = true }
    }
    noteDrift(report)
    if report.documents > 0 { nextRoundLook = .zero }
    if state == .scanning { await apply(.firstScanEnded) }
  }

  /// A batch that is unlike its domain is told until the next one is like it, or a day has passed.
  private func noteDrift(_ report: IntakeReport) {
    for (domain, drift) in report.drift {
      guard !drift.alarms.isEmpty else {
        drifting[domain] = nil
        continue
      }
      let text =
        "of the \(drift.batch.documents) documents that came last to \(domain), "
        + drift.alarms.map(\.text).joined(separator: "; ")
      drifting[domain] = (text: text, until: uptime() + Self.driftShown)
    }
    drifting = drifting.filter { $0.value.until > uptime() }
    degraded["drift"] =
      drifting.isEmpty
      ? nil
      : drifting.sorted { $0.key < $1.key }.map(\.value.text).joined(separator: "; ")
        + ". Look at them: stet documents --domain D"
  }

  func countOverflow() async {
    log.warning("watch.overflow", ["remedy": "raise fs.inotify.max_queued_events; the folder is scanned anew"])
    let moment = now()
    do {
      try await store.write { try $0.count(.overflow, on: moment) }
    } catch { log.warning("store.failed", ["reason": "\(error)"]) }
  }
}
