import Foundation

extension Database {
  /// Signatures are written once with their document and read all together at start.
  func insertSignature(_ bytes: Data, of document: DocumentID) throws {
    try run("INSERT INTO signature (document, bytes) VALUES (?, ?)", document, bytes)
  }

  package func signature(of document: DocumentID) throws -> Data? {
    try first("SELECT bytes FROM signature WHERE document = ?", document) { try $0[0] }
  }

  /// Calls `body` with every signature that a new document is compared with, by document: those of superseded,
  /// quarantined and forgotten documents are not among them.
  /// The join's order is fixed: sorted, all of them would be in memory at once.
  package func eachSignature(_ body: (_ document: DocumentID, _ bytes: Data) throws -> Void) throws {
    try forEach(
      """
      SELECT s.document, s.bytes FROM signature s CROSS JOIN document d ON d.id = s.document
      WHERE d.state IN ('waiting', 'learned', 'deferred', 'shelved') ORDER BY s.document
      """
    ) { try body($0[0], $0[1]) }
  }
}
