import Foundation

/// Provenance: a name under which a document was dropped.
package struct DocumentName: Hashable, Sendable {
  package let id: Int64
  package let document: DocumentID
  /// Relative to the watched folder.
  package let path: String
  package let firstReceived: Date
  package let lastReceived: Date
  /// How often it was dropped under this name.
  package let times: Int
  /// What identified the file on disk when it was read (device, inode, size, times); `nil` where it was not kept.
  package let stamp: String?

  init(_ row: Row) throws {
    id = try row[0]
    document = try row[1]
    path = try row[2]
    firstReceived = try row[3]
    lastReceived = try row[4]
    times = try row[5]
    stamp = try row[6]
  }
}

extension Database {
  package func names(of document: DocumentID) throws -> [DocumentName] {
    try rows(
      """
      SELECT id, document, path, first_received, last_received, times, stamp FROM document_name
      WHERE document = ? ORDER BY first_received, id
      """, document, map: DocumentName.init)
  }

  /// Records that a document was dropped under a name. A name whose file has not yet left the watched folder is the same
  /// drop seen again (after a crash), not another one.
  /// - Returns: whether this is a new drop.
  @discardableResult
  package func recordName(_ path: String, of document: DocumentID, stamp: String?, received: Date) throws -> Bool {
    let pending = try run(
      "UPDATE document_name SET stamp = ? WHERE path = ? AND document = ? AND settled = 0", stamp, path, document)
    if pending > 0 { return false }
    try run(
      """
      INSERT INTO document_name (document, path, first_received, last_received, stamp) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (path, document) DO UPDATE
      SET last_received = excluded.last_received, stamp = excluded.stamp, times = times + 1, settled = 0
      """, document, path, received, received, stamp)
    return true
  }

  /// The file under this name has left the watched folder (or stays there on purpose, known by its stamp).
  package func settleName(_ path: String, of document: DocumentID) throws {
    try run("UPDATE document_name SET settled = 1 WHERE path = ? AND document = ?", path, document)
  }

  /// Names whose content is committed and whose file may still lie in the watched folder: what a restart finishes.
  package func unsettledNames() throws -> [DocumentName] {
    try rows(
      """
      SELECT id, document, path, first_received, last_received, times, stamp FROM document_name
      WHERE settled = 0 ORDER BY id
      """, map: DocumentName.init)
  }

  /// Whether a file that stays in the watched folder was read before, and has not changed since.
  package func isKnown(path: String, stamp: String) throws -> Bool {
    try value(
      "SELECT EXISTS (SELECT 1 FROM document_name WHERE path = ? AND stamp = ? AND settled = 1)", path, stamp)
  }

  /// Documents dropped under a name or anywhere below a folder.
  /// - Parameter source: a file's or a folder's path, relative to the watched folder.
  package func documents(from source: String) throws -> [DocumentID] {
    let folder = source.hasSuffix("/") ? source : source + "/"
    return try rows(
      """
      SELECT DISTINCT document FROM document_name
      WHERE path = ?1 OR substr(path, 1, length(?2)) = ?2 ORDER BY document
      """, source, folder
    ) { try $0[0] }
  }
}
