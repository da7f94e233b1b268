import Foundation

package enum RequestKind: String, CaseIterable, Codable, Hashable, Sendable, SQLConvertible {
  case train, rollback, promote, pause, resume, forget
}

/// What a verb asked of the daemon.
package struct Request: Hashable, Sendable {
  package let id: RequestID
  package let kind: RequestKind
  /// A JSON object.
  package let arguments: String
  package let created: Date
  package let taken: Date?
  package let finished: Date?
  /// A JSON object, once the store has it; without `finished` the rest is still to be done.
  package let outcome: String?
  /// A sentence, where it failed.
  package let failure: String?

  init(_ row: Row) throws {
    id = try row[0]
    kind = try row[1]
    arguments = try row[2]
    created = try row[3]
    taken = try row[4]
    finished = try row[5]
    outcome = try row[6]
    failure = try row[7]
  }
}

extension Database {
  package func ask(_ kind: RequestKind, arguments: String = "{}", now: Date) throws -> RequestID {
    try run("INSERT INTO request (kind, arguments, created) VALUES (?, ?, ?)", kind, arguments, now)
    return RequestID(rawValue: lastInsertedRow)
  }

  package func request(_ id: RequestID) throws -> Request? {
    try first(
      "SELECT id, kind, arguments, created, taken, finished, outcome, failure FROM request WHERE id = ?", id,
      map: Request.init)
  }

  /// Requests that are not finished, oldest first: also those that a crash interrupted after they were taken.
  package func openRequests() throws -> [Request] {
    try rows(
      """
      SELECT id, kind, arguments, created, taken, finished, outcome, failure FROM request
      WHERE finished IS NULL ORDER BY id
      """, map: Request.init)
  }

  package func take(_ id: RequestID, now: Date) throws {
    try run("UPDATE request SET taken = ? WHERE id = ? AND finished IS NULL", now, id)
  }

  /// Notes in the transaction that does it what came of a request: from then on it is not done again, and it is finished
  /// once what belongs to it outside of the store is done too.
  /// - Parameter outcome: a JSON object.
  package func record(_ id: RequestID, outcome: String) throws {
    try run("UPDATE request SET outcome = ? WHERE id = ? AND finished IS NULL", outcome, id)
  }

  /// - Parameters:
  ///   - outcome: a JSON object.
  ///   - failure: a sentence, where it failed.
  package func finish(_ id: RequestID, outcome: String? = nil, failure: String? = nil, now: Date) throws {
    try run(
      "UPDATE request SET finished = ?, outcome = ?, failure = ? WHERE id = ? AND finished IS NULL", now, outcome,
      failure, id)
  }
}
