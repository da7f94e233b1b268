import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Taking documents in")
struct IntakeTests {
  @Test("a document comes back as it was committed: row, name, samples, pieces, signature")
  func roundTrip() throws {
    try withDatabase { db in
      let id = try db.take(1)
      let document = try #require(try db.document(id))
      #expect(try document.sha256 == digest(1))
      #expect(document.domain == "law")
      #expect(document.state == .waiting)
      #expect(document.byteCount == 400)
      #expect(document.received == noon)
      #expect(document.sampleCount == 2)
      #expect(document.tokenCount == 100)
      #expect(try db.names(of: id).map(\.path) == ["law/1.md"])
      let samples = try db.samples(of: id)
      #expect(samples.map(\.split) == [.train, .gap])
      #expect(samples.map(\.ordinal) == [0, 1])
      #expect(samples[0].encoded == encoded(100))
      #expect(samples[0].content == "{\"text\":\"sample 1\"}")
      #expect(try db.signature(of: id) == Data([1, 1, 2, 3]))
      #expect(try db.explain(id)?.pieces == [.validation: 1, .test: 1])
    }
  }

  @Test("the same bytes under 50 names are one document with provenance for every name")
  func manyNames() throws {
    try withDatabase { db in
      let id = try db.take(7)
      for copy in 1..<50 {
        let outcome = try db.transaction {
          try db.commit(try incoming(7, path: "law/copy-\(copy).md"), content(7))
        }
        #expect(outcome == .known(id, .waiting, isNewDrop: true))
      }
      #expect(try db.documentCounts()[.waiting] == 1)
      #expect(try db.names(of: id).count == 50)
      #expect(try db.documents(limit: 10).first?.names.count == 50)
      #expect(try db.counts(on: noon)[.duplicate] == 49)
    }
  }

  @Test("a drop that a crash interrupted is not counted twice, and a second drop of the same file is")
  func interruptedDrop() throws {
    try withDatabase { db in
      let id = try db.take(1)
      #expect(try db.unsettledNames().map(\.document) == [id])
      #expect(try db.recordKnown(try incoming(1)) == .known(id, .waiting, isNewDrop: false))
      try db.settleName("law/1.md", of: id)
      #expect(try db.unsettledNames() == [])
      #expect(try db.isKnown(path: "law/1.md", stamp: "s1"))
      #expect(try !db.isKnown(path: "law/1.md", stamp: "s2"))
      #expect(try db.recordKnown(try incoming(1)) == .known(id, .waiting, isNewDrop: true))
      #expect(try db.names(of: id).map(\.times) == [2])
    }
  }

  @Test("a newer edition takes the older one out of replay, held-out and duplicate search, and both are linked")
  func supersede() throws {
    try withDatabase { db in
      let old = try db.take(1)
      try db.learn(as: 1)
      #expect(try db.editable(named: "law/1.md")?.id == old)
      let new = try db.transaction {
        var edition = try incoming(2)
        edition.path = "law/1.md"
        return try db.commit(edition, content(2, supersedes: [old])).document
      }
      #expect(try db.document(old)?.state == .superseded)
      #expect(try db.document(old)?.supersededBy == new)
      #expect(try db.explain(new)?.supersedes == [old])
      #expect(try db.editable(named: "law/1.md")?.id == new)
      #expect(try db.replayCandidates(domain: "law") == [])
      #expect(try db.frozenPieces(domain: "law", split: .test) == [])
      var compared: [DocumentID] = []
      try db.eachSignature { document, _ in compared.append(document) }
      #expect(compared == [new])
      try db.learn(as: 2)
      #expect(Set(try db.replayCandidates(domain: "law").map(\.document)) == [new])
      #expect(try db.frozenPieces(domain: "law", split: .test).map(\.generation) == [2])
      #expect(try db.counts(on: noon)[.superseded] == 1)
    }
  }

  @Test("a quarantined document is released as it was read, or after another reading")
  func release() throws {
    try withDatabase { db in
      let kept = try db.take(1, content(1, state: .quarantined))
      let empty = try db.take(2, DocumentContent(state: .quarantined, reason: "too_short"))
      #expect(try db.beginRound(parent: 0, includingDeferred: true, settings: "{}", now: noon) == nil)
      #expect(try db.release(kept))
      #expect(try !db.release(empty))
      #expect(try db.document(empty)?.reason == "too_short")
      try db.transaction { try db.replaceContent(of: empty, with: content(2), now: noon) }
      #expect(try db.documentCounts()[.waiting] == 2)
      #expect(try !db.release(kept))
    }
  }

  @Test("documents of a source are found by name and by folder, not by the beginning of a name")
  func sources() throws {
    try withDatabase { db in
      let ids = try ["a/x.md", "a/x.md.md", "ab/x.md", "a/b/x_%.md"].enumerated().map { number, path in
        try db.transaction { try db.commit(try incoming(number + 1, path: path), content(number + 1)).document }
      }
      #expect(try db.documents(from: "a") == [ids[0], ids[1], ids[3]])
      #expect(try db.documents(from: "a/") == [ids[0], ids[1], ids[3]])
      #expect(try db.documents(from: "a/x.md") == [ids[0]])
      #expect(try db.documents(from: "a/b/x__.md") == [])
    }
  }

  @Test("documents are listed a page at a time, by state and domain, and every state is counted")
  func listing() throws {
    try withDatabase { db in
      for number in 1...25 { try db.take(number, domain: number.isMultiple(of: 5) ? "news" : "law") }
      var listed: [DocumentID] = []
      while case let page = try db.documents(after: listed.last, limit: 10), !page.isEmpty {
        listed += page.map(\.document.id)
      }
      #expect(listed.count == 25)
      #expect(listed == listed.sorted())
      #expect(try db.documents(domain: "news", limit: 100).count == 5)
      #expect(try db.documents(state: .learned, limit: 100) == [])
      let counts = try db.documentCounts()
      #expect(counts.count == DocumentState.allCases.count)
      #expect(counts.values.reduce(0, +) == 25)
    }
  }

  @Test("a State's identity is written once")
  func identity() throws {
    try withDatabase { db in
      #expect(try db.identity() == nil)
      let identity = StateIdentity(seed: .max - 1, baseSHA256: try digest(9), created: noon)
      try db.recordIdentity(identity)
      #expect(try db.identity() == identity)
      #expect(throws: DatabaseError.self) { try db.recordIdentity(identity) }
    }
  }

  @Test("a request stays open until it is finished, also when a crash came after it was taken")
  func requests() throws {
    try withDatabase { db in
      let train = try db.ask(.train, arguments: "{\"retry\":true}", now: noon)
      let rollback = try db.ask(.rollback, now: noon)
      try db.take(train, now: noon)
      #expect(try db.openRequests().map(\.id) == [train, rollback])
      try db.finish(train, outcome: "{}", now: noon)
      try db.finish(train, failure: "late", now: noon)
      #expect(try db.openRequests().map(\.kind) == [.rollback])
      #expect(try db.request(train)?.failure == nil)
      #expect(try db.request(train)?.outcome == "{}")
    }
  }
}
