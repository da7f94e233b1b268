import Curation
import Foundation
import Platform
import ReplayStore

/// What intake keeps beside the documents: how far each domain's stream of held-out places has come.
extension Database {
  private static let positionKey = "heldout.position."

  /// Pieces so far, by domain (`HeldOutCursor`).
  func heldOutPositions() throws -> [String: Int] {
    let pairs: [(String, Int)] = try rows(
      "SELECT substr(key, length(?1) + 1), value FROM meta WHERE substr(key, 1, length(?1)) = ?1", Self.positionKey
    ) { (try $0[0], try $0[1]) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  func setHeldOutPosition(_ position: Int, of domain: String) throws {
    try run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      Self.positionKey + domain, position)
  }

  /// Calls `body` with the held-out pieces that new text must not repeat, in the order of the table, unsorted.
  func eachHeldOutText(
    _ body: (_ piece: PieceID, _ content: String) throws -> Void
  ) throws {
    try forEach(
      """
      SELECT p.id, p.content FROM piece p CROSS JOIN document d ON d.id = p.document
      WHERE d.state IN ('waiting', 'learned', 'deferred', 'shelved') AND p.content IS NOT NULL ORDER BY p.id
      """
    ) { try body($0[0], $0[1]) }
  }

  /// Whether a held-out piece forbids text that repeats it: its document is live, and its own text is kept.
  func isForbidding(_ piece: PieceID) throws -> Bool {
    try first(
      """
      SELECT 1 FROM piece p JOIN document d ON d.id = p.document
      WHERE p.id = ? AND d.state IN ('waiting', 'learned', 'deferred', 'shelved') AND p.content IS NOT NULL
      """, piece
    ) { _ in true } ?? false
  }

  func pieces(of document: DocumentID) throws -> [(piece: PieceID, content: String?)] {
    try rows("SELECT id, content FROM piece WHERE document = ? ORDER BY id", document) { (try $0[0], try $0[1]) }
  }

  /// Of a document's samples, those that are kept.
  func storedSamples(of document: DocumentID) throws -> Int {
    try value("SELECT COUNT(*) FROM sample WHERE document = ?", document)
  }

  /// The contents of a document's samples and held-out pieces, as near to the order of its text as the store knows.
  func contents(of document: DocumentID) throws -> [String] {
    let samples: [String] = try rows(
      "SELECT content FROM sample WHERE document = ? ORDER BY ordinal", document
    ) { try $0[0] }
    return try samples + pieces(of: document).compactMap(\.content)
  }

  /// The latest documents that were taken, the latest first, each with a name.
  func latestTaken(
    _ count: Int
  ) throws -> [(document: DocumentID, domain: String, name: String, figures: String)] {
    try rows(
      """
      SELECT d.id, d.domain, (SELECT path FROM document_name n WHERE n.document = d.id ORDER BY n.id LIMIT 1) AS name, d.figures
      FROM document d WHERE d.state IN ('waiting', 'learned', 'deferred', 'shelved') AND name IS NOT NULL
      ORDER BY d.id DESC LIMIT ?
      """, count
    ) { (try $0[0], try $0[1], try $0[2], try $0[3]) }
  }

  /// The latest documents that are in quarantine for one reason, with what was measured on them.
  func latestQuarantined(for reason: String, _ count: Int) throws -> [(name: String, figures: String)] {
    try rows(
      """
      SELECT (SELECT path FROM document_name n WHERE n.document = d.id ORDER BY n.id LIMIT 1) AS name, d.figures
      FROM document d
      WHERE d.state = 'quarantined' AND substr(d.reason, 1, length(?1)) = ?1 AND name IS NOT NULL
      ORDER BY d.id DESC LIMIT ?2
      """, reason, count
    ) { (try $0[0], try $0[1]) }
  }

  /// A domain's latest documents as a batch is compared with them.
  /// - Parameter before: only earlier ones; `nil` takes all.
  package func driftSamples(ofDomain domain: String, before: DocumentID? = nil, limit: Int) throws -> [DriftSample] {
    try rows(
      """
      SELECT language, bytes, state = 'quarantined', json_extract(figures, '$.perplexity') FROM document
      WHERE domain = ?1 AND id < ?2 AND state NOT IN ('duplicate', 'forgotten') ORDER BY id DESC LIMIT ?3
      """, domain, before?.rawValue ?? Int64.max, limit
    ) { DriftSample(language: try $0[0], bytes: try $0[1], isRefused: try $0[2], perplexity: try $0[3]) }
  }

  /// A document that comes back is no longer an old edition, nor a copy.
  func clearSupersession(of document: DocumentID) throws {
    try run("UPDATE document SET superseded_by = NULL WHERE id = ?", document)
  }
}

extension DocumentState {
  /// Whether its text is in use, or may be again: what new documents are compared with.
  var isLive: Bool {
    switch self {
    case .waiting, .learned, .deferred, .shelved: true
    case .duplicate, .superseded, .quarantined, .forgotten: false
    }
  }
}
