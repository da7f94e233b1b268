import Curation
import Foundation
import Platform
import ReplayStore
import Transformer

/// Measures how surprising the base finds each document that waits, before it is trained on, and names or refuses
/// those that are far from the others of their language. Each document is judged once: one that somebody releases stays.
struct PerplexityScreen {
  let store: ReplayStore
  let rejects: Bool
  let controls: WorkControls
  let now: @Sendable () -> Date
  let log: Log

  /// Of a text; its beginning tells.
  private static let tokens = 256
  /// Documents that are written down together.
  private static let chunk = 64
  /// Measured documents that new ones are compared with, the latest.
  private static let compared = 5000

  /// - Throws: `RoundInterruption.stopped`; what was measured by then stays.
  func run(_ engine: GradientEngine) async throws {
    let waiting = try await store.read { try $0.unmeasuredDocuments() }
    for start in stride(from: 0, to: waiting.count, by: Self.chunk) {
      var measured: [(document: DocumentID, language: String?, nats: Double)] = []
      for (index, item) in waiting[start..<min(waiting.count, start + Self.chunk)].enumerated() {
        guard controls.control() == .go else { throw RoundInterruption.stopped(round: 0) }
        controls.report(
          RoundActivity(
            round: 0, domains: [], phase: .before, step: start + index, steps: waiting.count, attempt: 0))
        guard let sample = try await store.read({ try $0.firstSample(of: item.document) }) else { continue }
        let tokens = Array(sample.encoded.tokens.prefix(Self.tokens))
        guard tokens.count > 1 else { continue }
        let row = PackedRow(text: tokens)
        let losses = engine.tokenLosses(rows: [row], adapter: nil)[0]
        let nats = losses.reduce(0) { $0 + Double($1) } / Double(max(1, row.supervisedCount))
        if nats.isFinite { measured.append((item.document, item.language, nats)) }
      }
      try await judge(measured)
    }
  }

  private func judge(_ measured: [(document: DocumentID, language: String?, nats: Double)]) async throws {
    let (rejects, moment) = (rejects, now())
    let outliers = try await store.write { db in
      for item in measured { try db.recordPerplexity(item.nats, of: item.document) }
      let known = Dictionary(grouping: try db.perplexities(latest: Self.compared), by: \.language)
      var found: [(document: DocumentID, outlier: PerplexityOutliers.Outlier)] = []
      for item in measured {
        guard let range = PerplexityOutliers((known[item.language] ?? []).map(\.nats)),
          let outlier = range.outlier(item.nats)
        else { continue }
        found.append((item.document, outlier))
        if rejects { try db.quarantine(item.document, reason: outlier.reason.description, now: moment) }
      }
      return found
    }
    for item in outliers {
      log.notice(
        rejects ? "document.quarantined" : "document.outlier",
        ["id": item.document.rawValue, "reason": item.outlier.reason.description])
    }
  }
}

extension Database {
  /// Documents that wait and whose perplexity is not known.
  fileprivate func unmeasuredDocuments() throws -> [(document: DocumentID, language: String?)] {
    try rows(
      """
      SELECT id, language FROM document
      WHERE state = 'waiting' AND json_extract(figures, '$.perplexity') IS NULL ORDER BY id
      """
    ) { (try $0[0], try $0[1]) }
  }

  fileprivate func recordPerplexity(_ nats: Double, of document: DocumentID) throws {
    try run("UPDATE document SET figures = json_set(figures, '$.perplexity', ?) WHERE id = ?", nats, document)
  }

  fileprivate func perplexities(latest count: Int) throws -> [(language: String?, nats: Double)] {
    try rows(
      """
      SELECT language, json_extract(figures, '$.perplexity') AS nats FROM document
      WHERE state IN ('waiting', 'learned', 'deferred', 'shelved') AND nats IS NOT NULL ORDER BY id DESC LIMIT ?
      """, count
    ) { (try $0[0], try $0[1]) }
  }
}
