import Foundation

/// A version's row; the directory under `adapters/` is its content.
package struct VersionRow: Hashable, Sendable {
  package let number: Int
  /// `nil` for version 0, the base.
  package let parent: Int?
  package let round: Int?
  package let created: Date
  /// When a rollback left it; `nil` for the current version and its ancestors.
  package let abandoned: Date?
  /// When its files were removed, because it had learned what was to be forgotten.
  package let erased: Date?
  /// A JSON object.
  package let figures: String
  /// Documents that it learned first or again, tokens in their training samples, and their domains by name.
  package let documents: Int
  package let tokens: Int
  package let domains: [String]
}

/// What a rollback or a promotion changed.
package struct VersionMove: Hashable, Sendable {
  package let from: Int
  package let to: Int
  /// Versions that are no longer in the current one's lineage because of it.
  package let abandoned: [Int]
  /// Documents that only abandoned versions had learned.
  package let shelved: Int
  /// Those of them that wait again instead.
  package let requeued: Int
  /// Documents that the new lineage has learned, and the old one had not.
  package let restored: Int

  package init(from: Int, to: Int, abandoned: [Int], shelved: Int, requeued: Int, restored: Int) {
    self.from = from
    self.to = to
    self.abandoned = abandoned
    self.shelved = shelved
    self.requeued = requeued
    self.restored = restored
  }

  /// What the rows of documents say that a move shelved.
  static func shelvedReason(from: Int, to: Int) -> String {
    "learned only by versions that the move from \(from) to \(to) left"
  }
}

package enum LineageError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownVersion(Int)
  case erased(Int)

  package var description: String {
    switch self {
    case let .erased(number):
      "version \(number): stet forget removed it, since it had learned what was to be forgotten; stet versions lists others."
    case let .unknownVersion(number): "version \(number): there is no such version; stet versions lists them."
    }
  }
}

extension Database {
  /// The version that `State/current` shows, or is about to show: this row is the intent, the link follows it.
  package func currentVersion() throws -> Int? {
    try first("SELECT value FROM meta WHERE key = 'current_version'") { try $0[0] }
  }

  func setCurrentVersion(_ version: Int) throws {
    try run(
      """
      INSERT INTO meta (key, value) VALUES ('current_version', ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value
      """, version)
  }

  /// Records version 0, the base, and makes it current; where it is recorded already, changes nothing.
  package func recordBaseVersion(now: Date) throws {
    let added = try run("INSERT INTO version (number, created) VALUES (0, ?) ON CONFLICT (number) DO NOTHING", now)
    if added > 0 { try setCurrentVersion(0) }
  }

  /// A version and its ancestors, itself first, 0 last.
  package func lineage(of version: Int) throws -> [Int] {
    try rows(
      """
      WITH RECURSIVE lineage (number, parent) AS (
        SELECT number, parent FROM version WHERE number = ?
        UNION ALL SELECT v.number, v.parent FROM version v JOIN lineage l ON v.number = l.parent)
      SELECT number FROM lineage ORDER BY number DESC
      """, version
    ) { try $0[0] }
  }

  /// All versions, oldest first.
  package func versions() throws -> [VersionRow] {
    try rows(
      """
      SELECT v.number, v.parent, v.round, v.created, v.abandoned, v.erased, v.figures, count(d.id),
        coalesce(sum(d.tokens), 0),
        (SELECT json_group_array(domain) FROM (
          SELECT DISTINCT d2.domain FROM learning l2 JOIN document d2 ON d2.id = l2.document
          WHERE l2.version = v.number ORDER BY d2.domain))
      FROM version v LEFT JOIN learning l ON l.version = v.number LEFT JOIN document d ON d.id = l.document
      GROUP BY v.number ORDER BY v.number
      """
    ) { row in
      VersionRow(
        number: try row[0], parent: try row[1], round: try row[2], created: try row[3], abandoned: try row[4],
        erased: try row[5], figures: try row[6], documents: try row[7], tokens: try row[8],
        domains: try row.texts(at: 9))
    }
  }

  /// Makes another version current. Documents that the new lineage has learned are `learned`; those that it has not are
  /// shelved, or wait again with `requeue`.
  /// - Throws: `LineageError`.
  package func moveCurrent(to version: Int, requeue: Bool, now: Date) throws -> VersionMove {
    let from = try currentVersion() ?? 0
    let before = try lineage(of: from)
    let after = try lineage(of: version)
    guard !after.isEmpty else { throw LineageError.unknownVersion(version) }
    if try value("SELECT EXISTS (SELECT 1 FROM version WHERE number = ? AND erased IS NOT NULL)", version) {
      throw LineageError.erased(version)
    }
    try setCurrentVersion(version)
    try markAbandoned(now: now)
    let restored = try run(
      """
      UPDATE document SET state = 'learned', reason = NULL
      WHERE state IN ('waiting', 'deferred', 'shelved') AND id IN
        (SELECT document FROM learning JOIN version ON number = version WHERE abandoned IS NULL)
      """)
    let left = try run(
      """
      UPDATE document SET state = iif(?, 'waiting', 'shelved'), reason = ?
      WHERE state = 'learned' AND id NOT IN
        (SELECT document FROM learning JOIN version ON number = version WHERE abandoned IS NULL)
      """, requeue, requeue ? nil : VersionMove.shelvedReason(from: from, to: version))
    return VersionMove(
      from: from, to: version, abandoned: before.filter { !after.contains($0) }.sorted(),
      shelved: requeue ? 0 : left, requeued: requeue ? left : 0, restored: restored)
  }

  /// Marks the versions outside the current one's lineage, and unmarks those in it.
  func markAbandoned(now: Date) throws {
    guard let current = try currentVersion() else { return }
    try run(
      """
      WITH RECURSIVE lineage (number, parent) AS (
        SELECT number, parent FROM version WHERE number = ?
        UNION ALL SELECT v.number, v.parent FROM version v JOIN lineage l ON v.number = l.parent)
      UPDATE version SET abandoned =
        iif(number IN (SELECT number FROM lineage), NULL, coalesce(abandoned, ?))
      """, current, now)
  }

  /// Versions that learned a document, oldest first, abandoned ones included.
  package func versions(thatLearned document: DocumentID) throws -> [Int] {
    try rows("SELECT version FROM learning WHERE document = ? ORDER BY version", document) { try $0[0] }
  }

  /// Documents that a version learned.
  package func documents(learnedIn version: Int) throws -> [DocumentID] {
    try rows("SELECT document FROM learning WHERE version = ? ORDER BY document", version) { try $0[0] }
  }
}
