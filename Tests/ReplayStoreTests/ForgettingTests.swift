import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("Forgetting in the store")
struct ForgettingTests {
  private func copy(of original: DocumentID, similarity: Double) -> DocumentContent {
    DocumentContent(state: .duplicate, duplicateOf: original, similarity: similarity)
  }

  @discardableResult
  private func forget(_ documents: [DocumentID], in db: Database, keepsTexts: Bool = true) throws -> ForgottenDocuments
  {
    let version = try #require(try db.cleanAncestors(without: documents).first)
    return try db.transaction { try db.forget(documents, serving: version, keepsTexts: keepsTexts, now: noon) }
  }

  @Test("a document's family is its earlier editions, copies of its text, and near-duplicates under its names alone")
  func family() throws {
    try withDatabase { db in
      let oldest = try db.take(1)
      let old = try db.take(2, content(2, supersedes: [oldest]))
      let new = try db.take(3, content(3, supersedes: [old]))
      let same = try db.take(4, copy(of: old, similarity: 1))
      let near = try db.take(5, copy(of: new, similarity: 0.9))
      try db.transaction {
        var again = try incoming(6)
        again.path = "law/3.md"
        _ = try db.commit(again, copy(of: new, similarity: 0.9))
      }
      let named = try #require(try db.document(sha256: try digest(6))).id
      #expect(try db.family(of: new) == [oldest, old, new, same, named])
      #expect(try db.family(of: old) == [oldest, old, same])
      #expect(try db.family(of: same) == [oldest, old, same])
      #expect(try db.family(of: near) == [near])
    }
  }

  @Test("every version that learned one of the documents, or grew from one that did, is marked, and no other")
  func versions() throws {
    try withDatabase { db in
      var ids: [DocumentID] = []
      for version in 1...3 {
        ids.append(try db.take(version))
        try db.learn(as: version)
      }
      _ = try db.transaction { try db.moveCurrent(to: 1, requeue: false, now: noon) }
      ids.append(try db.take(4))
      try db.learn(as: 4)
      // Learned by version 2, which a rollback left; the current one grew from version 1.
      let done = try forget([ids[1]], in: db)
      #expect(done.versions == [2, 3] && done.move.to == 4 && done.move.abandoned == [])
      #expect(try db.versions().filter { $0.erased != nil }.map(\.number) == [2, 3])
      #expect(try ids.map { try db.document($0)?.state } == [.learned, .forgotten, .shelved, .learned])
      let more = try forget([ids[3]], in: db)
      #expect(more.versions == [4] && more.move.to == 1 && more.requeued == 0)
      #expect(try db.currentVersion() == 1 && db.names(of: ids[3]) == [])
    }
  }

  @Test("a document that was in a round counts as seen, also where it was superseded before the version was made")
  func seenAsSuperseded() throws {
    try withDatabase { db in
      let old = try db.take(1)
      _ = try db.transaction { try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon) }
      let new = try db.take(2, content(2, supersedes: [old]))
      try db.take(3)
      let figures = RoundFigures(seconds: 1, tokens: 10, report: "{}")
      _ = try db.transaction {
        try db.publish(round: 1, asVersion: 1, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
      }
      #expect(try db.cleanAncestors(without: [new]) == [1, 0])
      #expect(try db.cleanAncestors(without: try db.family(of: new)) == [0])
    }
  }

  @Test("what else the removed versions had learned waits again, and is shelved with the reason where texts go")
  func retraining() throws {
    for keepsTexts in [true, false] {
      try withDatabase { db in
        let kept = try db.take(1)
        try db.learn(as: 1)
        let (gone, other) = (try db.take(2), try db.take(3))
        try db.learn(as: 2)
        let cost = try db.relearned(without: [gone], above: 1)
        #expect(cost.documents == 1 && cost.tokens == 100 && cost.lost == 0)
        let done = try forget([gone], in: db, keepsTexts: keepsTexts)
        #expect((done.requeued, done.shelved) == (keepsTexts ? 1 : 0, keepsTexts ? 0 : 1))
        #expect(try db.document(kept)?.state == .learned)
        let after = try #require(try db.document(other))
        #expect(after.state == (keepsTexts ? .waiting : .shelved))
        #expect(keepsTexts || after.reason?.contains("replay.retention") == true)
        #expect(try db.replayCandidates(domain: "law").map(\.document) == [kept])
      }
    }
  }

