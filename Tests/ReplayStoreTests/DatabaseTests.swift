import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("The connection")
struct DatabaseTests {
  private func open(_ directory: URL, _ access: Database.Access = .create) async throws -> ReplayStore {
    try ReplayStore(
      path: directory.appendingPathComponent("store.sqlite").path, access: access, busyTimeout: .milliseconds(50))
  }

  @Test("commits survive a power cut, deleted content is overwritten, and nobody else may read the files")
  func settings() async throws {
    try await withTemporaryDirectory { directory in
      let store = try await open(directory)
      let settings = try await store.read { db in
        [
          try db.value("PRAGMA journal_mode") as String, "\(try db.value("PRAGMA synchronous") as Int)",
          "\(try db.value("PRAGMA secure_delete") as Int)", "\(try db.value("PRAGMA foreign_keys") as Int)",
        ]
      }
      #expect(settings == ["wal", "2", "1", "1"])
      try await store.write { try $0.setPaused(true) }
      for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
        let path = directory.appendingPathComponent(name).path
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600, "\(name)")
      }
    }
  }

  @Test("a store that others could read is private again once it is opened")
  func looseMode() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("store.sqlite").path
      #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]))
      let store = try await open(directory)
      #expect(try await store.read { try $0.isPaused() } == false)
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("a store behind a link to its folder opens; one that is itself a link does not")
  func links() async throws {
    try await withTemporaryDirectory { directory in
      let real = directory.appendingPathComponent("real")
      try FileManager.default.createDirectory(at: real, withIntermediateDirectories: false)
      let link = directory.appendingPathComponent("link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
      try await open(link).write { try $0.setPaused(true) }
      #expect(try await open(real, .existing).read { try $0.isPaused() })
      try FileManager.default.createSymbolicLink(
        at: directory.appendingPathComponent("store.sqlite"),
        withDestinationURL: real.appendingPathComponent("store.sqlite"))
      await #expect(throws: DatabaseError.self) { try await open(directory, .existing) }
    }
  }

  @Test("every kind of value comes back as it was bound")
  func valuesRoundTrip() throws {
    try withDatabase { db in
      let texts = ["", "a\u{0}b", "żółć 📜\n", "'; DROP TABLE document; --"]
      for text in texts { #expect(try db.value("SELECT ?", text) == text) }
      for data in [Data(), Data([0, 255, 1])] { #expect(try db.value("SELECT ?", data) == data) }
      for integer in [Int64.min, -1, 0, .max] { #expect(try db.value("SELECT ?", integer) == integer) }
      for real in [0.1, -.infinity, 1e300] { #expect(try db.value("SELECT ?", real) == real) }
      let absent: String? = try db.value("SELECT ?", String?.none)
      #expect(absent == nil)
      let tokens: [Int32] = [0, -1, .max, .min, 49_151]
      #expect(TokenBlob.decode(try db.value("SELECT ?", TokenBlob.encode(tokens))) == tokens)
    }
  }

  @Test("a column of another kind is an error that names the statement, not a zero")
  func unexpectedValues() throws {
    try withDatabase { db in
      let error = #expect(throws: DatabaseError.self) { let _: Int = try db.value("SELECT 'seven'") }
      #expect(error?.kind == .unexpectedValue)
      #expect(error?.description.contains("SELECT 'seven'") == true)
      #expect(throws: DatabaseError.self) { let _: Int = try db.value("SELECT NULL") }
      #expect(throws: DatabaseError.self) { let _: Bool = try db.value("SELECT 2") }
    }
  }

  @Test("a statement can run inside its own rows")
  func reentrancy() throws {
    try withDatabase { db in
      let inner = try db.rows("SELECT 1 UNION SELECT 2") { row in
        let n: Int = try row[0]
        return n + (try db.rows("SELECT 1 UNION SELECT 2") { try $0[0] as Int }.reduce(0, +))
      }
      #expect(inner == [4, 5])
    }
  }

  @Test("a transaction that throws leaves the store as it was")
  func rollback() throws {
    struct Interrupted: Error {}
    try withDatabase { db in
      #expect(throws: Interrupted.self) {
        try db.transaction {
          _ = try db.commit(try incoming(1), content(1))
          throw Interrupted()
        }
      }
      #expect(!db.inTransaction)
      #expect(try db.documentCounts()[.waiting] == 0)
      try db.take(1)
      #expect(try db.documentCounts()[.waiting] == 1)
    }
  }

  @Test("a refused statement says code, message, statement and remedy, and no bound value")
  func errors() throws {
    try withDatabase { db in
      try db.take(1)
      let error = #expect(throws: DatabaseError.self) {
        try db.run(
          "INSERT INTO document (sha256, domain, state, bytes, received) VALUES (?, 'secret', 'waiting', 1, 1)",
          try digest(1))
      }
      #expect(error?.kind == .constraint)
      #expect(error?.code == 19)
      #expect(error?.extendedCode == 2067)
      #expect(error?.message.contains("document.sha256") == true)
      #expect(error?.statement.hasPrefix("INSERT INTO document") == true)
      #expect(error?.remedy.isEmpty == false)
    }
  }

  @Test("a second writer is told that the store is busy, and may try again")
  func busy() async throws {
    try await withTemporaryDirectory { directory in
      let store = try await open(directory)
      let path = directory.appendingPathComponent("store.sqlite").path
      let other = try Database(path: path, access: .existing, busyTimeout: .milliseconds(10))
      try other.run("BEGIN IMMEDIATE")
      let error = await #expect(throws: DatabaseError.self) { try await store.write { try $0.setPaused(true) } }
      #expect(error?.kind == .busy)
      // Reading goes on beside a writer.
      #expect(try await store.read { try $0.isPaused() } == false)
      try other.run("COMMIT")
      try await store.write { try $0.setPaused(true) }
      #expect(try await store.read { try $0.isPaused() })
    }
  }

  @Test("a full disk loses the transaction at hand and nothing else, and work goes on when there is space")
  func full() throws {
    try withDatabase { db in
      try db.take(1)
      let pages: Int = try db.value("PRAGMA page_count")
      let limit: Int = try db.value("PRAGMA max_page_count = 60")
      #expect(limit >= pages)
      let error = #expect(throws: DatabaseError.self) { try db.take(2, content(2, tokens: 200_000)) }
      #expect(error?.kind == .full)
      #expect(!db.inTransaction)
      #expect(try db.integrityCheck() == [])
      #expect(try db.documentCounts()[.waiting] == 1)
      let _: Int = try db.value("PRAGMA max_page_count = 100000")
      try db.take(2, content(2, tokens: 200_000))
      #expect(try db.documentCounts()[.waiting] == 2)
    }
  }

  @Test("a verb that only looks can change nothing")
  func queriesOnly() async throws {
    try await withTemporaryDirectory { directory in
      _ = try await open(directory)
      let looking = try await open(directory, .queries)
      await #expect(throws: DatabaseError.self) { try await looking.write { try $0.setPaused(true) } }
      #expect(try await looking.read { try $0.isPaused() } == false)
    }
  }

  @Test("a missing store, a folder and a text file are refused with what to do")
  func wrongFiles() async throws {
    try await withTemporaryDirectory { directory in
      let missing = await #expect(throws: DatabaseError.self) { _ = try await open(directory, .existing) }
      #expect(missing?.kind == .cannotOpen)
      let path = directory.appendingPathComponent("store.sqlite")
      try Data(repeating: 0x41, count: 8_192).write(to: path)
      let text = await #expect(throws: DatabaseError.self) { _ = try await open(directory) }
      #expect(text?.kind == .corrupt)
      #expect(text?.path == path.path)
    }
  }
}
