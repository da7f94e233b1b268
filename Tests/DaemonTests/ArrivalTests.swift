import Daemon
import Foundation
import Glibc
import Platform
import ReplayStore
import TestSupport
import Testing

/// How files come into a folder that others fill, beyond a plain copy.
@Suite("Files arrive", .serialized)
struct ArrivalTests {
  @Test("a file that is not ours, where no lease tells of writers, goes by quiet time, and the status says so")
  func notOurs() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.settle = .seconds(60)
      let blind = FaultyFileSystem(FaultPlan(step: .max, fault: .kill), leases: false)
      try bench.drop(Prose.text(1, sentences: 8), as: "law/slow.txt")
      let writer = try #require(FileHandle(forWritingAtPath: bench.watch.description + "/law/slow.txt"))
      // Within the quiet time nothing is taken, although nobody tells that it is being written.
      #expect(await bench.service(through: blind).scan().documents == 0)
      try writer.seekToEnd()
      try writer.write(contentsOf: Data(Prose.text(2, sentences: 8).utf8))
      try writer.close()
      let later = bench.service(through: blind, now: { Date().addingTimeInterval(120) })
      let report = await later.scan()
      #expect(report.taken == [.waiting: 1] && report.uncertain == 1)
      let whole = Data((Prose.text(1, sentences: 8) + Prose.text(2, sentences: 8)).utf8)
      #expect(try await bench.documents().map(\.document.sha256) == [Digest.of(whole)])
    }
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.disk = FaultyFileSystem(FaultPlan(step: .max, fault: .kill), leases: false)
      let blind = service
      try blind.bench.drop(Prose.text(1), as: "law/a.md")
      try await Task.sleep(for: .milliseconds(60))
      try await blind.running { _ in
        try await eventually {
          blind.status()?.degraded.contains { $0.hasPrefix("quiet time only: 1 files are not ours") } == true
        }
      }
    }
  }

  @Test("a file renamed into the folder is taken once")
  func renamed() async throws {
    try await withTemporaryDirectory { folder in
      let service = try await ServiceBench(folder)
      try await service.running { _ in
        try await eventually { service.status()?.state == "idle" }
        let outside = folder.path + "/prepared.md"
        try Data(Prose.text(1).utf8).write(to: URL(fileURLWithPath: outside))
        try DurableFile.makeDirectory(service.bench.watch.appending("law"), through: LocalFileSystem())
        try LocalFileSystem().rename(Path(outside), to: service.bench.watch.appending("law/a.md"))
        try await eventually { try await service.waitingCount() == 1 }
        // More looks at the folder change nothing.
        for number in 2..<5 { try service.bench.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
        try await eventually { try await service.waitingCount() == 4 }
      }
      let document = try #require(try await service.bench.document(named: "law/a.md"))
      let names = try await service.bench.home.store.read { try $0.names(of: document.id) }
      #expect(names.map(\.times) == [1])
    }
  }

  @Test("of 20,000 files at once, with a queue that runs over, every one has a state after the rescan")
  func flood() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      // A tiny queue: whoever reads it is always behind.
      service.opening = { path in
        let watcher = try DirectoryWatcher(path, bufferedEvents: 4)
        return AsyncStream { continuation in
          let task = Task {
            for await event in watcher.events { continuation.yield(event) }
            continuation.finish()
          }
          continuation.onTermination = { _ in
            task.cancel()
            watcher.cancel()
          }
        }
      }
      let flooded = service
      let count = 20_000
      let aside = folder.path + "/aside"
      try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: false)
      let disk = LocalFileSystem()
      for number in 0..<count {
        let file = try disk.open(Path("\(aside)/\(number).txt"), for: .create(mode: 0o600))
        let bytes = Array(Prose.text(UInt64(number), sentences: 1).utf8)
        try unsafe disk.writeAll(bytes.span.bytes, to: file)
        file.close()
      }
      try await flooded.running { _ in
        try await eventually { flooded.status()?.state == "idle" }
        let folder = flooded.bench.watch.appending("law")
        try DurableFile.makeDirectory(folder, through: disk)
        for number in 0..<count {
          try disk.rename(Path("\(aside)/\(number).txt"), to: folder.appending("\(number).txt"))
        }
        try await eventually(seconds: 600) {
          try await flooded.bench.home.store.read { try $0.documentCounts() }.values.reduce(0, +) == count
        }
        let counts = try await flooded.bench.home.store.read { try $0.counts(on: Date()) }
        #expect((counts[.overflow] ?? 0) > 0)
        #expect(flooded.bench.lines.all("watch.overflow").count == counts[.overflow])
      }
      let states = try await flooded.bench.home.store.read { try $0.documentCounts() }
      #expect(states.values.reduce(0, +) == count)
      #expect(try flooded.bench.files(in: flooded.bench.watch).isEmpty)
    }
  }

  @Test("an inode that is used again is a new document", arguments: [true, false])
  func reusedInode(_ copies: Bool) async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.take = copies ? .copy : .move
      let service = bench.service()
      try bench.drop(Prose.text(1), as: "law/first.md")
      let first = bench.watch.appending("law/first.md")
      let inode = try LocalFileSystem().status(of: first, followingLinks: false).identity
      #expect(await service.scan().taken == [.waiting: 1])
      // The same inode with another name, size and content.
      let place = copies ? first : bench.state.original(try #require(try await bench.documents().first).document.sha256)
      let second = bench.watch.appending("law/second.md")
      try LocalFileSystem().rename(place, to: second)
      let handle = try #require(FileHandle(forWritingAtPath: second.description))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(Prose.text(2).utf8))
      try handle.close()
      waitForWriters(of: second.description)
      #expect(try LocalFileSystem().status(of: second, followingLinks: false).identity == inode)
      #expect(await service.scan().taken == [.waiting: 1])
      #expect(Set(try await bench.documents().map(\.document.sha256)).count == 2)
    }
  }

  @Test("a folder that vanishes is told, and watched again when it returns")
  func vanishes() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      service.settings.intake.rescan = .seconds(1)
      let watching = service
      let (watch, away) = (watching.bench.watch, Path(folder.path + "/away"))
      try await watching.running { _ in
        try await eventually { watching.status()?.state == "idle" }
        try LocalFileSystem().rename(watch, to: away)
        try await eventually { watching.status()?.degraded.contains { $0.hasPrefix("polling: ") } == true }
        try await eventually { watching.status()?.degraded.contains { $0.hasPrefix("intake: ") } == true }
        try LocalFileSystem().rename(away, to: watch)
        try await eventually { watching.status()?.degraded == [] }
        try watching.bench.drop(Prose.text(1), as: "law/a.md")
        try await eventually { try await watching.waitingCount() == 1 }
        #expect(watching.status()?.mode == .inotify)
      }
    }
  }

  @Test(
    "a full disk is told in the status, the files stay, and it goes on when there is space", arguments: [ENOSPC, EIO])
  func fullDisk(_ code: Int32) async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let plan = FaultPlan(step: 1, fault: .error(code, sticky: true))
      plan.mend()
      service.disk = FaultyFileSystem(plan)
      service.settings.intake.rescan = .seconds(1)
      let full = service
      try await full.running { _ in
        try await eventually { full.status()?.state == "idle" }
        plan.fill()
        try full.bench.drop(Prose.text(1), as: "law/a.md")
        try await eventually { full.status()?.degraded.contains { $0.hasPrefix("intake: ") } == true }
        try await eventually { !full.bench.lines.all("file.left").isEmpty }
        #expect(full.bench.isThere("law/a.md"))
        plan.mend()
        try await eventually(seconds: 60) { !full.bench.isThere("law/a.md") }
        try await eventually(seconds: 60) { full.status()?.degraded == [] }
      }
      #expect(try await full.waitingCount() == 1)
      #expect(full.bench.lines.all("file.left").count == 1)
      #expect(full.bench.lines.all("degraded.over").count == 1)
    }
  }
}