  @Test("what another source said and gave way to the forgotten comes back, unless a newer edition is there")
  func dependents() throws {
    try withDatabase { db in
      let theirs = try db.take(1)
      try db.learn(as: 1)
      let planted = try db.take(2, content(2, supersedes: [theirs]))
      let copied = try db.take(3, copy(of: planted, similarity: 1))
      try db.learn(as: 2)
      let done = try forget([planted], in: db)
      #expect(done.returning == 2 && done.move.to == 1)
      // Version 1 had learned it, and serves.
      #expect(try db.document(theirs)?.state == .learned && db.document(theirs)?.supersededBy == nil)
      // Intake reads it anew as long as what it names is forgotten.
      #expect(try db.document(copied)?.state == .duplicate && db.document(copied)?.duplicateOf == planted)
    }
    try withDatabase { db in
      let first = try db.take(1)
      let second = try db.take(2, content(2, supersedes: [first]))
      let third = try db.take(3, content(3, supersedes: [second]))
      #expect(try forget([second], in: db).returning == 0)
      #expect(try db.document(first)?.state == .superseded && db.document(first)?.supersededBy == third)
    }
  }

  @Test("reports of rounds that took a forgotten document name no folders any more, and keep their figures")
  func reports() throws {
    try withDatabase { db in
      func report(_ folder: String) -> String {
        #"{"data":{"documents":1,"sources":[{"documents":1,"path":"\#(folder)"}]},"#
          + #""gate":{"conflict":{"documents":1,"source":"\#(folder)"},"decision":"rejected"},"round":1.5}"#
      }
      func refuse(_ folder: String?) throws -> Int {
        try db.transaction {
          let round = try #require(
            try db.beginRound(parent: 0, includingDeferred: true, settings: "{}", now: noon)
          ).number
          let figures = RoundFigures(seconds: 1, tokens: 10, report: folder.map(report) ?? "{}")
          try db.reject(round: round, reason: "over budget", isHarmful: false, figures: figures, now: noon)
          return round
        }
      }
      try db.take(1)
      let earlier = try refuse("law/public")
      let gone = try db.take(2)
      let (named, bare) = (try refuse("law/acme"), try refuse(nil))
      try forget([gone], in: db)
      #expect(
        try db.round(named)?.report
          == #"{"data":{"documents":1,"sources":[]},"gate":{"conflict":null,"decision":"rejected"},"round":1.5}"#)
      #expect(try db.round(bare)?.report == "{}")
      #expect(try db.round(earlier)?.report == report("law/public"))
    }
  }

  @Test("what was measured on a forgotten document's pieces goes with them, other figures stay")
  func evaluations() throws {
    try withDatabase { db in
      let (gone, kept) = (try db.take(1), try db.take(2))
      try db.learn(as: 1)
      let pieces = try db.frozenPieces(domain: "law", split: .test)
      try db.record(pieces.map { PieceScore(piece: $0.id, nll: 3, tokens: 1) }, of: .version(0))
      try forget([gone], in: db)
      #expect(try db.isErasing())
      try db.transaction { try db.eraseForgotten() }
      let left = try #require(pieces.first { $0.document == kept })
      #expect(try db.scores(of: .version(0), domain: "law", split: .test).map(\.piece) == [left.id])
      #expect(try db.samples(of: gone).isEmpty && db.signature(of: gone) == nil)
      #expect(try db.pieces(pieces.map(\.id)).map(\.document) == [kept])
    }
  }
}
