import AdapterStore
import Commands
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports
import TestSupport
import Testing

@Suite("forget on a State with two versions")
struct ForgetVerbTests {
  private let disk = LocalFileSystem()

  /// Findings about files and versions of `doctor --deep`.
  private func flaws(_ made: Made) async throws -> [StateFlaw] {
    let rows = try await made.store.read { try StateAudit.rows($0) }
    return try StateAudit(state: made.state, adapters: made.adapters, through: disk).deep(rows)
  }

  private func keepOriginals(_ made: Made) throws {
    for number in 1...2 {
      let path = made.state.original(Digest.of("document \(number)"))
      try DurableFile.makeDirectory(path.parent, through: disk)
      try DurableFile.write(Data("document \(number)".utf8), to: path, through: disk)
    }
  }

  @Test("serves the version before, removes those that learned it with their files, and leaves the rest alone")
  func latest() async throws {
    try await withState { made in
      try keepOriginals(made)
      let done = try await made.stet("forget", "--document", "2", "--json").object(Forgetting.self)
      #expect((done.documents, done.versions, done.version, done.from) == (1, [2], 1, 2))
      #expect((done.requeued, done.rounds, done.shelved, done.returning) == (0, 0, 0, 0))
      #expect(try made.adapters.current() == version(1) && made.adapters.versions() == [.base, version(1)])
      #expect(try await made.states() == [.learned, .forgotten])
      #expect(try disk.exists(made.state.original(Digest.of("document 1"))))
      #expect(try !disk.exists(made.state.original(Digest.of("document 2"))))
      #expect(try await flaws(made).isEmpty)
      // The history stays readable, and the number is never given again.
      let lines = try await made.stet("versions", "--json").lines(VersionView.self)
      #expect(lines.map(\.state) == [.abandoned, .current, .published])
      #expect(lines.map { $0.erased != nil } == [true, false, false])
      #expect(try await made.stet("report", "2", "--json").object(ForgettingReport.self).version == 2)
      #expect(await made.stet("promote", "2").code == .failed)
      try await made.publish(3, from: 1)
      #expect(try made.adapters.current() == version(3))
    }
  }

  @Test("of an early document makes what was learned since wait for one round, and says so first")
  func early() async throws {
    try await withState { made in
      let plan = try await made.stet("forget", "--document", "1", "--dry-run", "--json").object(Forgetting.self)
      #expect((plan.versions, plan.version, plan.requeued, plan.rounds, plan.tokens) == ([1, 2], 0, 1, 1, 4))
      #expect(try made.adapters.current() == version(2))
      #expect(try await made.states() == [.learned, .learned])
      let run = await stet(["forget", "--document", "1", "--state", made.state.root.description])
      #expect(run.code == .done && run.prose.contains("cost: 1 round"))
      #expect(run.output.contains("version 0 (the base) is current, instead of version 2"))
      #expect(try made.adapters.current() == .base && made.adapters.versions() == [.base])
      #expect(try await made.states() == [.forgotten, .waiting])
      #expect(try await flaws(made).isEmpty)
    }
  }

  @Test("a second time changes nothing more")
  func again() async throws {
    try await withState { made in
      #expect(await made.stet("forget", "--document", "2").code == .done)
      let again = try await made.stet("forget", "--document", "2", "--json").object(Forgetting.self)
      #expect((again.documents, again.versions, again.version) == (1, [], 1))
      #expect(try await made.states() == [.learned, .forgotten])
    }
  }

  @Test("names go with the text, and documents --explain says what is left")
  func explained() async throws {
    try await withState { made in
      _ = await made.stet("forget", "--document", "2")
      let one = try await made.stet("documents", "--explain", "2", "--json").object(DocumentExplanation.self)
      #expect(one.document.names.isEmpty && one.document.state == "forgotten")
      let text = await made.stet("documents", "--explain", "2").rows
      #expect(text.contains("stet forget") && text.contains("version 2, which learned it first, is removed"))
      #expect(text.contains("its hash is all that is left"))
      let log = await made.stet("log").rows
      #expect(log.contains("documents.forgotten") && !log.contains("law/2.md"))
    }
  }

