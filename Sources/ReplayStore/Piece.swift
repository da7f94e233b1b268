import Foundation

/// A held-out stretch to be stored, at most 256 tokens.
package struct PieceRecord: Hashable, Sendable {
  /// `validation` or `test`.
  package var split: Split
  package var encoded: StoredTokens
  package var label: String?
  /// The sample before encoding, as JSON, where accuracy needs it.
  package var content: String?
  /// Random: which pieces an evaluation takes where there are more than it wants.
  package var draw: Int64

  package init(split: Split, encoded: StoredTokens, label: String? = nil, content: String? = nil, draw: Int64) {
    self.split = split
    self.encoded = encoded
    self.label = label
    self.content = content
    self.draw = draw
  }
}

/// A held-out piece as stored.
package struct StoredPiece: Hashable, Sendable {
  package let id: PieceID
  package let document: DocumentID
  package let domain: String
  package let split: Split
  /// The batch of its domain that brought it, from 1; `nil` until a version has learned its document.
  package let generation: Int?
  package let encoded: StoredTokens
  package let label: String?
  package let content: String?

  init(_ row: Row) throws {
    id = try row[0]
    document = try row[1]
    domain = try row[2]
    split = try row[3]
    generation = try row[4]
    encoded = try row.tokens(at: 5)
    label = try row[7]
    content = try row[8]
  }
}

extension Database {
  /// - Precondition: the split is `validation` or `test`.
  func insert(_ piece: PieceRecord, of document: DocumentID, domain: String) throws {
    precondition(piece.split == .validation || piece.split == .test, "a held-out piece in split \(piece.split)")
    try run(
      """
      INSERT INTO piece (document, domain, split, draw, tokens, supervised, token_count, label, content)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, document, domain, piece.split, piece.draw, TokenBlob.encode(piece.encoded.tokens),
      SupervisionBlob.encode(piece.encoded.supervised), piece.encoded.tokens.count, piece.label, piece.content)
  }

  /// A domain's frozen pieces: those of documents that the current version's lineage has learned, in the order of their
  /// draw. They are the same at every call until a round is published or a document leaves.
  /// - Parameter limit: the most that an evaluation wants; `nil` gives all.
  package func frozenPieces(domain: String, split: Split, limit: Int? = nil) throws -> [StoredPiece] {
    try rows(
      """
      SELECT p.id, document, p.domain, split, generation, p.tokens, supervised, label, content
      FROM piece p JOIN document d ON d.id = p.document
      WHERE p.domain = ? AND split = ? AND generation IS NOT NULL AND d.state = 'learned'
      ORDER BY draw, p.id LIMIT ?
      """, domain, split, limit ?? -1, map: StoredPiece.init)
  }

  /// The pieces that a round's own documents bring: what it is measured on as "learned", never what the gate reads for
  /// earlier domains.
  package func pieces(ofRound round: Int, domain: String, split: Split, limit: Int? = nil) throws -> [StoredPiece] {
    try rows(
      """
      SELECT p.id, p.document, p.domain, split, generation, p.tokens, supervised, label, content
      FROM piece p JOIN round_document r ON r.document = p.document JOIN document d ON d.id = p.document
      WHERE r.round = ? AND p.domain = ? AND split = ? AND d.state IN ('waiting', 'deferred', 'learned')
      ORDER BY draw, p.id LIMIT ?
      """, round, domain, split, limit ?? -1, map: StoredPiece.init)
  }

  /// A domain's held-out pieces of both splits, those that were learned and those of a round's documents, the oldest first.
  package func heldOutPieces(domain: String, round: Int, limit: Int) throws -> [StoredPiece] {
    try rows(
      """
      SELECT p.id, document, p.domain, split, generation, p.tokens, supervised, label, content
      FROM piece p JOIN document d ON d.id = p.document
      WHERE p.domain = ? AND (d.state = 'learned'
        OR d.id IN (SELECT document FROM round_document WHERE round = ?)) ORDER BY p.id LIMIT ?
      """, domain, round, limit, map: StoredPiece.init)
  }

  /// Pieces by number, in the order asked for; those that are gone are left out.
  package func pieces(_ ids: [PieceID]) throws -> [StoredPiece] {
    try ids.compactMap { id in
      try first(
        """
        SELECT id, document, domain, split, generation, tokens, supervised, label, content FROM piece WHERE id = ?
        """, id, map: StoredPiece.init)
    }
  }

  /// Domains with frozen pieces, by name.
  package func heldOutDomains() throws -> [String] {
    try rows(
      """
      SELECT DISTINCT p.domain FROM piece p JOIN document d ON d.id = p.document
      WHERE generation IS NOT NULL AND d.state = 'learned' ORDER BY p.domain
      """
    ) { try $0[0] }
  }

  /// Freezes what a published round's documents hold out, one new generation for each of its domains.
  func freezePieces(ofRound round: Int) throws {
    let latest: [(String, Int)] = try rows(
      "SELECT domain, coalesce(max(generation), 0) FROM piece GROUP BY domain"
    ) { (try $0[0], try $0[1]) }
    for (domain, generation) in latest {
      try run(
        """
        UPDATE piece SET generation = ?
        WHERE generation IS NULL AND domain = ? AND document IN
          (SELECT r.document FROM round_document r JOIN document d ON d.id = r.document
           WHERE r.round = ? AND d.state = 'learned')
        """, generation + 1, domain, round)
    }
  }
}
