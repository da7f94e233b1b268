import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Intake survives")
struct IntakeFaultTests {
  @Test("a kill at any step of intake: the next start loses nothing and doubles nothing")
  func kills() async throws {
    var step = 1
    while true {
      let isThrough = try await withTemporaryDirectory { folder in
        let bench = try await IntakeBench(folder)
        try await bench.fillForFaults()
        let disk = FaultyFileSystem(step: step, fault: .kill, in: .reads)
        _ = await bench.service(through: disk).scan()
        let after = await bench.service().scan()
        #expect(after.failure == nil, "step \(step)")
        try await bench.expectAllTaken("step \(step)")
        return disk.calls.count < step
      }
      if isThrough { break }
      step += 1
    }
    #expect(step > 20)
  }

  @Test(
    "a full or failing disk is told, the files stay, and it goes on when the disk does",
    arguments: [
      (POSIXErrorCode.ENOSPC, false), (.ENOSPC, true), (.EIO, false), (.EIO, true),
    ])
  func errors(_ code: POSIXErrorCode, _ sticky: Bool) async throws {
    var step = 1
    while true {
      let isThrough = try await withTemporaryDirectory { folder in
        let bench = try await IntakeBench(folder)
        try await bench.fillForFaults()
        let disk = FaultyFileSystem(step: step, fault: .error(code.rawValue, sticky: sticky), in: .reads)
        let report = await bench.service(through: disk).scan()
        let isThrough = disk.calls.count < step
        if sticky, !isThrough { #expect(report.failure != nil, "step \(step)") }
        #expect(await bench.service().scan().failure == nil)
        try await bench.expectAllTaken("\(code.rawValue) at step \(step)")
        return isThrough
      }
      if isThrough { break }
      step += 1
    }
  }

  @Test("a file that cannot be read holds up none that are nearly quiet")
  func unreadableBesideFresh() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder, settle: .seconds(60))
      try bench.drop(Prose.text(1), as: "law/old.txt")
      try await Task.sleep(for: .milliseconds(300))
      try bench.drop(Prose.text(2), as: "law/new.txt")
      // The old file is quiet, the new one is not.
      let began = Date()
      let now: @Sendable () -> Date = { began + 59.85 }
      var seen = 0
      for step in 1...200 {
        let disk = FaultyFileSystem(step: step, fault: .error(EIO, sticky: false), in: .reads)
        let report = await bench.service(through: disk, now: now).scan()
        if report.documents > 0 { break }
        guard report.failure != nil, report.isComplete, report.pending == 1 else { continue }
        seen += 1
        #expect(report.nextCheck == .seconds(60), "step \(step)")
      }
      #expect(seen > 0)
    }
  }

  @Test("a new edition that is saved over a file just as it is moved away is taken too")
  func savedOver() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1, sentences: 8), as: "law/a.txt")
      try Data(Prose.text(2, sentences: 8).utf8).write(to: folder.appendingPathComponent("new"))
      let place = bench.watch.appending("law/a.txt")
      let disk = FaultyFileSystem(
        FaultPlan(step: .max, fault: .kill),
        beforeRename: { source in
          let edition = Path(folder.path + "/new")
          if source == place { try? LocalFileSystem().rename(edition, to: place) }
        })
      #expect(await bench.service(through: disk).scan().failure == nil)
      #expect(bench.isThere("law/a.txt"))
      #expect(await bench.service().scan().failure == nil)
      for text in [Prose.text(1, sentences: 8), Prose.text(2, sentences: 8)] {
        let digest = Digest.of(Data(text.utf8))
        #expect(try await bench.home.store.read { try $0.document(sha256: digest) } != nil)
      }
      let second = Data(Prose.text(2, sentences: 8).utf8)
      #expect(try LocalFileSystem().contents(of: bench.state.original(Digest.of(second))) == second)
      #expect(!bench.isThere("law/a.txt"))
    }
  }

  @Test("a file of terabytes of nothing keeps no other waiting, and one spelling of a folder is one domain")
  func hugeHole() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop("x", as: "hole.txt")
      let handle = try #require(FileHandle(forWritingAtPath: bench.watch.description + "/hole.txt"))
      try handle.truncate(atOffset: 1 << 42)
      try handle.close()
      try bench.drop(Prose.text(1, sentences: 8), as: "Cafe\u{301}/a.txt")
      try bench.drop(Prose.text(2, sentences: 8), as: "Caf\u{E9}/b.txt")
      let report = await bench.service().scan()
      #expect(report.failure == nil && report.taken == [.waiting: 2])
      #expect(bench.isThere("hole.txt"))
      let domains = try await bench.documents().map { Array($0.document.domain.utf8) }
      #expect(Set(domains).count == 1)
    }
  }

  @Test("while another process locks the store files stay; then they are taken and the delay is counted")
  func lockedStore() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1), as: "a.txt")
      let other = try Database(
        path: bench.state.store.description, access: .existing, busyTimeout: .milliseconds(10))
      let service = bench.service()
      try other.run("BEGIN IMMEDIATE")
      let report = await service.scan()
      #expect(report.failure?.contains("Another process holds the store") == true)
      #expect(bench.isThere("a.txt"))
      #expect(bench.lines.all("intake.failed").count == 1)
      try other.run("ROLLBACK")
      #expect(await service.scan().taken == [.waiting: 1])
      let counts = try await bench.home.store.read { try $0.counts(on: Date()) }
      #expect(counts[.retried] == 1)
    }
  }

  @Test("asked to stop, a scan ends between files and the next one goes on")
  func stops() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      for number in 0..<300 { try bench.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      let asked = Flag()
      let report = await bench.service().scan(progress: { _ in asked.set() }, shouldStop: { asked.isSet })
      #expect(!report.isComplete)
      #expect(report.documents > 0 && report.documents < 300)
      _ = await bench.service().scan()
      let counts = try await bench.home.store.read { try $0.documentCounts() }
      #expect(counts.values.reduce(0, +) == 300)
    }
  }
}

extension IntakeBench {
  /// What every run must come to, whatever interrupted it: two documents, one known under two names, a newer edition
  /// with the old one superseded, one refused.
  func fillForFaults() async throws {
    try drop(Prose.text(3), as: "law/edited.md")
    _ = await service().scan()
    try drop(Prose.text(1), as: "law/a.md")
    try drop(Prose.text(1), as: "law/b.md")
    try drop(Prose.text(4), as: "law/edited.md")
    try drop(Data(), as: "law/void.md")
  }

  func expectAllTaken(_ comment: Comment) async throws {
    let listing = try await documents()
    let states = listing.map(\.document.state.rawValue).sorted()
    #expect(states == ["quarantined", "superseded", "waiting", "waiting"], comment)
    #expect(try await document(named: "law/b.md")?.id == document(named: "law/a.md")?.id, comment)
    let times = try await home.store.read { db in
      try listing.flatMap { try db.names(of: $0.document.id) }.map(\.times)
    }
    #expect(times.allSatisfy { $0 == 1 }, comment)
    #expect(try files(in: watch).isEmpty, comment)
    #expect(try files(in: state.originals).count == 3, comment)
    #expect(try files(in: state.quarantine).count { !$0.hasSuffix("stet-tmp") } == 2, comment)
    #expect(try await home.store.read { try $0.unsettledNames() }.isEmpty, comment)
    #expect(try await home.store.integrityCheck().isEmpty, comment)
  }
}
