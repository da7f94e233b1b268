import CSQLite
import Foundation

/// One prepared statement. Invariant: `handle` is a live statement of the `connection` handle until `deinit`, and
/// nothing else finalises it; the `Database` that made it outlives every use.
@safe final class Statement {
  let sql: String
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let path: String
  /// Between the first step and the reset: the cache must not hand it out a second time.
  private(set) var running = false

  init(_ sql: String, connection: OpaquePointer, path: String) throws {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else {
      throw unsafe DatabaseError(connection: connection, code: code, path: path, statement: sql)
    }
    self.sql = sql
    unsafe self.handle = prepared
    unsafe self.connection = connection
    self.path = path
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// - Precondition: one value for each `?`.
  func bind(_ values: [SQLValue]) throws {
    let expected = unsafe Int(sqlite3_bind_parameter_count(handle))
    precondition(values.count == expected, "\(values.count) values for the \(expected) places of: \(sql)")
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let code: Int32
      switch value {
      case .null:
        code = unsafe sqlite3_bind_null(handle, index)
      case let .integer(integer):
        code = unsafe sqlite3_bind_int64(handle, index, integer)
      case let .real(real):
        code = unsafe sqlite3_bind_double(handle, index, real)
      case let .text(text):
        let utf8 = text.utf8CString
        code = unsafe utf8.withUnsafeBufferPointer {
          unsafe sqlite3_bind_text64(
            handle, index, $0.baseAddress, UInt64($0.count - 1), Self.transient, UInt8(SQLITE_UTF8))
        }
      case let .blob(data):
        code =
          data.isEmpty
          ? unsafe sqlite3_bind_zeroblob(handle, index, 0)
          : unsafe data.withUnsafeBytes {
            unsafe sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), Self.transient)
          }
      }
      guard code == SQLITE_OK else { throw failure(code) }
    }
  }

  /// Goes to the next row.
  /// - Returns: whether there is one.
  func step() throws -> Bool {
    running = true
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  func reset() {
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
    running = false
  }

  /// The value in the current row's column.
  func value(at index: Int) -> SQLValue {
    let column = Int32(index)
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER:
      return .integer(unsafe sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT:
      return .real(unsafe sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      guard let text = unsafe sqlite3_column_text(handle, column) else { return .text("") }
      let count = unsafe Int(sqlite3_column_bytes(handle, column))
      return .text(unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return .blob(Data()) }
      return .blob(unsafe Data(bytes: bytes, count: Int(sqlite3_column_bytes(handle, column))))
    default:
      return .null
    }
  }

  func unexpected(at index: Int, wanted: String) -> DatabaseError {
    DatabaseError(
      kind: .unexpectedValue, extendedCode: SQLITE_MISMATCH,
      message: "column \(index) holds \(value(at: index).storageClass) where \(wanted) belongs", path: path,
      statement: sql)
  }

  private func failure(_ code: Int32) -> DatabaseError {
    unsafe DatabaseError(connection: connection, code: code, path: path, statement: sql)
  }

  /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
  private static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}

/// The current row of a running statement; of use only inside the closure that receives it.
package struct Row {
  let statement: Statement

  /// - Throws: `DatabaseError.Kind.unexpectedValue` where the column holds something else.
  package subscript<Value: SQLConvertible>(_ index: Int) -> Value {
    get throws {
      guard let value = Value(sqlValue: statement.value(at: index)) else {
        throw statement.unexpected(at: index, wanted: "\(Value.self)")
      }
      return value
    }
  }
}

extension DatabaseError {
  /// The connection's last failure.
  init(connection: OpaquePointer?, code: Int32, path: String, statement: String) {
    let extended = unsafe connection == nil ? code : sqlite3_extended_errcode(connection)
    let message =
      unsafe connection == nil
      ? String(cString: sqlite3_errstr(code)) : String(cString: sqlite3_errmsg(connection))
    self.init(
      extendedCode: extended & 0xff == code & 0xff ? extended : code, message: message, path: path,
      statement: statement)
  }
}
