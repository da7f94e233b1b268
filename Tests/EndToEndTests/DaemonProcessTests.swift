import Daemon
import Foundation
import Glibc
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("The daemon as a process", .serialized)
struct DaemonProcessTests {
  @Test(
    "two daemons on one State: the second exits locked and names the first; after a SIGKILL the next start needs no help"
  )
  func twoDaemons() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder)
      let first = try RunningDaemon(home, name: "first")
      try await eventually("not ready: \(first.prose)") { first.messages.contains("READY=1") }
      let second = try await home.stet("run")
      #expect(second.outcome == .exited(11))
      #expect(FaultSweep.prose(second).contains("\(first.process.processIdentifier)"))
      first.signal(SIGKILL)
      #expect(try await first.end() == -SIGKILL)
      let third = try RunningDaemon(home, name: "third")
      try await eventually("not ready: \(third.prose)") { third.messages.contains("READY=1") }
      third.signal(SIGTERM)
      #expect(try await third.end() == 0)
    }
  }

  @Test("run --json has its log lines on standard output; SIGINT ends it with exit code 130")
  func logLines() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder)
      let path = folder.path + "/rows"
      try Data().write(to: URL(fileURLWithPath: path))
      let rows = try #require(FileHandle(forWritingAtPath: path))
      let daemon = try RunningDaemon(home, more: ["--json"], rows: rows)
      try await eventually("not ready: \(daemon.prose)") { daemon.messages.contains("READY=1") }
      daemon.signal(SIGINT)
      #expect(try await daemon.end() == 130)
      let lines = try String(contentsOfFile: path, encoding: .utf8)
      #expect(try lines == String(contentsOfFile: home.state.log.description, encoding: .utf8))
      #expect(lines.contains("\"event\":\"daemon.ready\""))
    }
  }

  @Test(
    "READY comes after the first scan; SIGTERM in a training step ends in order and the round resumes; SIGHUP rereads")
  func service() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(
        new: folder,
        settings: [
          "round.tokens": "100", "train.epochs": "100", "train.enough": "100000000", "train.patience": "1000",
        ])
      for number in 0..<100 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      let daemon = try RunningDaemon(home)
      try await eventually("not ready: \(daemon.prose)") { daemon.messages.contains("READY=1") }
      let store = try home.store()
      #expect(try await store.read { try $0.documentCounts() }.values.reduce(0, +) == 100)

      func step() -> Int {
        RoundActivity.read(round: 1, home.state, through: LocalFileSystem()).map {
          $0.phase == .training ? $0.step : 0
        } ?? 0
      }
      try await eventually("no round: \(daemon.prose)") { step() > 3 }
      daemon.signal(SIGTERM)
      #expect(try await daemon.end() == 0)
      #expect(daemon.messages.contains("STOPPING=1"))
      #expect(try await store.read { try $0.runningRound()?.number } == 1)

      let again = try RunningDaemon(home, name: "again")
      try await eventually("not resumed: \(again.prose)") { again.prose.contains("round.resumed") }
      try DurableFile.write(
        Data("{ \"round.tokens\": \"many\" }".utf8), to: home.state.settings, through: LocalFileSystem())
      again.signal(SIGHUP)
      try await eventually("not told: \(again.prose)") {
        DaemonStatus.read(home.state, through: LocalFileSystem())?.degraded.contains { $0.hasPrefix("settings:") }
          == true
      }
      again.signal(SIGTERM)
      #expect(try await again.end() == 0)
    }
  }

  @Test("a sparse giant and a document of one line are refused or read within a bounded memory")
  func boundedMemory() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder, settings: ["intake.limit": "\"16MB\""])
      let disk = LocalFileSystem()
      let giant = try disk.open(home.watch.appending("giant.txt"), for: .create(mode: 0o600))
      try disk.truncate(giant, to: LongRuns.areOn ? 10 << 30 : 512 << 20)
      giant.close()
      var line = ""
      var seed: UInt64 = 0
      while line.utf8.count < 15_000_000 {
        line += Prose.text(seed, sentences: 200).replacing("\n", with: " ")
        seed += 1
      }
      try home.drop(line, as: "law/line.txt")
      try home.drop(Data(repeating: 0, count: 5_000_000), as: "law/nuls.txt")
      try home.drop("[" + String(repeating: "[", count: 8_000_000), as: "law/deep.json")
      // Address space: what lies in it, and libraries, count too.
      let run = try await BuiltProgram.run(
        ["/bin/sh", "-c", "ulimit -v 6000000; exec \"$0\" \"$@\"", try BuiltProgram.stet.path, "run", "--once"]
          + home.places, seconds: 600)
      #expect(run.succeeded, "\(FaultSweep.prose(run))")
      let store = try Database(path: home.state.store.description, access: .existing)
      let states = try store.documents(limit: 10).map { "\($0.names) \($0.document.state) \($0.document.reason ?? "")" }
      #expect(states.count == 4)
      #expect(states.contains { $0.contains("giant.txt") && $0.contains("too_large") })
      #expect(try home.files(in: home.watch).isEmpty)
    }
  }
}

/// Runs that take longer than a change should wait for: `STET_LONG_RUNS=1`.
enum LongRuns {
  static let areOn = ProcessInfo.processInfo.environment["STET_LONG_RUNS"] == "1"
}
