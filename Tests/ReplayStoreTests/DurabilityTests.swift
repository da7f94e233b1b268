import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("What a crash leaves")
struct DurabilityTests {
  /// Opens what is on disk now as a restart after SIGKILL would: the files as they are, without the shared memory.
  private func afterKill(of database: Database, _ body: (Database) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let copy = directory.appendingPathComponent("store.sqlite").path
      try FileManager.default.copyItem(atPath: database.path, toPath: copy)
      try FileManager.default.copyItem(atPath: database.path + "-wal", toPath: copy + "-wal")
      let reopened = try Database(path: copy, access: .existing)
      try Migrations.apply(to: reopened)
      #expect(try reopened.integrityCheck() == [])
      try body(reopened)
    }
  }

  @Test("a document is in the store whole or not at all, wherever in its transaction the kill comes")
  func killInsideIntake() throws {
    try withDatabase { db in
      try db.take(1)
      // A cache of one page spills everything to the log before the commit.
      _ = try db.rows("PRAGMA cache_size = 1") { _ in }
      try db.transaction {
        let big = content(2, tokens: 50_000)
        _ = try db.commit(try incoming(2), big)
        try afterKill(of: db) { reopened in
          #expect(try reopened.documentCounts()[.waiting] == 1)
          #expect(try reopened.document(sha256: try digest(2)) == nil)
          // The same drop again is not a duplicate.
          try reopened.take(2, big)
          #expect(try reopened.documentCounts()[.waiting] == 2)
        }
      }
      try afterKill(of: db) { reopened in
        let known = try reopened.commit(try incoming(2), content(2))
        #expect(known == .known(known.document, .waiting, isNewDrop: false))
        #expect(try reopened.samples(of: known.document).first?.encoded.tokens.count == 50_000)
        #expect(try reopened.counts(on: noon)[.duplicate] == nil)
      }
    }
  }

  @Test("a log cut short anywhere opens as one of the states that were committed")
  func tornLog() throws {
    try withDatabase { db in
      try db.checkpoint()
      for number in 1...4 { try db.take(number) }
      let log = try Data(contentsOf: URL(fileURLWithPath: db.path + "-wal"))
      var seen: Set<Int> = []
      for length in stride(from: 0, through: log.count, by: 1_013) {
        try withTemporaryDirectory { directory in
          let copy = directory.appendingPathComponent("store.sqlite")
          try FileManager.default.copyItem(atPath: db.path, toPath: copy.path)
          try log.prefix(length).write(to: URL(fileURLWithPath: copy.path + "-wal"))
          let reopened = try Database(path: copy.path, access: .existing)
          #expect(try reopened.integrityCheck() == [])
          let count = try reopened.documentCounts()[.waiting] ?? 0
          let samples: Int = try reopened.value("SELECT count(*) FROM sample")
          #expect(samples == 2 * count)
          seen.insert(count)
        }
      }
      #expect(seen.isSuperset(of: [0, 1, 2, 3]))
    }
  }

  @Test("damage in the file is found and named")
  func damage() throws {
    try withDatabase { db in
      for number in 1...50 { try db.take(number) }
      try db.checkpoint()
      var bytes = try Data(contentsOf: URL(fileURLWithPath: db.path))
      let page: Int = try db.value("SELECT rootpage FROM sqlite_schema WHERE name = 'document_state'")
      bytes.replaceSubrange((page - 1) * 4096..<page * 4096, with: Data(repeating: 0xA5, count: 4096))
      try withTemporaryDirectory { directory in
        let copy = directory.appendingPathComponent("store.sqlite")
        try bytes.write(to: copy)
        let damaged = try Database(path: copy.path, access: .existing)
        let found = Result { try damaged.integrityCheck() }
        switch found {
        case let .success(messages): #expect(!messages.isEmpty)
        case let .failure(error): #expect((error as? DatabaseError)?.kind == .corrupt)
        }
      }
    }
  }

  @Test("a backup is one state of the store, private, and complete while the store is in use")
  func backup() async throws {
    try await withTemporaryDirectory { directory in
      let store = try ReplayStore(
        path: directory.appendingPathComponent("store.sqlite").path, access: .create)
      try await store.write { db in
        try db.recordBaseVersion(now: noon)
        for number in 1...20 { _ = try db.commit(try incoming(number), content(number)) }
      }
      let path = directory.appendingPathComponent("backup.sqlite").path
      try await store.backup(to: path)
      try await store.write { _ = try $0.commit(try incoming(21), content(21)) }
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let copy = try ReplayStore(path: path, access: .existing)
      #expect(try await copy.integrityCheck() == [])
      #expect(try await copy.read { try $0.documentCounts()[.waiting] } == 20)
      // A second backup replaces the first.
      try await store.backup(to: path)
      let newer = try ReplayStore(path: path, access: .existing)
      #expect(try await newer.read { try $0.documentCounts()[.waiting] } == 21)
    }
  }

  @Test("forgotten text is nowhere in the store's files")
  func secureDeletion() throws {
    try withDatabase { db in
      var secret = content(1)
      secret.samples[0].content = "{\"text\":\"the vault code is 99417\"}"
      let id = try db.take(1, secret)
      // Others around it, so that pages fill and rows move.
      for number in 2...60 { try db.take(number, content(number, tokens: 40 + number * 13 % 700)) }
      func contains() throws -> Bool {
        try ["", "-wal"].contains { suffix in
          try Data(contentsOf: URL(fileURLWithPath: db.path + suffix)).range(of: Data("vault code".utf8)) != nil
        }
      }
      #expect(try contains())
      try db.transaction {
        _ = try db.forget([id], serving: 0, keepsTexts: true, now: noon)
        try db.eraseForgotten()
      }
      try db.scrub()
      #expect(try !contains())
      #expect(try db.names(of: id) == [])
      #expect(try db.document(id)?.state == .forgotten)
      // The same bytes again are known.
      let again = try db.transaction { try db.recordKnown(try incoming(1)) }
      #expect(again == .known(id, .forgotten, isNewDrop: true))
    }
  }
}
