import Foundation

/// A row of `documents`.
package struct DocumentListing: Hashable, Sendable {
  package let document: Document
  /// Names it was dropped under, first one first.
  package let names: [String]
  /// The version in the current lineage that learned it, or the latest that ever did.
  package let version: Int?
}

/// Everything about one document.
package struct DocumentDetail: Hashable, Sendable {
  package let document: Document
  package let names: [DocumentName]
  /// Samples by split.
  package let samples: [Split: Int]
  /// Held-out pieces by split.
  package let pieces: [Split: Int]
  package let supersedes: [DocumentID]
  package let duplicates: [DocumentID]
  /// Rounds that took it, oldest first.
  package let rounds: [Round]
  /// Versions that learned it, oldest first.
  package let versions: [Int]
}

extension Database {
  /// Documents by number, a page at a time.
  /// - Parameters:
  ///   - after: the last one of the page before.
  ///   - limit: the most that the page holds.
  package func documents(
    state: DocumentState? = nil, domain: String? = nil, after: DocumentID? = nil, limit: Int
  ) throws -> [DocumentListing] {
    try rows(
      """
      SELECT id, sha256, domain, state, reason, bytes, encoding, language, profile, figures, received, samples, tokens,
        rejections, duplicate_of, superseded_by, similarity,
        (SELECT json_group_array(path) FROM
          (SELECT path FROM document_name n WHERE n.document = d.id ORDER BY first_received, n.id)),
        (SELECT number FROM learning JOIN version ON number = version WHERE document = d.id
         ORDER BY abandoned IS NOT NULL, number DESC LIMIT 1)
      FROM document d
      WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR domain = ?2) AND id > ?3
      ORDER BY id LIMIT ?4
      """, state, domain, after?.rawValue ?? 0, limit
    ) { row in
      DocumentListing(document: try Document(row), names: try row.texts(at: 17), version: try row[18])
    }
  }

  /// `nil` where there is no such document.
  package func explain(_ id: DocumentID) throws -> DocumentDetail? {
    guard let document = try document(id) else { return nil }
    let samples: [(Split, Int)] = try rows(
      "SELECT split, count(*) FROM sample WHERE document = ? GROUP BY split", id
    ) { (try $0[0], try $0[1]) }
    let pieces: [(Split, Int)] = try rows(
      "SELECT split, count(*) FROM piece WHERE document = ? GROUP BY split", id
    ) { (try $0[0], try $0[1]) }
    let rounds: [Int] = try rows(
      "SELECT round FROM round_document WHERE document = ? ORDER BY round", id
    ) { try $0[0] }
    return DocumentDetail(
      document: document, names: try names(of: id), samples: Dictionary(uniqueKeysWithValues: samples),
      pieces: Dictionary(uniqueKeysWithValues: pieces),
      supersedes: try rows("SELECT id FROM document WHERE superseded_by = ? ORDER BY id", id) { try $0[0] },
      duplicates: try rows("SELECT id FROM document WHERE duplicate_of = ? ORDER BY id", id) { try $0[0] },
      rounds: try rounds.compactMap(round), versions: try versions(thatLearned: id))
  }

  /// Documents by state; every state is in it.
  package func documentCounts() throws -> [DocumentState: Int] {
    var counts = Dictionary(uniqueKeysWithValues: DocumentState.allCases.map { ($0, 0) })
    let pairs: [(DocumentState, Int)] = try rows("SELECT state, count(*) FROM document GROUP BY state") {
      (try $0[0], try $0[1])
    }
    for (state, count) in pairs { counts[state] = count }
    return counts
  }
}
