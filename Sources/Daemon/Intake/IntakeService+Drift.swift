import Curation
import Foundation
import Platform
import ReplayStore

// How what came in differs from what its domain had before.
extension IntakeService {
  /// Of a domain, the latest.
  package static let comparedDocuments = 2000

  /// Documents that came in and belong to no batch yet.
  struct Gathered: Sendable {
    var first: DocumentID
    var samples: [DriftSample] = []
  }

  func gather(_ result: PendingWrite.Committed) {
    let document = result.document
    guard result.isNew, document.state != .duplicate else { return }
    gathered[document.domain, default: Gathered(first: document.id)].samples.append(
      DriftSample(
        language: document.language, bytes: document.byteCount, isRefused: document.state == .quarantined))
  }

  /// Compares each domain's batch with what came before it; few documents wait until more join them.
  func judgeBatches(_ report: inout IntakeReport, ofAtLeast fewest: Int = BatchDrift.fewest) async throws {
    for (domain, batch) in gathered.sorted(by: { $0.key < $1.key }) where batch.samples.count >= fewest {
      gathered[domain] = nil
      let before = try await store.read { db in
        try db.driftSamples(ofDomain: domain, before: batch.first, limit: Self.comparedDocuments)
      }
      let drift = BatchDrift(batch: batch.samples, domain: before)
      report.drift[domain] = drift
      tell(drift, domain)
    }
  }

  private func tell(_ drift: BatchDrift, _ domain: String) {
    log.info(
      "intake.batch",
      [
        "domain": domain, "documents": drift.batch.documents, "refused": drift.batch.refused,
        "bytes": Int(drift.batch.typicalBytes), "language": drift.batch.language?.name,
        "language_share": drift.batch.language?.share, "compared_with": drift.domain.documents,
      ])
    for alarm in drift.alarms {
      log.warning("intake.drift", ["domain": domain, "kind": alarm.kind.rawValue, "reason": alarm.text])
    }
  }
}
