import Foundation
import Platform
import ReplayStore
import TestSupport

let noon = Date(timeIntervalSince1970: 1_795_000_000)

func digest(_ number: Int) throws -> Digest {
  let hex = String(number, radix: 16)
  guard let digest = Digest(hex: String(repeating: "0", count: 64 - hex.count) + hex) else {
    throw CocoaError(.coderInvalidValue)
  }
  return digest
}

func encoded(_ count: Int, first: Int32 = 0) -> StoredTokens {
  StoredTokens(tokens: (0..<Int32(count)).map { first + $0 }, supervised: (0..<count).map { $0 > 0 })
}

/// A document of `count` training tokens and one held-out piece of each kind.
func content(
  _ number: Int, tokens count: Int = 100, state: DocumentState = .waiting, supersedes: [DocumentID] = []
) -> DocumentContent {
  DocumentContent(
    state: state, encoding: "utf-8", language: "en", profile: "prose",
    samples: [
      SampleRecord(
        content: "{\"text\":\"sample \(number)\"}", encoded: encoded(count), split: .train,
        replayKey: Int64(number) &* 6_364_136_223_846_793_005),
      SampleRecord(content: "{\"text\":\"gap\"}", encoded: encoded(5), split: .gap, replayKey: 0),
    ],
    pieces: [
      PieceRecord(split: .validation, encoded: encoded(7), draw: Int64(number)),
      PieceRecord(split: .test, encoded: encoded(9, first: Int32(number)), draw: Int64(-number)),
    ],
    signature: Data([UInt8(truncatingIfNeeded: number), 1, 2, 3]), supersedes: supersedes)
}

func incoming(_ number: Int, domain: String = "law", path: String? = nil) throws -> IncomingDocument {
  IncomingDocument(
    sha256: try digest(number), domain: domain, path: path ?? "\(domain)/\(number).md", stamp: "s\(number)",
    byteCount: 400, received: noon)
}

extension Database {
  @discardableResult
  func take(_ number: Int, domain: String = "law", _ content: DocumentContent? = nil) throws -> DocumentID {
    try transaction {
      try commit(try incoming(number, domain: domain), content ?? ReplayStoreTests.content(number)).document
    }
  }

  /// Runs a round over all that waits and publishes it.
  func learn(as version: Int, now: Date = noon) throws {
    try transaction {
      let parent = try currentVersion() ?? 0
      guard let round = try beginRound(parent: parent, includingDeferred: true, settings: "{}", now: now) else {
        return
      }
      try publish(
        round: round.number, asVersion: version, attempt: 0, versionFigures: "{}",
        figures: RoundFigures(seconds: 1, tokens: 10, report: "{}"), now: now)
    }
  }
}

/// An open store at version 0 in a directory of its own.
func withDatabase(_ body: (Database) throws -> Void) throws {
  try withTemporaryDirectory { directory in
    let path = directory.appendingPathComponent("store.sqlite").path
    try Data().write(to: URL(fileURLWithPath: path))
    let database = try Database(path: path, access: .existing)
    try Migrations.apply(to: database)
    try database.recordBaseVersion(now: noon)
    try body(database)
  }
}
