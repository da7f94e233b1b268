import Curation
import Daemon
import ReplayStore
import Reports

/// How a folder that is screened differs from the domain of its name, where there is a State that has it.
enum ScreenDrift {
  static func lines(_ documents: [ScreenedDocument], _ call: Call) async throws -> [String] {
    guard let stores = try? StateStores(call) else { return [] }
    var lines: [String] = []
    for operand in call.operands {
      guard let domain = operand.split(separator: "/").last.map(String.init) else { continue }
      let batch = documents.filter { $0.path.hasPrefix(operand.hasSuffix("/") ? operand : operand + "/") }
      let before = try await stores.store.read { db in
        try db.driftSamples(ofDomain: domain, limit: IntakeService.comparedDocuments)
      }
      let drift = BatchDrift(batch: batch.filter { $0.state != "duplicate" }.map(sample), domain: before)
      guard drift.batch.documents >= BatchDrift.fewest, drift.domain.documents >= BatchDrift.fewest else { continue }
      lines.append(
        "beside the \(Format.count(before.count, "document")) of the domain \(domain): "
          + (drift.alarms.isEmpty ? "much like them" : drift.alarms.map(\.text).joined(separator: "; ")))
    }
    return lines
  }

  private static func sample(_ document: ScreenedDocument) -> DriftSample {
    DriftSample(
      language: document.language, bytes: document.bytes, isRefused: document.state == "quarantined",
      perplexity: document.perplexity)
  }
}
