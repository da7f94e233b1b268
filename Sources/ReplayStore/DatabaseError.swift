import CSQLite
import Foundation

/// What SQLite refused: where, in which statement, why, and what to do next. Bound values are never in it, since they
/// are people's text.
package struct DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// Another connection held the database for longer than the busy timeout: worth trying again.
    case busy
    /// The disk, a quota or the page limit is full.
    case full
    case inputOutput
    /// Damaged, or not a database at all.
    case corrupt
    case cannotOpen
    case readOnly
    case constraint
    /// A row holds what its reader does not expect.
    case unexpectedValue
    /// The schema is newer than this program.
    case newerSchema
    /// The schema is older, and this connection may only look.
    case olderSchema
    case other
  }

  package let kind: Kind
  /// SQLite's primary result code.
  package let code: Int32
  /// SQLite's extended result code.
  package let extendedCode: Int32
  package let message: String
  package let path: String
  /// The SQL, or the name of the call where there is none.
  package let statement: String

  package init(
    kind: Kind? = nil, extendedCode: Int32, message: String, path: String, statement: String
  ) {
    let code = extendedCode & 0xff
    self.kind = kind ?? Self.kind(of: code)
    self.code = code
    self.extendedCode = extendedCode
    self.message = message
    self.path = path
    self.statement = statement
  }

  private static func kind(of code: Int32) -> Kind {
    switch code {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_FULL: .full
    case SQLITE_IOERR: .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
    case SQLITE_READONLY: .readOnly
    case SQLITE_CONSTRAINT: .constraint
    default: .other
    }
  }

  package var remedy: String {
    switch kind {
    case .busy: "Another process holds the store; it is tried again, or end that process."
    case .full: "Free space on that disk; nothing was lost, and the work goes on from the last commit."
    case .inputOutput: "Check the disk and the system's log; the store is as it was at the last commit."
    case .corrupt: "Stop the daemon and put a backup of the store back (stet doctor --deep shows what is damaged)."
    case .cannotOpen: "Check that the folder exists and belongs to the user who runs stet."
    case .readOnly: "Make the file and its folder writable for the user who runs stet."
    case .constraint, .unexpectedValue, .other: "This is a defect in stet or an edited store; run stet doctor --deep."
    case .newerSchema: "Use that newer stet, or another State with --state."
    case .olderSchema: "Start stet run once: it brings the store up to date."
    }
  }

  package var description: String {
    switch kind {
    case .newerSchema, .olderSchema: return "\(path): \(message). \(remedy)"
    case .busy, .full, .inputOutput, .corrupt, .cannotOpen, .readOnly, .constraint, .unexpectedValue, .other: break
    }
    let sql = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "\(path): \(message) (SQLite \(extendedCode)) in: \(sql.prefix(160)). \(remedy)"
  }
}
