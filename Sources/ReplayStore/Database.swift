import CSQLite
import Foundation

/// A connection to the replay store: literal SQL, bound values, prepared statements kept, commits that survive a power
/// cut (WAL with synchronous=FULL), and deleted content overwritten.
///
/// Not for several threads at once: `ReplayStore` serialises it.
@safe package final class Database {
  package enum Access: Hashable, Sendable {
    /// Makes the file, with mode 0600, where there is none.
    case create
    /// The file must be there.
    case existing
    /// The file must be there, and every change is refused; for verbs that only look.
    case queries
  }

  package let path: String
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// - Throws: `DatabaseError`, also where the file is not a database.
  package init(path: String, access: Access, busyTimeout: Duration = .seconds(5)) throws {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(Self.place(of: path), &opened, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe opened else {
      let error = unsafe DatabaseError(connection: opened, code: code, path: path, statement: "open")
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    self.path = path
    unsafe self.handle = opened
    let (seconds, attoseconds) = busyTimeout.components
    let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    unsafe sqlite3_busy_timeout(opened, Int32(clamping: milliseconds))
    try configure(access)
  }

  /// With the links followed that lead to its folder: SQLite refuses them too where it follows none to the file itself.
  private static func place(of path: String) -> String {
    let file = URL(fileURLWithPath: path)
    return file.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(file.lastPathComponent)
      .path
  }

  deinit {
    statements.removeAll()
    unsafe sqlite3_close_v2(handle)
  }

  private func configure(_ access: Access) throws {
    let mode: String? = try first("PRAGMA journal_mode = WAL") { try $0[0] }
    guard mode == "wal" else {
      throw DatabaseError(
        kind: .cannotOpen, extendedCode: SQLITE_CANTOPEN,
        message: "the file system does not allow write-ahead logging (journal mode \(mode ?? "unknown"))", path: path,
        statement: "PRAGMA journal_mode = WAL")
    }
    _ = try rows("PRAGMA synchronous = FULL") { _ in }
    _ = try rows("PRAGMA foreign_keys = ON") { _ in }
    _ = try rows("PRAGMA secure_delete = ON") { _ in }
    // What does not fit in memory would lie in a temporary folder elsewhere.
    _ = try rows("PRAGMA temp_store = MEMORY") { _ in }
    _ = try rows("PRAGMA trusted_schema = OFF") { _ in }
    _ = try rows("PRAGMA cell_size_check = ON") { _ in }
    if access == .queries { _ = try rows("PRAGMA query_only = ON") { _ in } }
  }

  /// Runs a statement that gives no rows.
  /// - Returns: the number of rows it changed.
  @discardableResult
  package func run(_ sql: StaticString, _ arguments: any SQLConvertible...) throws -> Int {
    try each(sql.description, arguments) { _ in }
    return unsafe Int(sqlite3_changes64(handle))
  }

  package func rows<Result>(
    _ sql: StaticString, _ arguments: any SQLConvertible..., map: (Row) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    try each(sql.description, arguments) { results.append(try map($0)) }
    return results
  }

  /// Calls `body` with each row, so that many are never in memory together.
  package func forEach(
    _ sql: StaticString, _ arguments: any SQLConvertible..., body: (Row) throws -> Void
  ) throws {
    try each(sql.description, arguments, body: body)
  }

  /// The first row, `nil` where there is none.
  package func first<Result>(
    _ sql: StaticString, _ arguments: any SQLConvertible..., map: (Row) throws -> Result
  ) throws -> Result? {
    var result: Result?
    try each(sql.description, arguments) { row in
      if result == nil { result = try map(row) }
    }
    return result
  }

  /// The first column of the only row.
  package func value<Value: SQLConvertible>(_ sql: StaticString, _ arguments: any SQLConvertible...) throws -> Value {
    var result: Value?
    try each(sql.description, arguments) { row in
      if result == nil { result = .some(try row[0] as Value) }
    }
    guard let result else {
      throw DatabaseError(
        kind: .unexpectedValue, extendedCode: SQLITE_DONE, message: "no row", path: path, statement: sql.description)
    }
    return result
  }

  private func each(_ sql: String, _ arguments: [any SQLConvertible], body: (Row) throws -> Void) throws {
    let statement: Statement
    if let kept = statements[sql], !kept.running {
      statement = kept
    } else {
      statement = try unsafe Statement(sql, connection: handle, path: path)
      if statements[sql] == nil { statements[sql] = statement }
    }
    defer { statement.reset() }
    try statement.bind(arguments.map(\.sqlValue))
    let row = Row(statement: statement)
    while try statement.step() { try body(row) }
  }

  /// Runs `body` and commits, or leaves the store as it was where `body` or the commit throws.
  /// - Precondition: no transaction is open.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    precondition(!inTransaction, "a transaction inside a transaction")
    try run("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // SQLite may have rolled back already (disk full, I/O error); the first error is the one to tell.
      if inTransaction { _ = try? run("ROLLBACK") }
      throw error
    }
  }

  /// Several queries that see one state of the store.
  /// - Precondition: no transaction is open.
  package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    precondition(!inTransaction, "a snapshot inside a transaction")
    try run("BEGIN DEFERRED")
    defer { if inTransaction { _ = try? run("ROLLBACK") } }
    return try body()
  }

  package var inTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  package var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Several statements without values, as migrations have them.
  func runScript(_ sql: StaticString) throws {
    let code = unsafe sqlite3_exec(handle, sql.description, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw unsafe DatabaseError(connection: handle, code: code, path: path, statement: sql.description)
    }
  }

  /// Damage that SQLite finds, empty where there is none. Reads the whole store.
  package func integrityCheck() throws -> [String] {
    let messages: [String] = try rows("PRAGMA integrity_check") { try $0[0] }
    let orphans: [String] = try rows("PRAGMA foreign_key_check") { row in
      let table: String = try row[0]
      let parent: String = try row[2]
      return "a row of \(table) refers to a missing row of \(parent)"
    }
    return messages.filter { $0 != "ok" } + orphans
  }

  /// Moves the write-ahead log into the file and empties it, so that overwritten content is nowhere on disk.
  package func checkpoint() throws {
    _ = try rows("PRAGMA wal_checkpoint(TRUNCATE)") { _ in }
  }

  /// Copies the whole store, as one state of it, into a file that is not there yet.
  func copy(to destination: String) throws {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX
    var opened: OpaquePointer?
    defer { unsafe sqlite3_close_v2(opened) }
    let code = unsafe sqlite3_open_v2(destination, &opened, flags, nil)
    guard code == SQLITE_OK, let copy = unsafe sqlite3_backup_init(opened, "main", handle, "main") else {
      throw unsafe DatabaseError(connection: opened, code: code, path: destination, statement: "backup")
    }
    let result = unsafe sqlite3_backup_step(copy, -1)
    let finished = unsafe sqlite3_backup_finish(copy)
    guard result == SQLITE_DONE, finished == SQLITE_OK else {
      throw unsafe DatabaseError(
        connection: opened, code: finished == SQLITE_OK ? result : finished, path: destination, statement: "backup")
    }
  }
}
