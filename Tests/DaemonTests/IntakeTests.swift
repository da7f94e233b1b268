import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Intake takes files")
struct IntakeTests {
  @Test("a dropped file becomes a document of its folder's domain, and its bytes move to originals")
  func takes() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let text = Prose.text(1)
      try bench.drop(text, as: "legal/2026/one.md")
      try bench.drop(Prose.text(2), as: "two.txt")
      let report = await bench.service().scan()
      #expect(report.failure == nil)
      #expect(report.taken == [.waiting: 2])
      let one = try #require(try await bench.document(named: "legal/2026/one.md"))
      #expect(one.domain == "legal")
      #expect(one.state == .waiting)
      #expect(one.tokenCount > 0)
      #expect(try await bench.document(named: "two.txt")?.domain == "default")
      #expect(!bench.isThere("legal/2026/one.md"))
      let original = try LocalFileSystem().contents(of: bench.state.original(one.sha256))
      #expect(original == Data(text.utf8))
      #expect(try await bench.home.store.read { try $0.unsettledNames() }.isEmpty)
    }
  }

  @Test(
    "a file that a writer has open is never taken in part, across pauses and restarts, and whole and once after the close"
  )
  func writerHasOpen() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(Prose.text(1, sentences: 8), as: "slow.txt")
      let handle = try #require(FileHandle(forWritingAtPath: bench.watch.description + "/slow.txt"))
      try handle.seekToEnd()
      let first = bench.service()
      #expect(await first.scan().pending == 1)
      #expect(await first.scan(.pending).pending == 1)
      try handle.write(contentsOf: Data(Prose.text(2, sentences: 8).utf8))
      let second = bench.service()
      #expect(await second.scan().pending == 1)
      #expect(try await bench.documents().isEmpty)
      try handle.close()
      waitForWriters(of: bench.watch.description + "/slow.txt")
      let report = await second.scan(.pending)
      #expect(report.taken == [.waiting: 1])
      #expect(report.pending == 0)
      let whole = Data((Prose.text(1, sentences: 8) + Prose.text(2, sentences: 8)).utf8)
      #expect(try await bench.documents().map(\.document.sha256) == [Digest.of(whole)])
    }
  }

  @Test("a file that changed a moment ago waits until it has been quiet")
  func settles() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder, settle: .seconds(3600))
      try bench.drop(Prose.text(1), as: "new.txt")
      let waiting = await bench.service().scan()
      #expect(waiting.pending == 1)
      #expect(waiting.nextCheck != nil)
      #expect(try await bench.documents().isEmpty)
      let later = bench.service(now: { Date().addingTimeInterval(7200) })
      #expect(await later.scan().taken == [.waiting: 1])
      bench.settings.settle = .zero
    }
  }

  @Test("hidden files, downloads, editors' backups and the folder's own README are no documents")
  func ignores() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let names = [
        ".hidden", ".git/config", "README.md", "a.tmp", "b.part", "c.txt~", "#d.txt#", ".e.swp", "f.swp",
        "g.crdownload",
        "h.BAK", "law/.stet-tmp", "law/.cache/x.txt",
      ]
      for name in names { try bench.drop(Prose.text(1), as: name) }
      #expect(await bench.service().scan().documents == 0)
      #expect(names.allSatisfy { bench.isThere($0) })
      try bench.drop(Prose.text(2), as: "law/README.md")
      #expect(await bench.service().scan().taken == [.waiting: 1])
    }
  }

  @Test("the same bytes under fifty names are one document with fifty names")
  func fiftyNames() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      for number in 0..<50 { try bench.drop(Prose.text(1), as: "law/copy-\(number).md") }
      let report = await bench.service().scan()
      #expect(report.taken == [.waiting: 1, .duplicate: 49])
      let listing = try await bench.documents()
      #expect(listing.count == 1)
      #expect(listing.first?.names.count == 50)
      #expect(try bench.files(in: bench.watch).isEmpty)
      #expect(try bench.files(in: bench.state.originals).count == 1)
    }
  }

  @Test(
    "links, second names, FIFOs, sockets, devices and loops are left alone with one warning each, files after them are taken"
  )
  func specialFiles() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let outside = folder.path + "/outside.txt"
      try Data(Prose.text(9).utf8).write(to: URL(fileURLWithPath: outside))
      let disk = LocalFileSystem()
      try disk.makeSymbolicLink(bench.watch.appending("a-link.txt"), target: Path(outside))
      try disk.makeSymbolicLink(bench.watch.appending("b-loop"), target: bench.watch)
      try disk.link(Path(outside), to: bench.watch.appending("c-hard.txt"))
      _ = try ChildProcess.run(["mkfifo", bench.watch.description + "/d-fifo"], limits: .init(timeout: .seconds(10)))
      let socket = try NotifyManager(path: bench.watch.description + "/e-socket")
      var special = ["a-link.txt", "b-loop", "c-hard.txt", "d-fifo", "e-socket"]
      // A device can be made by root alone.
      if try ChildProcess.run(
        ["mknod", bench.watch.description + "/f-device", "c", "1", "5"], limits: .init(timeout: .seconds(10))
      ).succeeded {
        special.append("f-device")
      }
      try bench.drop(Prose.text(1), as: "z.txt")
      let service = bench.service()
      #expect(await service.scan().taken == [.waiting: 1])
      _ = await service.scan()
      #expect(bench.lines.all("file.left").count == special.count)
      for name in special { #expect(bench.isThere(name)) }
      withExtendedLifetime(socket) {}
      #expect(try disk.exists(outside))
    }
  }

  @Test("hostile names give one escaped line each and no path outside the State")
  func hostileNames() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let names: [[UInt8]] = [
        Array("line\n<0>break.txt".utf8), Array("red\u{1b}[31m.txt".utf8), Array("txt.\u{202e}exe".utf8),
        [0x66, 0xFF, 0xFE, 0x2E, 0x74, 0x78, 0x74], [UInt8](repeating: 0x61, count: 255), Array("..x".utf8),
        Array("-rf.txt".utf8),
      ]
      let disk = LocalFileSystem()
      for (number, name) in names.enumerated() {
        let file = try disk.open(bench.watch.appending(Path(bytes: name)), for: .create(mode: 0o644))
        let bytes = Array(Prose.text(UInt64(number)).utf8)
        try unsafe disk.writeAll(bytes.span.bytes, to: file)
        file.close()
        waitForWriters(of: file.path.string ?? "")
      }
      let report = await bench.service().scan()
      // The one that begins with a dot is hidden.
      #expect(report.taken == [.waiting: 6])
      for record in bench.lines.all("document.waiting") {
        #expect(record.json.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) })
        #expect((try? JSONSerialization.jsonObject(with: Data(record.json.utf8))) != nil)
      }
      #expect(try bench.files(in: bench.state.originals).count == 6)
    }
  }

  @Test("a file over the limit is hashed, refused and kept, whatever its size")
  func tooLarge() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.limit = 1 << 20
      let disk = LocalFileSystem()
      let file = try disk.open(bench.watch.appending("sparse.txt"), for: .create(mode: 0o644))
      try disk.truncate(file, to: 48 << 20)
      file.close()
      waitForWriters(of: bench.watch.description + "/sparse.txt")
      try bench.drop(Prose.text(1), as: "z.txt")
      #expect(await bench.service().scan().taken == [.quarantined: 1, .waiting: 1])
      let refused = try #require(try await bench.document(named: "sparse.txt"))
      #expect(refused.reason?.hasPrefix("too_large") == true)
      #expect(try disk.exists(bench.state.quarantined(refused.sha256)))
      let reason = String(
        decoding: try disk.contents(of: bench.state.quarantineReason(refused.sha256)), as: UTF8.self)
      #expect(reason.contains("sparse.txt") && reason.contains("too_large"))
    }
  }

  @Test("every encoding is read or refused with its reason, and no file is lost")
  func encodings() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      try bench.drop(try #require(Prose.text(1).data(using: .utf16)), as: "utf16.txt")
      let latin = Prose.text(2).replacingOccurrences(of: "winter", with: "für Mädchen")
      try bench.drop(try #require(latin.data(using: .isoLatin1)), as: "latin1.txt")
      try bench.drop(Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + (0..<200).map { UInt8($0) }), as: "packed.gz")
      try bench.drop(Data((0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }), as: "noise.bin")
      try bench.drop(Data(), as: "empty.txt")
      _ = await bench.service().scan()
      #expect(try await bench.document(named: "utf16.txt")?.encoding?.hasPrefix("UTF-16") == true)
      #expect(try await bench.document(named: "utf16.txt")?.state == .waiting)
      #expect(try await bench.document(named: "latin1.txt")?.state == .waiting)
      #expect(try await bench.document(named: "packed.gz")?.reason?.hasPrefix("compressed") == true)
      #expect(try await bench.document(named: "noise.bin")?.state == .quarantined)
      #expect(try await bench.document(named: "empty.txt")?.reason?.hasPrefix("empty") == true)
      #expect(try bench.files(in: bench.state.originals).count == 2)
      #expect(try bench.files(in: bench.state.quarantine).count == 6)
    }
  }

  @Test("of a thousand JSON lines a malformed one is reported with its number and the others are kept")
  func malformedLine() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      var lines: [String] = []
      for number in 1...1000 {
        let body = Prose.text(UInt64(number), sentences: 1).trimmingCharacters(in: .newlines)
        lines.append(number == 701 ? "{\"text\": \"cut" : "{\"text\": \"Entry \(number). \(body)\"}")
      }
      try bench.drop(lines.joined(separator: "\n"), as: "export.jsonl")
      #expect(await bench.service().scan().taken == [.waiting: 1])
      let document = try #require(try await bench.document(named: "export.jsonl"))
      let figures = try #require(DocumentFigures(json: document.figures))
      #expect(figures.notices.map(\.line) == [701])
      #expect(figures.records == 999)
    }
  }

  @Test("files that stay in the folder are copied, and read again only when they change")
  func copies() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.take = .copy
      try bench.drop(Prose.text(1), as: "stays.txt")
      let service = bench.service()
      #expect(await service.scan().taken == [.waiting: 1])
      #expect(await service.scan().documents == 0)
      #expect(await bench.service().scan().documents == 0)
      #expect(bench.isThere("stays.txt"))
      #expect(try bench.files(in: bench.state.originals).count == 1)
      try bench.drop(Prose.text(2), as: "stays.txt")
      let report = await service.scan()
      #expect(report.taken == [.waiting: 1])
      #expect(report.superseded == 1)
    }
  }

  @Test("originals can be deleted, refused files never are")
  func deletes() async throws {
    try await withTemporaryDirectory { folder in
      var bench = try await IntakeBench(folder)
      bench.settings.originals = .delete
      try bench.drop(Prose.text(1), as: "a.txt")
      try bench.drop(Data(), as: "b.txt")
      _ = await bench.service().scan()
      #expect(try bench.files(in: bench.watch).isEmpty)
      #expect(try bench.files(in: bench.state.originals).isEmpty)
      #expect(try bench.files(in: bench.state.quarantine).count == 2)
    }
  }
}
