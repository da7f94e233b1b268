import Commands
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports
import TestSupport
import Testing

@Suite("Verbs that work on a State")
struct WorkVerbTests {
  @Test("log shows a published round's report as its table, once, also from lines whose time is a number")
  func publishedInLog() async throws {
    try await withTemporaryDirectory { folder in
      let home = try WorkHome(folder)
      try home.drop(0..<16)
      let run = await home.work("run", "--once", "--json")
      #expect(run.code == .done, "\(run.prose)")
      #expect(run.prose.components(separatedBy: "Round 1 → version 1").count == 2)
      #expect(!run.prose.contains("report="))
      #expect(try ReportCoding.read(OnceReport.self, from: Data(run.output.utf8)).rounds.map(\.version) == [1])
      let log = await home.stet("log")
      #expect(log.output.contains("Round 1 → version 1 (parent 0)"))
      #expect(log.output.contains("published at the first try."))
      #expect(!log.output.contains("report={"))

      let path = home.state.log.description
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let created = try #require(text.firstMatch(of: #/"created":"(?<time>[^"]+)"/#))
      #expect(RFC3339.date(from: String(created.time)) != nil)
      try text.replacing(created.0, with: "\"created\":721692800.5").write(
        toFile: path, atomically: true, encoding: .utf8)
      #expect(await home.stet("log").output.contains("Round 1 → version 1 (parent 0)"))

      let merged = folder.path + "/merged.gguf"
      #expect(await home.stet("export", "--merged", merged).code == .done)
      #expect(try LocalFileSystem().status(of: Path(merged), followingLinks: false).permissions == 0o644)
    }
  }

  @Test("while rounds are paused run --once takes documents in and runs none, and train is refused")
  func paused() async throws {
    try await withTemporaryDirectory { folder in
      let home = try WorkHome(folder)
      #expect(await home.work("run", "--once").code == .done)
      #expect(await home.stet("pause").code == .done)
      #expect(await home.stet("status").output.contains("daemon    not running, paused (stet resume)"))
      try home.drop(0..<4)
      let run = await home.work("run", "--once", "--json")
      #expect(run.code == .done)
      let report = try ReportCoding.read(OnceReport.self, from: Data(run.output.utf8))
      #expect(report.paused && report.rounds.isEmpty)
      #expect(run.prose.contains("Rounds are paused; start them again with stet resume."))
      #expect(try await home.store.read { try $0.documentCounts()[.waiting] } == 4)
      for arguments in [["train"], ["train", "--detach"]] {
        let train = await stet(arguments + home.places + ["--model", home.model])
        #expect(train.code == .failed)
        #expect(train.prose.contains("Rounds are paused; start them again with stet resume."))
      }
      #expect(await home.stet("resume").code == .done)
      #expect(await home.work("train", "--domain", "law").code == .done)
    }
  }

  @Test("train makes no State, names the domain in which nothing waits, and says who does what was asked for")
  func train() async throws {
    try await withTemporaryDirectory { folder in
      let home = try WorkHome(folder)
      for verb in [["train"], ["train", "--detach"], ["score", "--domain", "law", "--held-out"]] {
        #expect(await stet(verb + home.places + ["--model", home.model]).code == .noState, "\(verb)")
        #expect(!FileManager.default.fileExists(atPath: home.state.root.description))
      }
      #expect(await home.work("run", "--once").code == .done)
      let none = await home.work("train", "--domain", "nosuch")
      #expect(none.code == .failed)
      #expect(none.prose.contains("Nothing waits in nosuch that could be learned"))
      #expect(try await home.store.read { try $0.generalSamples(.replayed).isEmpty })
      #expect(await home.stet("train", "--detach").prose.contains("no daemon runs; the next stet run does the round"))
    }
  }

  @Test("train says that an interrupted round of another domain comes first")
  func resumesAnother() async throws {
    try await withTemporaryDirectory { folder in
      let home = try WorkHome(folder)
      #expect(await home.work("run", "--once").code == .done)
      #expect(await home.stet("pause").code == .done)
      try home.drop(0..<8)
      #expect(await home.work("run", "--once").code == .done)
      #expect(await home.stet("resume").code == .done)
      _ = try await home.store.write {
        try $0.beginRound(parent: 0, includingDeferred: false, settings: "{}", now: noon)
      }
      let run = await home.work("train", "--domain", "news")
      #expect(run.prose.contains("going on with round 1 (law), which was interrupted"))
      #expect(run.prose.contains("for what waits in news run stet train --domain news once more after it"))
    }
  }

  @Test("verbs that read with a base model refuse another one than the State's, with exit code 12")
  func otherBase() async throws {
    try await withTemporaryDirectory { folder in
      let home = try WorkHome(folder)
      try home.drop(0..<4)
      try Data().write(to: folder.appendingPathComponent("Watch/law/void.md"))
      #expect(await home.work("run", "--once").code == .done)
      let refused = try await home.store.read { try $0.documents(state: .quarantined, limit: 1) }
      let id = try #require(refused.first).document.id.rawValue
      let other = try TinyModel(seed: 9, context: 512).write(to: folder.path + "/other.gguf")
      for line in [["crossvalidate", "law"], ["documents", "release", "\(id)"]] {
        let run = await stet(line + home.places + ["--model", other])
        #expect(run.code == .otherBase, "\(line): \(run.prose)")
      }
    }
  }

  @Test("status shows what the daemon does before a round begins")
  func preparation() async throws {
    try await withState { made in
      let lock = try StateLock.acquire(made.state.lock)
      defer { lock.release() }
      let json = """
        {"pid":\(ProcessInfo.processInfo.processIdentifier),"since":"2026-11-18T12:00:00Z","state":"training",
        "mode":"inotify","watch":"Watch","pending":0,"degraded":[],"preparation":
        {"round":0,"domains":["general"],"phase":"general","step":32,"steps":128,"attempt":0}}
        """
      try DurableFile.write(Data(json.utf8), to: made.state.daemon, through: LocalFileSystem())
      let status = try await made.stet("status", "--json").object(StatusView.self)
      #expect(status.round?.phase == "sampling the general set")
      #expect(status.round?.round == nil && status.round?.step == 32 && status.round?.steps == 128)
      #expect(await made.stet("status").rows.contains("training  sampling the general set, 32 of 128\n"))
    }
  }
}
