import AdapterStore
import Commands
import Daemon
import Foundation
import ModelFiles
import Platform
import ReplayStore
import Reports
import Synchronization
import TestSupport
import Testing

@Suite("Verbs on a State with two versions")
struct VersionVerbTests {
  @Test("a folder without a State ends with exit code 10, whoever asks")
  func noState() async throws {
    try await withTemporaryDirectory { folder in
      for verb in ["status", "versions", "report", "rollback", "log", "pause", "documents"] {
        let run = await Made(root: folder.path).stet(verb)
        #expect(run.code == .noState, "\(verb)")
        #expect(run.rows.isEmpty, "\(verb)")
      }
    }
  }

  @Test("rollback goes to the parent, shelves what only the left version had learned, and promote brings it back")
  func rollbackAndPromote() async throws {
    try await withState { made in
      let run = await made.stet("rollback", "--json")
      #expect(run.rows.contains("\"round\" : null"))
      let back = try run.object(MoveOutcome.self)
      #expect((back.from, back.to, back.abandoned, back.shelved, back.requeued) == (2, 1, [2], 1, 0))
      #expect(try made.adapters.current() == version(1))
      #expect(try await made.states() == [.learned, .shelved])
      let forth = try await made.stet("promote", "2", "--json").object(MoveOutcome.self)
      #expect((forth.from, forth.to, forth.abandoned, forth.restored) == (1, 2, [], 1))
      #expect(try await made.states() == [.learned, .learned])
    }
  }

  @Test("a link that a kill kept from following the store follows it before a move is planned")
  func linkBehind() async throws {
    try await withState { made in
      try made.adapters.makeCurrent(version(0))
      let back = try await made.stet("rollback", "--json").object(MoveOutcome.self)
      #expect((back.from, back.to) == (2, 1))
      #expect(try made.adapters.current() == version(1))
    }
  }

  @Test("what is misuse is said before what is missing")
  func misuseFirst() async throws {
    try await withTemporaryDirectory { folder in
      let made = Made(root: folder.path + "/none")
      #expect(await made.stet("documents", "--only", "foo").code == .usage)
      #expect(await made.stet("report", "x").code == .usage)
      #expect(await made.stet("report", "3", "--round", "2").code == .usage)
    }
  }

  @Test("a store of an older stet is told in a sentence")
  func olderSchema() async throws {
    try await withState { made in
      let database = try Database(path: made.state.store.description, access: .existing)
      try database.run("PRAGMA user_version = 1")
      let error = #expect(throws: DatabaseError.self) {
        try ReplayStore(path: made.state.store.description, access: .queries)
      }
      let text = try #require(error?.description)
      #expect(
        text.contains("an older stet made it (schema 1, this one reads \(Migrations.latest)). Start stet run once"))
      #expect(!text.contains("PRAGMA"))
    }
  }

  @Test("rollback --requeue makes the documents wait again")
  func requeue() async throws {
    try await withState { made in
      let outcome = try await made.stet("rollback", "1", "--requeue", "--json").object(MoveOutcome.self)
      #expect((outcome.requeued, outcome.shelved) == (1, 0))
      #expect(try await made.states() == [.learned, .waiting])
    }
  }

  @Test("rollback at version 0 ends with exit code 4 and changes nothing")
  func rollbackOfBase() async throws {
    try await withState { made in
      #expect(await made.stet("rollback", "0").code == .done)
      let run = await made.stet("rollback")
      #expect(run.code == .nothingToRollBackTo)
      let current = try made.adapters.current()
      #expect(current == .base)
    }
  }

  @Test("rollback gives up a round that an earlier process left running, and removes its folder")
  func rollbackAbandonsRound() async throws {
    try await withState { made in
      let round = try await made.beginRound(3)
      try FileManager.default.createDirectory(
        atPath: made.state.round(round).description, withIntermediateDirectories: true)
      let outcome = try await made.stet("rollback", "--json").object(MoveOutcome.self)
      #expect(outcome.round == round)
      #expect(!FileManager.default.fileExists(atPath: made.state.round(round).description))
      #expect(try await made.store.read { try $0.round(round) }?.state == .abandoned)
      #expect(try await made.states() == [.learned, .shelved, .waiting])
    }
  }

  @Test("rollback while another process has the State open and is no daemon ends with exit code 11")
  func locked() async throws {
    try await withState { made in
      let lock = try StateLock.acquire(made.state.lock)
      defer { lock.release() }
      #expect(await made.stet("rollback").code == .locked)
      #expect(try made.adapters.current() == version(2))
    }
  }

  @Test("status works without a daemon and says which version is current")
  func status() async throws {
    try await withState { made in
      let run = await made.stet("status", "--json")
      #expect(run.code == .done)
      let status = try run.object(StatusView.self)
      #expect(!status.daemon.running)
      #expect(status.current.version == 2)
      #expect(status.current.domains == ["law"])
      #expect(status.counts["learned"] == 2)
      #expect(status.round == nil)
    }
  }

  @Test("versions has a line for each, the newest first, and one state current")
  func versions() async throws {
    try await withState { made in
      _ = await made.stet("rollback")
      let lines = try await made.stet("versions", "--json").lines(VersionView.self)
      #expect(lines.map(\.version) == [2, 1, 0])
      #expect(lines.map(\.state) == [.abandoned, .current, .published])
    }
  }

  @Test("documents lists each with its verdict, and --explain knows where it was learned")
  func documents() async throws {
    try await withState { made in
      let lines = try await made.stet("documents", "--json").lines(DocumentView.self)
      #expect(lines.map(\.state) == ["learned", "learned"])
      #expect(lines.map(\.version) == [1, 2])
      let one = try await made.stet("documents", "--explain", "2", "--json").object(DocumentExplanation.self)
      #expect((one.round, one.document.version) == (2, 2))
      #expect(await made.stet("documents", "--only", "lerned").code == .usage)
      #expect(await made.stet("documents", "--explain", "9").code == .failed)
    }
  }

  @Test("report shows the current version's report, and a round's with --round")
  func report() async throws {
    try await withState { made in
      #expect(try await made.stet("report", "--json").object(ForgettingReport.self).version == 2)
      let first = try await made.stet("report", "--round", "1", "--json").object(ForgettingReport.self)
      #expect((first.version, first.round) == (1, 1))
      #expect(await made.stet("report", "0").code == .failed)
    }
  }

  @Test("export copies the adapter's files byte for byte")
  func export() async throws {
    try await withState { made in
      let target = made.state.root.appending("out")
      let run = await made.stet("export", "1", "--peft", target.description, "--json")
      #expect(run.code == .done)
      for name in [PEFTAdapterFolder.configurationName, PEFTAdapterFolder.tensorsName] {
        let copy = try LocalFileSystem().contents(of: target.appending(name))
        #expect(try copy == LocalFileSystem().contents(of: made.adapters.directory(of: version(1)).appending(name)))
      }
      #expect(await made.stet("export", "1").code == .usage)
    }
  }

  @Test("pause holds until resume, and both are in the log, which skips what is no event")
  func pauseAndLog() async throws {
    try await withState { made in
      #expect(await made.stet("pause").code == .done)
      #expect(try await made.store.read { try $0.isPaused() })
      let log = made.state.log.description
      let handle = try #require(FileHandle(forWritingAtPath: log))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"time\":\"2026-\n".utf8))
      try handle.close()
      #expect(await made.stet("resume").code == .done)
      let run = await made.stet("log")
      #expect(run.rows.contains("rounds.paused"))
      #expect(run.rows.contains("rounds.resumed"))
      #expect(run.rows.split(separator: "\n").count == 2)
    }
  }
}
