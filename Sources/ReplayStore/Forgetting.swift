import Foundation

/// What a forgetting changed in the store.
package struct ForgottenDocuments: Hashable, Sendable {
  package let move: VersionMove
  /// Versions that had learned one of the documents, or grew from one that had; oldest first.
  package let versions: [Int]
  /// Documents that wait to be learned again.
  package let requeued: Int
  /// Documents that would, but their texts were not kept.
  package let shelved: Int
  /// Documents that were refused, or replaced, only because of those that go.
  package let returning: Int
}

extension DocumentState {
  /// Why the bytes of a forgotten document are refused.
  static let forgottenReason = "forgotten on request (stet forget), so it is not learned again"
}

extension Database {
  /// A document and what says the same: its earlier editions, copies of its text whatever their names, and
  /// near-duplicates that were dropped under its own names.
  package func family(of document: DocumentID) throws -> [DocumentID] {
    var found: Set<DocumentID> = []
    var open = [document]
    while let id = open.popLast() {
      guard found.insert(id).inserted else { continue }
      open += try rows(
        """
        SELECT id FROM document WHERE superseded_by = ?1
        UNION SELECT duplicate_of FROM document
          WHERE id = ?1 AND state = 'duplicate' AND similarity = 1 AND duplicate_of IS NOT NULL
        UNION SELECT id FROM document d WHERE state = 'duplicate' AND duplicate_of = ?1 AND (similarity = 1 OR EXISTS (
          SELECT 1 FROM document_name a JOIN document_name b ON b.path = a.path
          WHERE a.document = d.id AND b.document = ?1))
        """, id
      ) { try $0[0] }
    }
    return found.sorted()
  }

  /// Versions that learned one of these documents, or grew from one that did, oldest first. A round that took a document
  /// counts, whatever became of the document meanwhile.
  package func versions(thatSaw documents: [DocumentID]) throws -> [Int] {
    try rows(
      """
      WITH RECURSIVE seen (number) AS (
        SELECT version FROM learning WHERE document IN (SELECT value FROM json_each(?1))
        UNION SELECT v.number FROM version v JOIN round_document r ON r.round = v.round
          WHERE r.document IN (SELECT value FROM json_each(?1))
        UNION SELECT v.number FROM version v JOIN seen ON v.parent = seen.number)
      SELECT number FROM seen ORDER BY number
      """, jsonNumbers(documents)
    ) { try $0[0] }
  }

  /// The current version and its ancestors that never saw any of these documents, the latest first and 0 last: where
  /// retraining without them starts.
  package func cleanAncestors(without documents: [DocumentID]) throws -> [Int] {
    let seen = Set(try versions(thatSaw: documents))
    return try lineage(of: try currentVersion() ?? 0).filter { !seen.contains($0) }
  }

  /// What the versions above `version` had learned beside these documents: what can be learned again, with its tokens,
  /// and how many documents cannot, since their texts were not kept.
  package func relearned(
    without documents: [DocumentID], above version: Int
  ) throws -> (documents: Int, tokens: Int, lost: Int) {
    try first(
      """
      WITH RECURSIVE lineage (number, parent) AS (
        SELECT number, parent FROM version WHERE number = ?2
        UNION ALL SELECT v.number, v.parent FROM version v JOIN lineage l ON v.number = l.parent),
      others (tokens, kept) AS (
        SELECT tokens, EXISTS (SELECT 1 FROM sample WHERE document = d.id) FROM document d
        WHERE state = 'learned' AND id NOT IN (SELECT value FROM json_each(?1))
          AND id NOT IN (SELECT document FROM learning WHERE version IN (SELECT number FROM lineage)))
      SELECT count(*) FILTER (WHERE kept), coalesce(sum(tokens) FILTER (WHERE kept), 0),
        count(*) FILTER (WHERE NOT kept) FROM others
      """, jsonNumbers(documents), version
    ) { (try $0[0], try $0[1], try $0[2]) } ?? (0, 0, 0)
  }

  /// What past rounds took for a token of new text, all of a round's work together; `nil` where none was published.
  package func secondsPerToken() throws -> Double? {
    let (seconds, tokens): (Double, Double) =
      try first(
        """
        SELECT coalesce(sum(r.seconds), 0), coalesce(sum(json_extract(v.figures, '$.tokens')), 0)
        FROM version v JOIN round r ON r.number = v.round
        """
      ) { (try $0[0], try $0[1]) } ?? (0, 0)
    return seconds > 0 && tokens > 0 ? seconds / tokens : nil
  }

