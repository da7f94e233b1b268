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
      guard let document = try await store.read({ try $0.document(id) }) else { continue }
      do {
        let arrival = try Arrival.quarantined(document, name, state, limit: settings.limit, through: fileSystem)
        guard case .bytes(let bytes) = arrival.content else { continue }
        let judged = try await judgeAgain(document, arrival, bytes)
        report.count(judged.state, superseded: 0)
        if judged.state == .quarantined {
          log.notice("document.refused", ["document": Int(id.rawValue), "reason": judged.reason])
        } else {
          log.notice("document.converted", ["document": Int(id.rawValue), "tokens": judged.tokenCount])
        }
      } catch let error as ReleaseError {
        // Refused for good now: a reason of its own, or it would be tried at every scan.
        let (reason, moment) = (error.description, now())
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