  @Test("gives up a round that an earlier process left running, and candidates that trained on it")
  func rounds() async throws {
    try await withState { made in
      let refused = try await made.beginRound(3)
      let figures = RoundFigures(seconds: 1, tokens: 3, report: "{}")
      _ = try await made.store.write {
        try $0.reject(round: refused, reason: "over budget", figures: figures, now: noon)
      }
      let running = try await made.beginRound(4)
      for round in [refused, running] {
        let plan = made.state.round(round).appending("plan.json")
        try DurableFile.makeDirectory(plan.parent, through: disk)
        try DurableFile.write(Data("{}".utf8), to: plan, through: disk)
      }
      let done = try await made.stet("forget", "--document", "3", "--json").object(Forgetting.self)
      #expect(done.round == running && done.versions == [] && done.version == 2)
      for round in [refused, running] { #expect(try !disk.exists(made.state.round(round))) }
      #expect(try await made.states() == [.learned, .learned, .forgotten, .waiting])
      #expect(try await flaws(made).isEmpty)
    }
  }

  @Test("where the nearest clean version was thinned the one before it serves")
  func thinned() async throws {
    try await withState { made in
      try await made.publish(3)
      #expect(try made.adapters.thin(.init(latest: 1)) == [version(1)])
      let done = try await made.stet("forget", "--document", "2", "--json").object(Forgetting.self)
      #expect((done.version, done.versions, done.requeued) == (0, [2, 3], 2))
      #expect(try await made.states() == [.waiting, .forgotten, .waiting])
      #expect(try made.adapters.versions() == [.base, version(1)])
    }
  }

  @Test("with no retention the rest is shelved with that reason instead of learned again")
  func noRetention() async throws {
    try await withState { made in
      let run = await stet([
        "forget", "--document", "1", "--replay.retention", "none", "--state", made.state.root.description,
      ])
      #expect(run.code == .done && run.prose.contains("replay.retention none"))
      let states = try await made.states()
      #expect(states == [.forgotten, .shelved])
    }
  }

  @Test("--source takes a file or a folder, from the watched folder or from here")
  func source() async throws {
    for (place, count) in [("law", 2), ("law/", 2), ("law/2.md", 1), ("./In/law/2.md", 1)] {
      try await withState { made in
        let arguments = [
          "forget", "--source", place, "--watch", "In", "--state", made.state.root.description, "--json",
        ]
        let run = await stet(arguments)
        let done = try ReportCoding.read(Forgetting.self, from: Data(run.output.utf8))
        #expect(done.documents == count && done.version == (count == 2 ? 0 : 1), "\(place)")
      }
    }
    try await withState { made in
      let state = ["--state", made.state.root.description, "--watch", "/srv/In"]
      #expect(await stet(["forget", "--source", "/srv/In/law/1.md", "--dry-run"] + state).code == .done)
      #expect(await stet(["forget", "--source", "/srv/In/la"] + state).code == .failed)
      #expect(await stet(["forget", "--source", "/srv/Inner/law"] + state).code == .usage)
      #expect(await stet(["forget", "--source", "/srv/In"] + state).code == .usage)
      let states = try await made.states()
      #expect(states == [.learned, .learned])
    }
  }

  @Test("what cannot be done is said with the right exit code, and changes nothing")
  func refusals() async throws {
    try await withState { made in
      #expect(await made.stet("forget").code == .usage)
      #expect(await made.stet("forget", "--document", "1", "--source", "law").code == .usage)
      #expect(await made.stet("forget", "--document", "law/1.md").code == .usage)
      #expect(await made.stet("forget", "--document", "9").code == .failed)
      let lock = try StateLock.acquire(made.state.lock)
      #expect(await made.stet("forget", "--document", "1").code == .locked)
      lock.release()
      #expect(try await made.states() == [.learned, .learned])
    }
    try await withTemporaryDirectory { folder in
      #expect(await Made(root: folder.path).stet("forget", "--document", "1").code == .noState)
    }
  }

  @Test("files that still lie in the watched folder are named, for they are the user's own")
  func filesLeft() async throws {
    try await withState { made in
      let watch = made.state.root.appending("In")
      try DurableFile.makeDirectory(watch.appending("law"), through: disk)
      for name in ["law/2.md", "law/new.md"] {
        try DurableFile.write(Data("text".utf8), to: watch.appending(name), through: disk)
      }
      let places = ["--watch", watch.description, "--state", made.state.root.description]
      let one = await stet(["forget", "--document", "2"] + places)
      #expect(one.prose.contains("law/2.md") && !one.prose.contains("law/new.md"))
      let all = await stet(["forget", "--source", "law"] + places)
      #expect(all.code == .done && all.prose.contains("law/new.md"))
      #expect(try disk.exists(watch.appending("law/2.md")))
    }
  }

  @Test("a rollback does not serve what a forgetting that was broken off removes")
  func rollbackAfterBreak() async throws {
    try await withState { made in
      try await made.publish(3)
      _ = try await made.store.write {
        try $0.forget([DocumentID(rawValue: 2)], serving: 1, keepsTexts: true, now: noon)
      }
      let back = try await made.stet("rollback", "--json").object(MoveOutcome.self)
      #expect((back.from, back.to) == (1, 0))
      #expect(try made.adapters.versions() == [.base, version(1)])
      #expect(await made.stet("promote", "2").code == .failed)
    }
  }

  @Test("broken off after the store has committed, doctor tells, and the next forget completes it")
  func brokenOff() async throws {
    try await withState { made in
      try keepOriginals(made)
      _ = try await made.store.write {
        try $0.forget([DocumentID(rawValue: 2)], serving: 1, keepsTexts: true, now: noon)
      }
      let facts = try await flaws(made).map(\.fact).joined(separator: "\n")
      for fact in ["of a document that was forgotten", "had learned what was forgotten", "was broken off"] {
        #expect(facts.contains(fact), "\(facts)")
      }
      #expect(await made.stet("forget", "--document", "2").code == .done)
      #expect(try await flaws(made).isEmpty)
      #expect(try made.adapters.versions() == [.base, version(1)] && made.adapters.current() == version(1))
    }
  }
}
