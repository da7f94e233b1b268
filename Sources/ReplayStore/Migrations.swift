import CSQLite
import Foundation

/// Brings a store's schema up to date, one shipped step after another, each in its own transaction.
package enum Migrations {
  /// Step n takes `user_version` from n to n + 1 and sets it itself. Shipped steps never change; new ones are appended.
  static let steps: [StaticString] = [Schema.first, Schema.second, Schema.third]

  package static var latest: Int { steps.count }

  /// The text of every shipped step, for the test that pins them.
  package static var texts: [String] { steps.map(\.description) }

  /// - Throws: `DatabaseError.Kind.newerSchema` where a later release made the store.
  package static func apply(to database: Database) throws {
    try check(database)
    var version: Int = try database.value("PRAGMA user_version")
    while version < latest {
      try database.transaction {
        // Another process may have taken this step while we waited for the lock.
        version = try database.value("PRAGMA user_version")
        guard version < latest else { return }
        try database.runScript(steps[version])
        version = try database.value("PRAGMA user_version")
      }
    }
  }

  /// - Throws: `DatabaseError` where the schema is not the one that this release reads.
  static func check(_ database: Database, exactly: Bool = false) throws {
    let version: Int = try database.value("PRAGMA user_version")
    if version > latest || (exactly && version < latest) {
      throw DatabaseError(
        kind: version > latest ? .newerSchema : .olderSchema, extendedCode: SQLITE_MISMATCH,
        message:
          "a\(version > latest ? " newer" : "n older") stet made it (schema \(version), this one reads \(latest))",
        path: database.path,
        statement: "PRAGMA user_version")
    }
  }
}
