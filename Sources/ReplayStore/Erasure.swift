import Foundation

extension Database {
  /// Removes what a document said: samples, held-out pieces, signature. Deleted bytes are overwritten; `checkpoint` then
  /// empties the log that may still hold them.
  func eraseContent(of id: DocumentID, keepingPieces: Bool = false) throws {
    try run("DELETE FROM sample WHERE document = ?", id)
    if !keepingPieces { try run("DELETE FROM piece WHERE document = ?", id) }
    try run("DELETE FROM signature WHERE document = ?", id)
  }

  /// Forgets a document: nothing that it said or was called remains, only that these bytes were once refused for good.
  /// - Returns: the versions that learned it, oldest first.
  package func forget(_ id: DocumentID, now: Date) throws -> [Int] {
    let versions = try versions(thatLearned: id)
    try eraseContent(of: id)
    try run("DELETE FROM document_name WHERE document = ?", id)
    let changed = try run(
      """
      UPDATE document SET state = 'forgotten', reason = NULL, encoding = NULL, language = NULL, profile = NULL,
        figures = '{}', samples = 0, tokens = 0, similarity = NULL
      WHERE id = ? AND state <> 'forgotten'
      """, id)
    try count(.forgotten, on: now, by: changed)
    return versions
  }
}
