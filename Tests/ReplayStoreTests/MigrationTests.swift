import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("The schema's history")
struct MigrationTests {
  @Test("shipped steps never change")
  func pinned() {
    let shipped = ["b7d336ef1a1fe1412bd7ea7b4b7354bb1431d53bcdb625c76637745ebb93e72d"]
    #expect(Migrations.texts.map { Digest.of($0).hex } == shipped)
  }

  @Test("opening twice migrates once")
  func idempotent() throws {
    try withDatabase { db in
      try db.take(1)
      try Migrations.apply(to: db)
      #expect(try db.value("PRAGMA user_version") == Migrations.latest)
      #expect(try db.documentCounts()[.waiting] == 1)
    }
  }

  @Test("a store from a newer release is refused and left alone")
  func newer() throws {
    try withDatabase { db in
      _ = try db.rows("PRAGMA user_version = 9999") { _ in }
      let error = #expect(throws: DatabaseError.self) { try Migrations.apply(to: db) }
      #expect(error?.kind == .newerSchema)
      #expect(try db.value("PRAGMA user_version") == 9999)
    }
  }

  @Test("a verb that only looks refuses an older store instead of changing it")
  func older() throws {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("store.sqlite").path
      try Data().write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: DatabaseError.self) { _ = try ReplayStore(path: path, access: .queries) }
      #expect(error?.kind == .olderSchema)
    }
  }
}
