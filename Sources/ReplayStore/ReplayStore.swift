import Foundation
import Platform

/// The replay store: one serialised connection, its work on a queue of its own.
///
/// `read` sees one state of the store; `write` is one transaction: it happens whole or not at all.
package actor ReplayStore {
  package nonisolated let path: String
  private let executor = QueueExecutor(label: "stet.store")
  private let database: Database
  private let fileSystem: any FileSystem

  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Opens the store and brings its schema up to date (`.queries` changes nothing and wants it up to date).
  /// - Throws: `DatabaseError`; `PlatformError` where the file cannot be made.
  package init(
    path: String, access: Database.Access, busyTimeout: Duration = .seconds(5),
    through fileSystem: any FileSystem = LocalFileSystem()
  ) throws {
    self.path = path
    self.fileSystem = fileSystem
    if access == .create, try !fileSystem.exists(path) {
      // An empty file is an empty database; made here so that it has mode 0600 from its first byte, as its log will.
      try DurableFile.write(Data(), to: path, through: fileSystem)
    }
    if access != .queries, let status = try fileSystem.statusIfPresent(path), status.permissions != 0o600 {
      try fileSystem.setPermissions(Path(path), mode: 0o600)
    }
    let database = try Database(path: path, access: access, busyTimeout: busyTimeout)
    switch access {
    case .create, .existing: try Migrations.apply(to: database)
    case .queries: try Migrations.check(database, exactly: true)
    }
    self.database = database
  }

  /// Several queries that see one state of the store.
  package func read<Result: Sendable>(_ body: @Sendable (Database) throws -> Result) throws -> Result {
    try database.snapshot { try body(database) }
  }

  /// One transaction: commits after `body`, or changes nothing where it throws.
  package func write<Result: Sendable>(_ body: @Sendable (Database) throws -> Result) throws -> Result {
    try database.transaction { try body(database) }
  }

  /// Damage that SQLite finds, empty where there is none.
  package func integrityCheck() throws -> [String] {
    try database.integrityCheck()
  }

  /// Empties the write-ahead log, so that erased content is nowhere on disk.
  package func checkpoint() throws {
    try database.checkpoint()
  }

  /// Writes the store anew, so that no byte of what was erased is left in it; takes as much memory as the store is large.
  /// - Throws: `DatabaseError.Kind.busy` where a reader keeps the log from being emptied.
  package func scrub() throws {
    try database.scrub()
  }

  /// Copies the store, as one state of it, to a file that then holds it whole; a file of that name is replaced.
  package func backup(to destination: String) throws {
    let partial = destination + ".partial"
    try DurableFile.remove(partial, through: fileSystem)
    try DurableFile.write(Data(), to: partial, through: fileSystem)
    do {
      try database.copy(to: partial)
      try DurableFile.move(partial, to: destination, through: fileSystem)
    } catch {
      try? DurableFile.remove(partial, through: fileSystem)
      throw error
    }
  }
}
