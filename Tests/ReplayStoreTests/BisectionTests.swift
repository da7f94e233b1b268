import Foundation
import ReplayStore
import Testing

@Suite("A bisection")
struct BisectionTests {
  private func items(_ folders: [Int]) -> [Bisection.Item] {
    zip(1..., folders).map { Bisection.Item(document: DocumentID(rawValue: $0), source: $1) }
  }

  /// Follows one to its end, through a restart at every step.
  private func run(
    _ items: [Bisection.Item], culprits: Set<Int64>
  ) throws -> (blamed: [Int64], learned: [Int64], rounds: Int) {
    var bisection = Bisection()
    var (blamed, learned, rounds) = (bisection.suspect(items), [DocumentID](), 0)
    while let first = bisection.suspects.first {
      rounds += 1
      bisection = try JSONDecoder().decode(Bisection.self, from: JSONEncoder().encode(bisection))
      if first.items.contains(where: { culprits.contains($0.document.rawValue) }) {
        blamed += bisection.refuseFirst()
      } else {
        let passed = Set(first.items.map(\.document))
        learned += passed
        bisection.keep { !passed.contains($0) }
      }
    }
    return (blamed.map(\.rawValue).sorted(), learned.map(\.rawValue).sorted(), rounds)
  }

  @Test("halves by folder, then within it, down to the document to blame; all else is learned")
  func finds() throws {
    let found = try run(items([0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3]), culprits: [6])
    #expect(found.blamed == [6] && found.learned == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11])
    #expect(found.rounds == 8)
  }

  @Test("a document by itself is to blame at once; a wholly bad folder of 40 in 14 rounds; two culprits are both found")
  func extremes() throws {
    #expect(try run(items([0]), culprits: [1]) == ([1], [], 0))
    let folder = try run(items(Array(repeating: 0, count: 40)), culprits: Set(1...40))
    #expect(folder.blamed == Array(1...40) && folder.rounds == 14)
    let two = try run(items([0, 1, 2, 3, 4, 5, 6, 7]), culprits: [1, 8])
    #expect(two.blamed == [1, 8] && two.learned == Array(2...7))
  }

  @Test(
    "in the store: a second rejection suspects, a refused half is halved, the culprit is quarantined and can be released"
  )
  func store() throws {
    try withDatabase { db in
      let good = try (1...3).map { number in
        let dropped = try incoming(number, path: "law/a/\(number).md")
        return try db.transaction { try db.commit(dropped, content(number)).document }
      }
      let bad = try db.transaction { try db.commit(incoming(9, path: "law/b/9.md"), content(9)).document }
      /// - Returns: what the round took, and who is to blame for its rejection; `nil` publishes it.
      func round(_ isHarmful: Bool?, suspects: Bool) throws -> (taken: [DocumentID], blamed: [DocumentID]) {
        try db.transaction {
          let begun =
            suspects
            ? try db.beginSuspectRound(parent: 0, settings: "{}", now: noon)
            : try db.beginRound(parent: 0, includingDeferred: true, includingSuspects: true, settings: "{}", now: noon)
          let round = try #require(begun)
          let taken = try db.documents(inRound: round.number).map(\.id)
          let figures = RoundFigures(seconds: 1, tokens: 1, report: "{}")
          guard let isHarmful else {
            try db.publish(
              round: round.number, asVersion: 1, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
            return (taken, [])
          }
          let blamed = try db.reject(
            round: round.number, reason: "refused", isHarmful: isHarmful, figures: figures, now: noon)
          return (taken, blamed)
        }
      }
      #expect(try round(false, suspects: false).taken.count == 4)
      #expect(try db.bisection().suspects.isEmpty)
      #expect(try round(true, suspects: false).blamed == [])
      #expect(try db.bisection().suspects.map { $0.items.map(\.document) } == [good, [bad]])
      // Rounds of others leave them alone.
      #expect(
        try db.transaction { try db.beginRound(parent: 0, includingDeferred: true, settings: "{}", now: noon) } == nil)
      #expect(try round(nil, suspects: true).taken == good)
      let last = try round(true, suspects: true)
      #expect(last.taken == [bad] && last.blamed == [bad])
      #expect(try db.document(bad)?.reason?.hasPrefix("gate.culprit: round ") == true)
      #expect(try db.documentCounts()[.learned] == 3 && db.bisection().suspects.isEmpty)
      #expect(try db.transaction { try db.release(bad) } && db.document(bad)?.state == .waiting)
    }
  }

  @Test("a refused round that is promoted by hand has learned those to blame for it, too")
  func promoted() throws {
    try withDatabase { db in
      let figures = RoundFigures(seconds: 1, tokens: 1, report: "{}")
      let id = try db.take(1)
      for _ in 1...2 {
        try db.transaction {
          let round = try #require(
            try db.beginRound(parent: 0, includingDeferred: true, settings: "{}", now: noon))
          try db.reject(round: round.number, reason: "refused", figures: figures, now: noon)
        }
      }
      #expect(try db.document(id)?.state == .quarantined)
      _ = try db.transaction {
        try db.publish(round: 2, asVersion: 1, attempt: 0, versionFigures: "{}", figures: figures, now: noon)
      }
      #expect(try db.document(id)?.state == .learned && db.versions(thatLearned: id) == [1])
    }
  }
}
