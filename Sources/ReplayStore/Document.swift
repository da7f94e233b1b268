import Foundation
import Platform

package enum DocumentState: String, CaseIterable, Codable, Hashable, Sendable, SQLConvertible {
  /// Accepted, not yet in a published version.
  case waiting
  /// In the current version's lineage; replayed and held out.
  case learned
  /// Says what another document says.
  case duplicate
  /// A newer edition took its place; no longer replayed or held out.
  case superseded
  /// Refused, with a reason.
  case quarantined
  /// Its round was rejected; waits for company or `train --retry`.
  case deferred
  /// Only versions that a rollback left had learned it.
  case shelved
  /// Erased on request; the row remains, so that the same bytes are known again.
  case forgotten
}

/// A document's row: one content, whatever the names it was dropped under.
package struct Document: Hashable, Sendable {
  package let id: DocumentID
  /// Of the file's bytes as dropped.
  package let sha256: Digest
  package let domain: String
  package let state: DocumentState
  package let reason: String?
  package let byteCount: Int
  package let encoding: String?
  package let language: String?
  package let profile: String?
  /// What curation measured, as a JSON object.
  package let figures: String
  package let received: Date
  package let sampleCount: Int
  /// Tokens in its training samples.
  package let tokenCount: Int
  /// Rounds with it that the gate rejected.
  package let rejections: Int
  package let duplicateOf: DocumentID?
  package let supersededBy: DocumentID?
  /// Jaccard similarity to the document that `duplicateOf` or `supersededBy` names.
  package let similarity: Double?

  /// From the columns that every query below lists in this order.
  init(_ row: Row) throws {
    id = try row[0]
    sha256 = try row[1]
    domain = try row[2]
    state = try row[3]
    reason = try row[4]
    byteCount = try row[5]
    encoding = try row[6]
    language = try row[7]
    profile = try row[8]
    figures = try row[9]
    received = try row[10]
    sampleCount = try row[11]
    tokenCount = try row[12]
    rejections = try row[13]
    duplicateOf = try row[14]
    supersededBy = try row[15]
    similarity = try row[16]
  }
}

extension Digest: SQLConvertible {
  package var sqlValue: SQLValue { .blob(Data(bytes)) }
  package init?(sqlValue: SQLValue) {
    guard case let .blob(data) = sqlValue else { return nil }
    self.init(bytes: [UInt8](data))
  }
}

extension Database {
  package func document(_ id: DocumentID) throws -> Document? {
    try first(
      """
      SELECT id, sha256, domain, state, reason, bytes, encoding, language, profile, figures, received, samples, tokens,
        rejections, duplicate_of, superseded_by, similarity
      FROM document WHERE id = ?
      """, id, map: Document.init)
  }

  package func document(sha256: Digest) throws -> Document? {
    try first(
      """
      SELECT id, sha256, domain, state, reason, bytes, encoding, language, profile, figures, received, samples, tokens,
        rejections, duplicate_of, superseded_by, similarity
      FROM document WHERE sha256 = ?
      """, sha256, map: Document.init)
  }

  /// The latest document that was dropped under a name and that a new edition could supersede.
  package func editable(named path: String) throws -> Document? {
    try first(
      """
      SELECT d.id, sha256, domain, state, reason, bytes, encoding, language, profile, figures, received, samples, tokens,
        rejections, duplicate_of, superseded_by, similarity
      FROM document d JOIN document_name n ON n.document = d.id
      WHERE n.path = ? AND d.state IN ('waiting', 'learned', 'deferred', 'shelved')
      ORDER BY n.last_received DESC, d.id DESC LIMIT 1
      """, path, map: Document.init)
  }

  /// Puts a document into quarantine. Its samples stay, so that `release` needs no second reading.
  package func quarantine(_ id: DocumentID, reason: String, now: Date) throws {
    let changed = try run(
      "UPDATE document SET state = 'quarantined', reason = ? WHERE id = ? AND state <> 'forgotten'", reason, id)
    if changed > 0 { try count(.quarantined, on: now) }
  }

  /// Takes a document out of quarantine as it is stored.
  /// - Returns: `false` where it is not in quarantine or nothing of it is stored; then read it again and `replaceContent`.
  package func release(_ id: DocumentID) throws -> Bool {
    try run(
      """
      UPDATE document SET state = 'waiting', reason = NULL
      WHERE id = ?1 AND state = 'quarantined' AND EXISTS (SELECT 1 FROM sample WHERE document = ?1)
      """, id) > 0
  }

  /// A newer edition takes the place of older documents: they leave replay and held-out.
  /// - Parameter similarity: Jaccard, 0 to 1; `nil` where the name alone links them.
  /// - Returns: the documents that were superseded.
  @discardableResult
  package func supersede(
    _ old: [DocumentID], by new: DocumentID, similarity: Double?, now: Date
  ) throws -> [DocumentID] {
    var superseded: [DocumentID] = []
    for id in old where id != new {
      let changed = try run(
        """
        UPDATE document SET state = 'superseded', superseded_by = ?, similarity = ?
        WHERE id = ? AND state IN ('waiting', 'learned', 'deferred', 'shelved')
        """, new, similarity, id)
      if changed > 0 { superseded.append(id) }
    }
    try count(.superseded, on: now, by: superseded.count)
    return superseded
  }
}
