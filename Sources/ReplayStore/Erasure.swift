import CSQLite
import Foundation
import Platform

extension Database {
  /// Removes what a document said: samples, held-out pieces, signature. Deleted bytes are overwritten; `checkpoint` then
  /// empties the log that may still hold them.
  func eraseContent(of id: DocumentID, keepingPieces: Bool = false) throws {
    try run("DELETE FROM sample WHERE document = ?", id)
    if !keepingPieces { try run("DELETE FROM piece WHERE document = ?", id) }
    try run("DELETE FROM signature WHERE document = ?", id)
  }

  /// Removes what forgotten documents said, and what was measured on it. A second time it finds nothing to do.
  package func eraseForgotten() throws {
    try run(
      """
      DELETE FROM evaluation WHERE piece IN
        (SELECT p.id FROM piece p JOIN document d ON d.id = p.document WHERE d.state = 'forgotten')
      """)
    try run("DELETE FROM sample WHERE document IN (SELECT id FROM document WHERE state = 'forgotten')")
    try run("DELETE FROM piece WHERE document IN (SELECT id FROM document WHERE state = 'forgotten')")
    try run("DELETE FROM signature WHERE document IN (SELECT id FROM document WHERE state = 'forgotten')")
  }

  /// Whether a forgetting was committed and what it removes may still be on disk.
  package func isErasing() throws -> Bool {
    try value("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')")
  }

  package func setErasing(_ erasing: Bool) throws {
    if erasing {
      try run("INSERT INTO meta (key, value) VALUES ('erasing', 1) ON CONFLICT (key) DO NOTHING")
    } else {
      try run("DELETE FROM meta WHERE key = 'erasing'")
    }
  }

  /// Writes the store anew from its rows and empties its log. Deleted rows are overwritten as they go, but a row that
  /// had moved when its page was full can have left a copy behind: after this there is none.
  /// - Precondition: no transaction is open.
  /// - Throws: `DatabaseError.Kind.busy` where a reader keeps the log from being emptied.
  package func scrub() throws {
    precondition(!inTransaction, "a store is not written anew inside a transaction")
    try run("VACUUM")
    let blocked: Int? = try first("PRAGMA wal_checkpoint(TRUNCATE)") { try $0[0] }
    guard blocked == 0 else {
      throw DatabaseError(
        kind: .busy, extendedCode: SQLITE_BUSY, message: "a reader keeps the store's log from being emptied",
        path: path, statement: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }
}

// What must no longer be on disk.
extension Database {
  /// Forgotten documents that were not dropped again since: no file of theirs has a place anywhere.
  package func forgottenWithoutNames() throws -> Set<Digest> {
    Set(
      try rows(
        """
        SELECT sha256 FROM document d
        WHERE state = 'forgotten' AND NOT EXISTS (SELECT 1 FROM document_name WHERE document = d.id)
        """
      ) { try $0[0] })
  }

  /// Rounds without a version that trained on what is forgotten, or from a version that had learned it.
  package func roundsWithForgotten() throws -> Set<Int> {
    Set(
      try rows(
        """
        SELECT number FROM round WHERE state IN ('rejected', 'abandoned') AND (
          parent IN (SELECT number FROM version WHERE erased IS NOT NULL)
          OR number IN (SELECT r.round FROM round_document r JOIN document d ON d.id = r.document
                        WHERE d.state = 'forgotten'))
        """
      ) { try $0[0] })
  }
}