  /// Documents that stay and give way, as copies or older editions, to one that goes; each with what it gives way to
  /// then, `nil` where nothing is left.
  package func dependents(
    on documents: [DocumentID]
  ) throws -> [(document: DocumentID, isCopy: Bool, successor: DocumentID?)] {
    let going = Set(documents)
    let found: [(DocumentID, Bool, DocumentID)] = try rows(
      """
      SELECT id, state = 'duplicate', iif(state = 'duplicate', duplicate_of, superseded_by) AS origin FROM document
      WHERE state IN ('duplicate', 'superseded') AND origin IN (SELECT value FROM json_each(?1))
        AND id NOT IN (SELECT value FROM json_each(?1)) ORDER BY id
      """, jsonNumbers(documents)
    ) { (try $0[0], try $0[1], try $0[2]) }
    return try found.map { id, isCopy, first in
      var next: DocumentID? = first
      var passed: Set<DocumentID> = []
      while let at = next, going.contains(at), passed.insert(at).inserted { next = try document(at)?.supersededBy }
      return (id, isCopy, next.flatMap { going.contains($0) ? nil : $0 })
    }
  }

  /// Forgets documents: their names go at once, also out of reports, and nothing uses their text any more; `version` is
  /// current, which saw none of them, and what else the versions since had learned waits again. This is the intent: with
  /// `isErasing` set, whoever comes next removes the text and the versions' files.
  /// - Parameter keepsTexts: `replay.retention` is `all`.
  /// - Precondition: `version` is one of `cleanAncestors`.
  package func forget(
    _ documents: [DocumentID], serving version: Int, keepsTexts: Bool, now: Date
  ) throws -> ForgottenDocuments {
    let seen = try versions(thatSaw: documents)
    precondition(!seen.contains(version), "version \(version) saw what is to be forgotten")
    let list = jsonNumbers(documents)
    let returning = try letGo(try dependents(on: documents))
    let changed = try run(
      """
      UPDATE document SET state = 'forgotten', reason = ?2, encoding = NULL, language = NULL, profile = NULL,
        figures = '{}', samples = 0, tokens = 0, duplicate_of = NULL, superseded_by = NULL, similarity = NULL
      WHERE id IN (SELECT value FROM json_each(?1)) AND state <> 'forgotten'
      """, list, DocumentState.forgottenReason)
    try run("DELETE FROM document_name WHERE document IN (SELECT value FROM json_each(?))", list)
    try forgetSources(of: list)
    let move = try moveCurrent(to: version, requeue: keepsTexts, now: now)
    let gone = "its text was not kept (replay.retention), so it cannot be learned again; drop it once more"
    if !keepsTexts {
      try run(
        "UPDATE document SET reason = ? WHERE state = 'shelved' AND reason = ?", gone,
        VersionMove.shelvedReason(from: move.from, to: move.to))
    }
    let lost = try run(
      """
      UPDATE document SET state = 'shelved', reason = ? WHERE state = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM sample WHERE document = document.id)
        AND NOT EXISTS (SELECT 1 FROM piece WHERE document = document.id)
      """, gone)
    for number in seen { try run("UPDATE version SET erased = ? WHERE number = ? AND erased IS NULL", now, number) }
    try setErasing(true)
    try count(.forgotten, on: now, by: changed)
    return ForgottenDocuments(
      move: move, versions: seen, requeued: max(move.requeued - lost, 0), shelved: move.shelved + lost,
      returning: returning)
  }

  /// Takes the folders that documents came from out of the reports of all rounds that took one of them. Versions of such
  /// rounds are removed with their own reports.
  /// - Parameter list: a JSON array of documents.
  private func forgetSources(of list: String) throws {
    try run(
      """
      UPDATE round SET report = json_replace(report, '$.data.sources', json('[]'), '$.gate.conflict', json('null'))
      WHERE json_valid(report)
        AND number IN (SELECT round FROM round_document WHERE document IN (SELECT value FROM json_each(?)))
      """, list)
  }

  /// Documents that gave way to what goes: they give way to what took its place, or come back. A copy's text is not in
  /// the store: intake reads it again, as long as what it names is forgotten.
  /// - Returns: how many come back.
  private func letGo(
    _ dependents: [(document: DocumentID, isCopy: Bool, successor: DocumentID?)]
  ) throws -> Int {
    var count = 0
    for (id, isCopy, successor) in dependents {
      if successor == nil { count += 1 }
      if isCopy {
        if let successor { try run("UPDATE document SET duplicate_of = ? WHERE id = ?", successor, id) }
      } else if let successor {
        try run("UPDATE document SET superseded_by = ?, similarity = NULL WHERE id = ?", successor, id)
      } else {
        try run(
          """
          UPDATE document SET state = 'waiting', reason = NULL, superseded_by = NULL, similarity = NULL WHERE id = ?
          """, id)
      }
    }
    return count
  }

  private func jsonNumbers(_ documents: [DocumentID]) -> String {
    "[" + documents.map { String($0.rawValue) }.joined(separator: ",") + "]"
  }
}
