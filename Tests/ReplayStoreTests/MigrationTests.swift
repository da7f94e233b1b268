import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("The schema's history")
struct MigrationTests {
  @Test("shipped steps never change")
  func pinned() {
    let shipped = [
      "1f6f8f414f04b4126e6f8c3c0a27ecb4faf054dec37a857bf2c63b8f5a1a366b",
      "9fcce14ef842027d87b48e4139b399a2438e72dfea1d3a606097f5c36925544c",
      "348a38f58334b8bef68aada62e215e7437fcaf36743fb8a5e94c17e29a888512",
    ]
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
