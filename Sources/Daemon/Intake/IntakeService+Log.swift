import Foundation
import Platform
import ReplayStore

// What intake says.
extension IntakeService {
  static func hardLinkWarning(_ path: Path) -> String {
    "\(path): has a second name elsewhere (a hard link), and is left alone. Drop a copy of the file itself."
  }

  func leaveAlone(_ path: Path, _ reason: String) {
    drop(path)
    warnOnce(path, reason)
  }

  func warnOnce(_ path: Path, _ reason: String) {
    if warned.insert(path).inserted { log.warning("file.left", ["path": Arrival.name(path), "reason": reason]) }
  }

  func tell(_ arrival: Arrival, _ result: PendingWrite.Committed) {
    let document = result.document
    let known = document.state == .forgotten ? "document.refused" : "document.known"
    log.info(
      result.isNew ? "document.\(document.state.rawValue)" : known,
      [
        "id": document.id.rawValue, "path": arrival.name, "domain": document.domain, "samples": document.sampleCount,
        "tokens": document.tokenCount, "reason": document.reason,
        "supersedes": result.superseded.isEmpty
          ? nil : result.superseded.map { "\($0.rawValue)" }.joined(separator: " "),
      ])
  }

  /// The store or the disk refused: the files stay, and what is in memory is read anew.
  func fail(_ error: any Error, _ report: inout IntakeReport) {
    // After a transaction that failed the memory may be ahead of the store; after the disk's errors it is not.
    if !(error is PlatformError) { memory.clear() }
    report.isComplete = false
    report.failure = "\(error)"
    if let error = error as? DatabaseError, error.kind == .busy || error.kind == .full { uncounted += 1 }
    // Once, however often it is tried again.
    if lastFailure != report.failure { log.error("intake.failed", ["reason": "\(error)"]) }
    lastFailure = report.failure
  }
}
