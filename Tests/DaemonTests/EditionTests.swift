import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing
import Tokenizers

@Suite("Editions, copies and held-out text")
struct EditionTests {
  @Test("a new text under an old name takes the old one's place, and the next start knows it too")
  func sameName() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1), as: "law/rule.md")
      _ = await bench.service().scan()
      let old = try #require(try await bench.document(named: "law/rule.md"))
      try bench.drop(Prose.text(2), as: "law/rule.md")
      let report = await bench.service().scan()
      #expect(report.superseded == 1)
      let new = try #require(try await bench.document(named: "law/rule.md"))
      let detail = try #require(try await bench.home.store.read { try $0.explain(new.id) })
      #expect(detail.supersedes == [old.id])
      let after = try await bench.home.store.read { try $0.document(old.id) }
      #expect(after?.state == .superseded && after?.supersededBy == new.id)
    }
  }

  @Test("a near-duplicate that came later supersedes, by the measured similarity, in one batch or in two")
  func nearDuplicate() async throws {
    for batches in [1, 2] {
      try await withTemporaryDirectory { folder in
        let bench = try await IntakeBench(folder)
        let text = Prose.text(1, sentences: 30)
        try bench.drop(text, as: "law/1.md")
        if batches == 2 { _ = await bench.service().scan() }
        try bench.drop(text + "One more remark closes the matter for good.\n", as: "law/2.md")
        _ = await bench.service().scan()
        let (first, second) = (
          try #require(try await bench.document(named: "law/1.md")),
          try #require(try await bench.document(named: "law/2.md"))
        )
        #expect(first.state == .superseded)
        #expect(first.supersededBy == second.id)
        #expect(second.state == .waiting)
        let similarity = try #require(first.similarity)
        #expect(similarity > 0.85 && similarity < 1)
      }
    }
  }

  @Test("with dedup.on_near drop the later one is a duplicate and is not learned")
  func dropsNear() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.onNear = .drop
      let text = Prose.text(1, sentences: 30)
      try bench.drop(text, as: "law/1.md")
      try bench.drop(text + "One more remark closes the matter for good.\n", as: "law/2.md")
      #expect(await bench.service().scan().taken == [.waiting: 1, .duplicate: 1])
      let second = try #require(try await bench.document(named: "law/2.md"))
      #expect(second.duplicateOf == (try await bench.document(named: "law/1.md")?.id))
      #expect(second.tokenCount == 0)
    }
  }

  @Test("texts that share phrases and no more are both learned")
  func notNear() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let shared = Prose.text(1, sentences: 10)
      try bench.drop(shared + Prose.text(2, sentences: 10), as: "law/1.md")
      try bench.drop(shared + Prose.text(3, sentences: 10), as: "law/2.md")
      let report = await bench.service(plan: HeldOutPlan(seed: 1, validation: 0, test: 0)).scan()
      #expect(report.taken == [.waiting: 2] && report.superseded == 0)
    }
  }

  @Test("the same text in another encoding is a duplicate")
  func otherBytes() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1), as: "a.txt")
      try bench.drop(try #require(Prose.text(1).data(using: .utf16)), as: "b.txt")
      #expect(await bench.service().scan().taken == [.waiting: 1, .duplicate: 1])
      #expect(try bench.files(in: bench.state.originals).count == 2)
    }
  }

  @Test("an old edition dropped again under its name is learned again in the newer one's place")
  func comesBack() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let service = bench.service()
      for seed in [1, 2, 1] as [UInt64] {
        try bench.drop(Prose.text(seed), as: "law/rule.md")
        _ = await service.scan()
      }
      let states = try await bench.documents().map(\.document.state)
      #expect(states == [.waiting, .superseded])
      let first = try await bench.documents().first?.document
      #expect(first?.supersededBy == nil && (first?.tokenCount ?? 0) > 0)
    }
  }

  @Test("what repeats a held-out piece is kept out of training; an edition may repeat what it replaces")
  func contamination() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let plan = HeldOutPlan(seed: 3, validation: 0.1, test: 0.4)
      let service = bench.service(plan: plan)
      for number in 1...6 { try bench.drop(Prose.text(UInt64(number), sentences: 40), as: "law/\(number).md") }
      _ = await service.scan()
      let pieces = try await bench.home.store.read { db in
        try db.documents(limit: 100).flatMap { listing in
          try db.pieces((1...200).map { PieceID(rawValue: $0) }).filter { $0.document == listing.document.id }
        }
      }
      let piece = try #require(pieces.first)
      let text = bench.home.base.tokenizer.decode(piece.encoded.tokens)
      try bench.drop("A reader copied this down. " + text + " " + Prose.text(77, sentences: 3), as: "other/copied.md")
      #expect(await service.scan().taken == [.quarantined: 1])
      #expect(
        try await bench.document(named: "other/copied.md")?.reason?.hasPrefix("contamination.held_out") == true)
      let copied = try #require(try await bench.document(named: "other/copied.md")?.id)
      let release = QuarantineRelease(
        state: bench.state, store: bench.home.store, curator: bench.home.curator(Settings()), plan: plan, seed: 42,
        keepsOriginals: true, through: LocalFileSystem(), now: { noon })
      let refusal = await #expect(throws: ReleaseError.self) { try await release.release(copied) }
      #expect(refusal?.description.contains("it repeats text that is held out for measuring") == true)

      let owner = try await bench.documents().first { $0.document.id == piece.document }
      let name = try #require(owner?.names.first)
      let number = try #require(UInt64(name.dropFirst(4).dropLast(3)))
      try bench.drop(Prose.text(number, sentences: 40) + "A last word was added.\n", as: name)
      let report = await bench.service(plan: plan).scan()
      #expect(report.taken == [.waiting: 1] && report.superseded == 1)
    }
  }

  @Test("a domain's held-out shares hold over many small documents and many starts")
  func shares() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      for start in 0..<4 {
        for number in 0..<30 {
          try bench.drop(Prose.text(UInt64(start * 30 + number)), as: "law/\(start)-\(number).md")
        }
        _ = await bench.service().scan()
      }
      let details = try await bench.home.store.read { db in
        try db.documents(limit: 1000).compactMap { try db.explain($0.document.id) }
      }
      let held = details.reduce(0) { $0 + $1.pieces.values.reduce(0, +) }
      let tokens = details.reduce(0) { $0 + $1.document.tokenCount }
      #expect(details.count == 120)
      #expect(held > 20)
      #expect(tokens > 0)
    }
  }

  @Test("the same files in the same order give the same rows, in one scan or in many")
  func deterministic() async throws {
    var rows: [[String]] = []
    for batches in [1, 12] {
      try await withTemporaryDirectory { folder in
        let bench = try await IntakeBench(folder)
        for number in 0..<12 {
          try bench.drop(Prose.text(UInt64(number)), as: "law/\(10 + number).md")
          if batches > 1 { _ = await bench.service().scan() }
        }
        _ = await bench.service().scan()
        rows.append(
          try await bench.home.store.read { db in
            try db.documents(limit: 100).flatMap { listing in
              try db.samples(of: listing.document.id).map { "\($0.ordinal) \($0.split) \($0.encoded.tokens)" }
            } + db.pieces((1...100).map { PieceID(rawValue: $0) }).map { "\($0.document) \($0.split) \($0.encoded)" }
          })
      }
    }
    #expect(rows.count == 2 && rows[0] == rows[1] && !rows[0].isEmpty)
  }
}
