import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("Rounds and versions in the store")
struct RoundTests {
  private let figures = RoundFigures(seconds: 12, tokens: 345, report: "{\"round\":1}")

  @Test("a round takes everything that waits; what comes later waits for the next")
  func takesAll() throws {
    try withDatabase { db in
      for number in 1...3 { try db.take(number, domain: number == 3 ? "news" : "law") }
      let before = try db.waitingDomains()
      #expect(before.map(\.domain) == ["law", "news"])
      #expect(before.map(\.documents) == [2, 1])
      #expect(before.map(\.tokens) == [200, 100])
      #expect(before.map(\.oldest) == [noon, noon])
      let round = try #require(
        try db.transaction { try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon) })
      #expect(round.domains == ["law", "news"])
      #expect(round.state == .running)
      #expect(try db.waitingDomains() == [])
      try db.take(4)
      #expect(try db.waitingDomains().map(\.documents) == [1])
      #expect(try db.documents(inRound: round.number).count == 3)
      #expect(try db.trainingSamples(ofRound: round.number).map(\.tokenCount) == [100, 100, 100])
      #expect(try db.pieces(ofRound: round.number, domain: "law", split: .test).count == 2)
      #expect(try db.runningRound() == round)
      let error = #expect(throws: DatabaseError.self) {
        try db.transaction { _ = try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon) }
      }
      #expect(error?.kind == .constraint)
    }
  }

  @Test("publishing learns a round's documents, freezes their pieces, takes over the figures and makes it current")
  func publish() throws {
    try withDatabase { db in
      let id = try db.take(1)
      let waitingPiece = try db.transaction { () -> PieceID in
        let round = try #require(try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon))
        #expect(try db.frozenPieces(domain: "law", split: .test) == [])
        let piece = try #require(try db.pieces(ofRound: round.number, domain: "law", split: .test).first)
        #expect(piece.generation == nil)
        let scores = [PieceScore(piece: piece.id, nll: 24.5, tokens: 8, correct: true)]
        try db.record(scores, of: .candidate(round: round.number, attempt: 2))
        try db.record(
          [GeneralScore(sample: 0, nll: 1, divergence: 0.5, tokens: 4)],
          of: .candidate(round: round.number, attempt: 2))
        try db.publish(
          round: round.number, asVersion: 1, attempt: 2, versionFigures: "{\"worst\":1}", figures: figures, now: noon)
        return piece.id
      }
      #expect(try db.document(id)?.state == .learned)
      #expect(try db.currentVersion() == 1)
      #expect(try db.frozenPieces(domain: "law", split: .test).map(\.id) == [waitingPiece])
      #expect(try db.frozenPieces(domain: "law", split: .test).map(\.generation) == [1])
      let cell = try #require(try db.matrixCells(versions: [0, 1]).first)
      #expect(cell.version == 1)
      #expect(cell.loss == 24.5 / 8)
      #expect(cell.accuracy == 1)
      #expect(try db.generalScores(of: .version(1)).map(\.divergence) == [0.5])
      let version = try #require(try db.versions().last)
      #expect(version.domains == ["law"])
      #expect(version.documents == 1)
      #expect(version.parent == 0)
      #expect(version.figures == "{\"worst\":1}")
      #expect(try db.round(1)?.version == 1)
      #expect(try db.round(1)?.seconds == 12)
      #expect(try db.explain(id)?.versions == [1])
      #expect(try db.explain(id)?.rounds.map(\.number) == [1])
      #expect(try db.counts(on: noon)[.learned] == 1)
      #expect(throws: RoundError.wrongState(round: 1, .published)) {
        try db.transaction { try db.abandon(round: 1, figures: figures, now: noon) }
      }
    }
  }

  @Test("a rejected round defers its documents; they join only when asked, and count their rejections")
  func reject() throws {
    try withDatabase { db in
      let id = try db.take(1)
      for round in 1...2 {
        try db.transaction {
          #expect(try db.beginRound(parent: 0, includingDeferred: true, settings: "{}", now: noon)?.number == round)
          // One that did harm twice would be suspected (`BisectionTests`).
          try db.reject(
            round: round, reason: "news forgotten by 1.9 %", isHarmful: round == 1, figures: figures, now: noon)
        }
        #expect(try db.document(id)?.state == .deferred)
        #expect(try db.document(id)?.rejections == round)
        #expect(try db.waitingDomains().map(\.deferredTokens) == [100])
        #expect(try db.waitingDomains().map(\.tokens) == [0])
        let without = try db.transaction {
          try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon)
        }
        #expect(without == nil)
      }
      #expect(try db.frozenPieces(domain: "law", split: .test) == [])
      #expect(try db.currentVersion() == 0)
      // Promoted past the gate, by hand.
      _ = try db.transaction {
        try db.publish(round: 2, asVersion: 1, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
      }
      #expect(try db.document(id)?.state == .learned)
    }
  }

  @Test("a round takes no more new tokens than it may, new documents before deferred ones, and one at least")
  func tokenLimit() throws {
    try withDatabase { db in
      func ids(limit: Int, includingDeferred: Bool = false) throws -> [Int64] {
        try db.transaction {
          let begun = try db.beginRound(
            parent: 0, includingDeferred: includingDeferred, tokenLimit: limit, settings: "{}", now: noon)
          guard let number = begun?.number else { return [] }
          defer { try? db.abandon(round: number, figures: figures, now: noon) }
          return try db.documents(inRound: number).map(\.id.rawValue)
        }
      }
      let all = try (1...4).map { try db.take($0).rawValue }
      let tokens = try #require(try db.document(DocumentID(rawValue: all[0]))?.tokenCount)
      #expect(try ids(limit: 1) == [all[0]])
      #expect(try ids(limit: 2 * tokens) == Array(all[..<2]))
      #expect(try ids(limit: 3 * tokens - 1) == Array(all[..<2]))
      #expect(try ids(limit: .max) == all)
      try db.transaction {
        let round = try #require(
          try db.beginRound(parent: 0, includingDeferred: false, tokenLimit: tokens, settings: "{}", now: noon))
        _ = try db.reject(round: round.number, reason: "too much", figures: figures, now: noon)
      }
      #expect(try ids(limit: 2 * tokens, includingDeferred: true) == Array(all[1...2]))
    }
  }

  @Test("an abandoned round leaves its documents waiting")
  func abandon() throws {
    try withDatabase { db in
      try db.take(1)
      try db.transaction {
        let round = try #require(try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon))
        try db.abandon(round: round.number, figures: figures, now: noon)
      }
      #expect(try db.waitingDomains().map(\.documents) == [1])
      #expect(try db.runningRound() == nil)
    }
  }

  @Test("a document superseded or forgotten while its round runs does not come back as learned")
  func leavesDuringRound() throws {
    try withDatabase { db in
      let old = try db.take(1)
      let gone = try db.take(2)
      let kept = try db.take(3)
      _ = try db.transaction { try db.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon) }
      try db.take(4, content(4, supersedes: [old]))
      _ = try db.transaction { try db.forget([gone], serving: 0, keepsTexts: true, now: noon) }
      _ = try db.transaction {
        try db.publish(round: 1, asVersion: 1, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
      }
      #expect(try db.document(old)?.state == .superseded)
      #expect(try db.document(gone)?.state == .forgotten)
      #expect(try db.replayCandidates(domain: "law").map(\.document) == [kept])
      #expect(try db.frozenPieces(domain: "law", split: .test).map(\.document) == [kept])
      // It was in the round's text all the same: forgetting it later must retrain.
      #expect(try db.versions(thatLearned: old) == [1])
    }
  }

  @Test(
    "rollback shelves what only the abandoned versions learned; promotion brings it back; numbers keep their parents")
  func rollback() throws {
    try withDatabase { db in
      var ids: [DocumentID] = []
      for version in 1...3 {
        ids.append(try db.take(version))
        try db.learn(as: version)
      }
      #expect(try db.lineage(of: 3) == [3, 2, 1, 0])
      let move = try db.transaction { try db.moveCurrent(to: 1, requeue: false, now: noon) }
      #expect(move == VersionMove(from: 3, to: 1, abandoned: [2, 3], shelved: 2, requeued: 0, restored: 0))
      #expect(try ids.map { try db.document($0)?.state } == [.learned, .shelved, .shelved])
      #expect(try db.versions().map { $0.abandoned == nil } == [true, true, false, false])
      #expect(try db.replayCandidates(domain: "law").map(\.document) == [ids[0]])
      #expect(try db.frozenPieces(domain: "law", split: .test).map(\.document) == [ids[0]])
      ids.append(try db.take(4))
      try db.learn(as: 4)
      #expect(try db.lineage(of: 4) == [4, 1, 0])
      #expect(try db.cleanAncestors(without: [ids[3]]) == [1, 0])
      #expect(try db.cleanAncestors(without: [ids[1]]) == [4, 1, 0])
      #expect(try db.cleanAncestors(without: ids) == [0])
      let back = try db.transaction { try db.moveCurrent(to: 3, requeue: false, now: noon) }
      #expect(back == VersionMove(from: 4, to: 3, abandoned: [4], shelved: 1, requeued: 0, restored: 2))
      #expect(try ids.map { try db.document($0)?.state } == [.learned, .learned, .learned, .shelved])
      let requeued = try db.transaction { try db.moveCurrent(to: 0, requeue: true, now: noon) }
      #expect(requeued.requeued == 3)
      #expect(try db.waitingDomains().map(\.documents) == [3])
      #expect(throws: LineageError.unknownVersion(9)) {
        try db.transaction { _ = try db.moveCurrent(to: 9, requeue: false, now: noon) }
      }
      #expect(try db.currentVersion() == 0)
    }
  }

  @Test("generations are frozen: a later batch never changes what an earlier one is measured on")
  func generations() throws {
    try withDatabase { db in
      try db.take(1)
      try db.learn(as: 1)
      let first = try db.frozenPieces(domain: "law", split: .test)
      try db.take(2)
      #expect(try db.frozenPieces(domain: "law", split: .test) == first)
      _ = try db.transaction { try db.beginRound(parent: 1, includingDeferred: false, settings: "{}", now: noon) }
      #expect(try db.frozenPieces(domain: "law", split: .test) == first)
      _ = try db.transaction {
        try db.publish(round: 2, asVersion: 2, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
      }
      let both = try db.frozenPieces(domain: "law", split: .test)
      #expect(Set(both.map(\.generation)) == [1, 2])
      #expect(both.filter { $0.generation == 1 } == first)
      #expect(try db.heldOutDomains() == ["law"])
    }
  }

  @Test("a cell of R is as sure as its pieces agree on the change against the base")
  func spreads() throws {
    try withDatabase { db in
      for number in 1...3 { try db.take(number) }
      try db.learn(as: 1)
      let pieces = try db.frozenPieces(domain: "law", split: .test).map(\.id)
      #expect(pieces.count == 3)
      let (base, tuned) = ([40.0, 10, 20], [38.0, 9, 16.5])
      let lengths = [10, 5, 10]
      for (i, piece) in pieces.enumerated() {
        try db.record([PieceScore(piece: piece, nll: base[i], tokens: lengths[i])], of: .version(0))
        try db.record([PieceScore(piece: piece, nll: tuned[i], tokens: lengths[i])], of: .version(1))
      }
      // Changes −2, −1 and −3.5 over 10, 5 and 10 tokens: mean −0.26, residuals 0.6, 0.3 and −0.9.
      let spread = try #require(try db.matrixSpreads(of: .version(1)).first)
      #expect(spread.pieces == 3)
      #expect(abs(spread.error - ((0.36 + 0.09 + 0.81) * 1.5).squareRoot() / 25) < 1e-12)
      #expect(try db.matrixSpreads(of: .version(0)).map(\.error) == [0])
      #expect(try db.matrixSpreads(of: .version(1), pieces: Array(pieces.prefix(2))).map(\.pieces) == [2])
    }
  }

  @Test("with no retention a published round's texts go, and its figures stay")
  func noRetention() throws {
    try withDatabase { db in
      let id = try db.take(1)
      try db.learn(as: 1)
      let piece = try #require(try db.frozenPieces(domain: "law", split: .test).first)
      try db.record([PieceScore(piece: piece.id, nll: 3, tokens: 1)], of: .version(1))
      try db.transaction { try db.discardTexts(ofRound: 1) }
      #expect(try db.document(id)?.state == .learned)
      #expect(try db.samples(of: id) == [])
      #expect(try db.replayDomains() == [])
      #expect(try db.heldOutDomains() == [])
      #expect(try db.matrixCells(versions: [1]).map(\.loss) == [3])
    }
  }
}
