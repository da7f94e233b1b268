import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("What intake makes of forgotten documents")
struct ForgottenDocumentTests {
  private func forget(_ documents: [DocumentID], family: Bool, _ bench: RoundBench) async throws -> Forgetting {
    let settings = try RoundBench.settings()
    let session = try await bench.session(settings)
    defer { session.home.lock.release() }
    return try await session.forgetter(settings.settings).forget(
      ForgetArguments(documents: documents, withFamily: family))
  }

  @Test("its bytes, dropped again, are refused with the reason, and released by hand they wait like any other")
  func droppedAgain() async throws {
    try await withTemporaryDirectory { folder in
      let round = try await RoundBench(folder)
      let bench = round.intake
      try bench.drop(Prose.text(1), as: "law/a.md")
      _ = await bench.service().scan()
      let id = try #require(try await bench.document(named: "law/a.md")?.id)
      _ = try await forget([id], family: true, round)
      #expect(try bench.files(in: bench.state.originals) == [])
      try bench.drop(Prose.text(1), as: "law/b.md")
      #expect(await bench.service().scan().taken == [.quarantined: 1])
      let known = try #require(try await bench.document(named: "law/b.md"))
      #expect(known.id == id && known.state == .forgotten && known.tokenCount == 0)
      let reason = try String(
        decoding: LocalFileSystem().contents(of: bench.state.quarantineReason(known.sha256)), as: UTF8.self)
      #expect(reason.contains("stet forget") && reason.contains("stet documents release \(id.rawValue)"))
      #expect(try bench.files(in: bench.state.quarantine).count == 2)

      let release = QuarantineRelease(
        state: bench.state, store: bench.home.store, curator: bench.home.curator(Settings()),
        plan: HeldOutPlan(seed: 42), seed: 42, keepsOriginals: true, through: LocalFileSystem(), now: { noon })
      let released = try await release.release(id)
      #expect(released.state == .waiting && released.tokenCount > 0 && released.reason == nil)
      #expect(try bench.files(in: bench.state.quarantine) == [])
      #expect(try bench.files(in: bench.state.originals).count == 1)
    }
  }

  @Test("a copy from another source comes back where its file was kept, and says what to do where it was not")
  func copies() async throws {
    for keepsOriginals in [true, false] {
      try await withTemporaryDirectory { folder in
        let round = try await RoundBench(folder)
        var bench = round.intake
        bench.settings.originals = keepsOriginals ? .keep : .delete
        try bench.drop(Prose.text(1), as: "law/theirs/a.md")
        _ = await bench.service().scan()
        try bench.drop(Prose.text(1).replacing("\n", with: "\r\n"), as: "law/ours/a.md")
        try bench.drop("\u{FEFF}" + Prose.text(1), as: "law/ours/b.md")
        #expect(await bench.service().scan().taken == [.duplicate: 2])
        let theirs = try #require(try await bench.document(named: "law/theirs/a.md")?.id)
        #expect(try await forget([theirs], family: false, round).returning == 2)
        let service = bench.service()
        _ = await service.scan()
        let ours = try #require(try await bench.document(named: "law/ours/a.md"))
        let second = try #require(try await bench.document(named: "law/ours/b.md"))
        if keepsOriginals {
          #expect(ours.state == .waiting && ours.tokenCount > 0 && ours.duplicateOf == nil)
          // The first of them is the original now.
          #expect(second.state == .duplicate && second.duplicateOf == ours.id)
        } else {
          #expect(ours.state == .duplicate && ours.reason?.contains("drop it again") == true)
          try bench.drop(Prose.text(1).replacing("\n", with: "\r\n"), as: "law/ours/a.md")
          #expect(await service.scan().taken == [.waiting: 1])
          #expect(try await bench.document(named: "law/ours/a.md")?.state == .waiting)
        }
      }
    }
  }

  @Test("with --document copies go too, under whatever name")
  func family() async throws {
    try await withTemporaryDirectory { folder in
      let round = try await RoundBench(folder)
      let bench = round.intake
      try bench.drop(Prose.text(1), as: "law/a.md")
      try bench.drop(Prose.text(1).replacing("\n", with: "\r\n"), as: "news/b.md")
      _ = await bench.service().scan()
      let copy = try #require(try await bench.document(named: "news/b.md"))
      #expect(copy.state == .duplicate)
      #expect(try await forget([copy.id], family: true, round).documents == 2)
      _ = await bench.service().scan()
      #expect(try await bench.documents().map(\.document.state) == [.forgotten, .forgotten])
      #expect(try bench.files(in: bench.state.originals) == [])
    }
  }

  @Test("what is shelved without its text is learned again when it is dropped again")
  func shelvedWithoutText() async throws {
    try await withTemporaryDirectory { folder in
      let round = try await RoundBench(folder)
      try await round.teach("law", 0..<12)
      let settings = try RoundBench.settings([("replay.retention", "none")])
      #expect(try await round.round(settings).result?.version == 1)
      let bench = round.intake
      let id = try #require(try await bench.document(named: "law/3.txt")?.id)
      let session = try await round.session(settings)
      let done = try await session.forgetter(settings.settings).forget(
        ForgetArguments(documents: [id], withFamily: true))
      session.home.lock.release()
      #expect((done.version, done.shelved, done.requeued) == (0, 11, 0))
      try bench.drop(Prose.text(4), as: "law/4.txt")
      #expect(await bench.service().scan().taken == [.waiting: 1])
      #expect(try await bench.document(named: "law/4.txt")?.state == .waiting)
    }
  }
}
