import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("The service", .serialized)
struct ServiceTests {
  @Test("what lay in the folder is taken before readiness is told; what is dropped later is taken without a rescan")
  func ready() async throws {
    try await withTemporaryDirectory { folder in
      let service = try await ServiceBench(folder)
      for number in 0..<20 { try service.bench.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      try await Task.sleep(for: .milliseconds(60))
      try await service.running { _ in
        try await eventually { service.manager.messages().contains("READY=1") }
        #expect(try await service.waitingCount() == 20)
        try service.bench.drop(Prose.text(100), as: "law/late.md")
        try await eventually { try await service.waitingCount() == 21 }
        #expect(service.status()?.mode == .inotify)
        #expect(service.status()?.degraded == [])
      }
      #expect(service.status()?.state == "stopped")
      #expect(service.manager.messages().contains("STOPPING=1"))
    }
  }

  @Test("without inotify the folder is polled, and the status says so")
  func polls() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.opening = { path in throw PlatformError(path: path, operation: "watch it", code: 24) }
      let polling = service
      try await polling.running { _ in
        try await eventually { polling.status()?.state == "idle" }
        try polling.bench.drop(Prose.text(1), as: "law/a.md")
        try await eventually { try await polling.waitingCount() == 1 }
        #expect(polling.status()?.mode == .polling)
        #expect(polling.status()?.degraded.first?.hasPrefix("polling: ") == true)
        #expect(polling.bench.lines.all("watch.polling").count == 1)
      }
    }
  }

  @Test("a folder in it that gave no events is watched again, and the status says so")
  func partlyBlind() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.intake.rescan = .seconds(1)
      let openings = Counter()
      service.opening = { path in
        guard openings.next() == 1 else { return try FolderWatch.inotify(path) }
        let (events, sender) = AsyncStream.makeStream(of: WatchEvent.self)
        sender.yield(.unwatched(PlatformError(path: path.appending("law"), operation: "watch it", code: ENOSPC)))
        return events
      }
      let watching = service
      try await watching.running { _ in
        try await eventually { watching.status()?.mode == .polling }
        try await eventually { watching.status()?.mode == .inotify && watching.status()?.degraded == [] }
        #expect(watching.bench.lines.all("watch.polling").count == 1)
      }
    }
  }

  @Test("lost events are logged and counted, and a scan finds what they were about")
  func overflow() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let (events, sender) = AsyncStream.makeStream(of: WatchEvent.self)
      service.opening = { _ in events }
      let blind = service
      try await blind.running { _ in
        try await eventually { blind.status()?.state == "idle" }
        for number in 0..<30 { try blind.bench.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
        sender.yield(.overflow)
        try await eventually { try await blind.waitingCount() == 30 }
        let counts = try await blind.bench.home.store.read { try $0.counts(on: Date()) }
        #expect(counts[.overflow] == 1)
        #expect(blind.bench.lines.all("watch.overflow").count == 1)
      }
    }
  }

  @Test("enough tokens start a round; after it nothing starts while nothing new comes")
  func startsRound() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.round.tokens = 10
      let bench = service.bench
      service.round = { _, _ in try await bench.deferAll() }
      let training = service
      try training.bench.drop(Prose.text(1), as: "law/a.md")
      try await training.running { _ in
        try await eventually { training.seen.triggers == [.enoughTokens] }
        try await eventually { try await training.waitingCount() == 0 }
        try training.bench.drop(Prose.text(2), as: "law/b.md")
        try await eventually { training.seen.triggers == [.enoughTokens, .enoughTokens] }
      }
    }
  }

  @Test("an interrupted round goes on at the next start, before anything else")
  func resumes() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      try service.bench.drop(Prose.text(1), as: "law/a.md")
      _ = await service.bench.service().scan()
      let bench = service.bench
      let started = try await bench.home.store.write {
        try $0.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon)
      }
      let number = try #require(started?.number)
      service.round = { _, _ in
        let figures = RoundFigures(seconds: 1, tokens: 1, report: "{}")
        _ = try await bench.home.store.write {
          try $0.reject(round: number, reason: "", figures: figures, now: noon)
        }
        return try rejected(number)
      }
      let resuming = service
      try await resuming.running { _ in try await eventually { resuming.seen.triggers == [.resumed] } }
    }
  }

  @Test("a train request runs a round and gets its result; with nothing to learn it gets a sentence")
  func train() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let bench = service.bench
      service.round = { _, _ in try await bench.deferAll() }
      let training = service
      try training.bench.drop(Prose.text(1), as: "law/a.md")
      try await training.running { _ in
        try await eventually { try await training.waitingCount() == 1 }
        let first = try await training.ask(.train, TrainArguments(domain: "law", retry: true).json)
        try await eventually { try await training.request(first)?.finished != nil }
        #expect(training.seen.triggers == [.asked(first, domain: "law", retry: true)])
        #expect(try await training.request(first)?.outcome?.contains("\"rejected\"") == true)
        let second = try await training.ask(.train, TrainArguments().json)
        try await eventually { try await training.request(second)?.finished != nil }
        #expect(try await training.request(second)?.failure?.hasPrefix("Nothing waits") == true)
      }
    }
  }

  @Test("while rounds are paused none starts, and a request is told why; resume starts them again")
  func pauses() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.round.tokens = 10
      let bench = service.bench
      service.round = { _, _ in try await bench.deferAll() }
      let pausing = service
      let pause = try await pausing.ask(.pause)
      try await pausing.running { _ in
        try await eventually { try await pausing.request(pause)?.finished != nil }
        try pausing.bench.drop(Prose.text(1), as: "law/a.md")
        try await eventually { try await pausing.waitingCount() == 1 }
        let train = try await pausing.ask(.train, TrainArguments().json)
        try await eventually { try await pausing.request(train)?.failure?.contains("stet resume") == true }
        #expect(pausing.seen.triggers.isEmpty)
        let resume = try await pausing.ask(.resume)
        try await eventually { try await pausing.request(resume)?.finished != nil }
        try await eventually { pausing.seen.triggers == [.enoughTokens] }
      }
    }
  }

  @Test("a rollback during a round: the round gives up, then current moves, and the asker gets the outcome")
  func rollback() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.round.tokens = 10
      let bench = service.bench
      let gaveUp = Flag()
      service.round = { _, controls in
        if gaveUp.isSet { return try await bench.deferAll() }
        while controls.control() == .go { try await Task.sleep(for: .milliseconds(5)) }
        if controls.control() == .abandon { gaveUp.set() }
        throw RoundInterruption.abandoned(round: 1)
      }
      let moving = service
      try moving.bench.drop(Prose.text(1), as: "law/a.md")
      try await moving.running { _ in
        try await eventually { moving.seen.triggers.count == 1 }
        #expect(moving.seen.moves.isEmpty)
        let rollback = try await moving.ask(.rollback)
        try await eventually { try await moving.request(rollback)?.outcome == "{\"to\":0}" }
        #expect(gaveUp.isSet)
        #expect(moving.seen.moves.map(\.id) == [rollback])
        try await eventually { moving.seen.triggers.count == 2 }
      }
    }
  }

  @Test("a move is told when all of it is done, not when the store has it")
  func toldAtTheEnd() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let (store, held) = (service.bench.home.store, Flag())
      service.move = { request in
        try await store.write { try $0.record(request.id, outcome: "{\"to\":0}") }
        while !held.isSet { try await Task.sleep(for: .milliseconds(5)) }
        return "{\"to\":0}"
      }
      let moving = service
      let rollback = try await moving.ask(.rollback)
      try await moving.running { _ in
        try await eventually { try await moving.request(rollback)?.outcome != nil }
        // A later request that is done says that the requests were looked at meanwhile.
        let pause = try await moving.ask(.pause)
        try await eventually { try await moving.request(pause)?.finished != nil }
        #expect(try await moving.request(rollback)?.finished == nil)
        held.set()
        try await eventually { try await moving.request(rollback)?.finished != nil }
      }
    }
  }

  @Test("a move that the store had before a stop is told and not made again")
  func movedBefore() async throws {
    try await withTemporaryDirectory { folder in
      let service = try await ServiceBench(folder)
      let rollback = try await service.ask(.rollback)
      try await service.bench.home.store.write { try $0.record(rollback, outcome: "{\"to\":0}") }
      #expect(try await service.request(rollback)?.finished == nil)
      try await service.running { _ in
        try await eventually { try await service.request(rollback)?.finished != nil }
        #expect(try await service.request(rollback)?.outcome == "{\"to\":0}")
        #expect(service.seen.moves.isEmpty)
      }
    }
  }

  @Test("a signal in the middle of a step ends the service in order, and a request that waited stays open")
  func terminates() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let stopped = Flag()
      service.round = { _, controls in
        while controls.control() == .go { try await Task.sleep(for: .milliseconds(5)) }
        stopped.set()
        throw RoundInterruption.stopped(round: 1)
      }
      let ending = service
      try ending.bench.drop(Prose.text(1), as: "law/a.md")
      let request = try await ending.ask(.train, TrainArguments().json)
      try await ending.running { _ in
        try await eventually { ending.seen.triggers.count == 1 }
        #expect(!stopped.isSet)
      }
      #expect(stopped.isSet)
      #expect(try await ending.request(request)?.finished == nil)
      #expect(try await ending.bench.home.store.read { try $0.openRequests() }.map(\.id) == [request])
    }
  }

  @Test("SIGHUP reads the settings again; settings that are wrong leave the old ones in force and are told")
  func rereads() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let bench = service.bench
      let isWrong = Flag()
      service.round = { _, _ in try await bench.deferAll() }
      service.reread = {
        if isWrong.isSet { throw SettingsError.notUTF8(file: "State/stet.json") }
        var settings = Settings()
        settings.intake.settle = .milliseconds(50)
        settings.round.tokens = 10
        return settings
      }
      let rereading = service
      try rereading.bench.drop(Prose.text(1), as: "law/a.md")
      try await rereading.running { signals in
        try await eventually { try await rereading.waitingCount() == 1 }
        #expect(rereading.seen.triggers.isEmpty)
        signals.yield(ServiceSignal.hangUp.rawValue)
        try await eventually { rereading.seen.triggers == [.enoughTokens] }
        #expect(rereading.seen.settings.last?.round.tokens == 10)
        isWrong.set()
        signals.yield(ServiceSignal.hangUp.rawValue)
        try await eventually {
          rereading.status()?.degraded.contains { $0.hasPrefix("settings: State/stet.json") } == true
        }
      }
    }
  }

  @Test("a round that fails is told, its asker gets the sentence, and it is not tried again at once")
  func roundFails() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.round.tokens = 10
      service.round = { _, _ in throw BaseModelError.missing("base.gguf") }
      let failing = service
      try failing.bench.drop(Prose.text(1), as: "law/a.md")
      try await failing.running { _ in
        try await eventually { failing.status()?.degraded.contains { $0.hasPrefix("round: base.gguf") } == true }
        #expect(failing.bench.lines.all("round.failed").count == 1)
        let request = try await failing.ask(.train, TrainArguments().json)
        try await eventually { try await failing.request(request)?.failure?.hasPrefix("base.gguf") == true }
        #expect(failing.seen.triggers == [.enoughTokens, .asked(request, domain: nil, retry: false)])
      }
    }
  }

  @Test("while a round works only its own progress keeps the watchdog quiet, and status can read it")
  func watchdog() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.watchdog = .milliseconds(200)
      service.settings.round.tokens = 10
      let (goes, reported) = (Flag(), Flag())
      let state = service.bench.state
      let json = """
        {"round":1,"domains":["law"],"phase":"training","step":3,"steps":9,"attempt":0,"loss":2.5}
        """
      let activity = try JSONDecoder().decode(RoundActivity.self, from: Data(json.utf8))
      service.round = { _, controls in
        try DurableFile.makeDirectory(state.round(1), through: LocalFileSystem())
        while controls.control() == .go {
          try await Task.sleep(for: .milliseconds(10))
          guard goes.isSet else { continue }
          controls.report(activity)
          reported.set()
        }
        throw RoundInterruption.stopped(round: 1)
      }
      let watched = service
      try await watched.running { _ in
        try await eventually { watched.manager.messages().contains("WATCHDOG=1") }
        try watched.bench.drop(Prose.text(1), as: "law/a.md")
        try await eventually { watched.seen.triggers.count == 1 }
        _ = watched.manager.messages()
        try await Task.sleep(for: .milliseconds(400))
        #expect(!watched.manager.messages().contains("WATCHDOG=1"))
        goes.set()
        try await eventually { reported.isSet }
        try await eventually { watched.manager.messages().contains("WATCHDOG=1") }
        #expect(RoundActivity.read(round: 1, state, through: LocalFileSystem()) == activity)
        try await eventually { watched.status()?.round == 1 }
        #expect(watched.status()?.state == "training")
      }
    }
  }

  @Test("status has what is done before a round begins, and a stop then speaks of no round 0")
  func preparation() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.round.tokens = 10
      let json = #"{"round":0,"domains":["general"],"phase":"general","step":16,"steps":128,"attempt":0}"#
      let activity = try JSONDecoder().decode(RoundActivity.self, from: Data(json.utf8))
      service.round = { _, controls in
        while controls.control() == .go {
          controls.report(activity)
          try await Task.sleep(for: .milliseconds(5))
        }
        throw RoundInterruption.stopped(round: 0)
      }
      let preparing = service
      try preparing.bench.drop(Prose.text(1), as: "law/a.md")
      try await preparing.running { _ in
        try await eventually { preparing.status()?.preparation == activity }
        #expect(preparing.status()?.round == nil && preparing.status()?.state == "training")
      }
      #expect("\(RoundInterruption.stopped(round: 0))".hasPrefix("stopped before a round began"))
    }
  }

  @Test("run --once starts no round while rounds are paused")
  func oncePaused() async throws {
    try await withTemporaryDirectory { folder in
      let service = try await ServiceBench(folder)
      try service.bench.drop(Prose.text(1), as: "law/a.md")
      try await service.bench.home.store.write { try $0.setPaused(true) }
      let report = try await service.service().runOnce(shouldStop: { false })
      #expect(report.paused && report.rounds.isEmpty && report.exitCode == 0)
      #expect(service.seen.triggers.isEmpty)
      #expect(try await service.waitingCount() == 1)
    }
  }

  @Test("run --once takes in all that waits, runs rounds until nothing waits, and says what was left deferred")
  func once() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let bench = service.bench
      service.round = { _, _ in try await bench.deferAll() }
      try bench.drop(Prose.text(1), as: "law/a.md")
      try bench.drop(Prose.text(1), as: "law/b.md")
      try bench.drop(Data(), as: "law/void.md")
      let report = try await service.service().runOnce(shouldStop: { false })
      #expect(report.documents.duplicate == 1 && report.documents.quarantined == 1)
      #expect(report.documents.deferred == 1)
      #expect(report.rounds.map(\.state) == [.rejected])
      #expect(report.exitCode == 3)
      #expect(service.seen.triggers == [.once])
      let again = try await service.service().runOnce(shouldStop: { false })
      #expect(again.rounds.isEmpty)
    }
  }
}
