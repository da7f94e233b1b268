import Curation
import Foundation
import Platform
import ReplayStore

// Files whose converter was missing come back by themselves when it is there.
extension IntakeService {
  /// Reads what lies in quarantine only because a program was missing that is installed now.
  func readWhatWaitedForConverters(
    _ report: inout IntakeReport, _ shouldStop: @Sendable () -> Bool
  ) async throws {
    guard let converter = maker.converter else { return }
    let waiting = try await store.read { try $0.documentsRefused(for: RejectionReason.Name.converterMissing.rawValue) }
    for (id, name) in waiting where converter.isReady(for: name) {
      guard !shouldStop() else { return }
      let release = QuarantineRelease(
        state: state, store: store, curator: maker.curator, plan: maker.plan, seed: maker.seed,
        keepsOriginals: settings.originals == .keep, converter: converter, through: fileSystem, now: now)
      do {
        let document = try await release.release(id)
        memory.clear()
        report.count(document.state, superseded: 0)
        log.notice("document.converted", ["document": Int(id.rawValue), "tokens": document.tokenCount])
      } catch let error as ReleaseError {
        // Refused for good now: a reason of its own, or it would be tried at every scan.
        let reason = if case .unreadable(_, let reason, _) = error { reason } else { error.description }
        let moment = now()
        try await store.write { try $0.quarantine(id, reason: reason, now: moment) }
        log.notice("document.refused", ["document": Int(id.rawValue), "reason": reason])
      } catch let error as PlatformError {
        // One file's disk keeps none of the others from coming back; it is tried again at the next scan.
        report.failure = error.description
        log.warning("document.conversion_failed", ["document": Int(id.rawValue), "reason": error.description])
      }
    }
  }
}

extension Database {
  /// Documents in quarantine for a reason, with the first name of each.
  func documentsRefused(for reason: String) throws -> [(DocumentID, name: String)] {
    try rows(
      """
      SELECT d.id, (SELECT n.path FROM document_name n WHERE n.document = d.id ORDER BY n.last_received LIMIT 1)
      FROM document d WHERE d.state = 'quarantined' AND substr(d.reason, 1, length(?1)) = ?1 ORDER BY d.id
      """, reason
    ) { (try $0[0], try $0[1]) }
  }
}
