import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("Confidential by default", .serialized)
struct ConfidentialityTests {
  /// In no text of the project but the documents of this test.
  private static let secret = "quodlibetanza"

  /// Files below `folder` that hold the secret.
  private func traces(in folder: Path, of secret: String = Self.secret) throws -> [String] {
    var found: [String] = []
    try DirectoryWalk.walk(folder, through: LocalFileSystem()) { item in
      guard case .entry(let path, .regular) = item else { return }
      let data = try LocalFileSystem().contents(of: folder.appending(path))
      if data.range(of: Data(secret.utf8)) != nil { found.append(path.description) }
    }
    return found.sorted()
  }

  @Test("what documents say is in the store, the originals and quarantine alone, and is printed nowhere")
  func traces() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder, settings: ["metrics.file": "\"\(folder.path)/stet.prom\""])
      for number in 0..<12 {
        try home.drop("The word is \(Self.secret). " + Prose.text(UInt64(number)), as: "law/\(number).md")
      }
      try home.drop("\(Self.secret)", as: "law/short.md")
      try home.drop(
        "{\"text\": \"\(Self.secret)\n{\"prompt\": \"\(Self.secret)\"}\n{\"\(Self.secret)\": 1}", as: "law/bad.jsonl")
      try home.drop(Data([0x1F, 0x8B]) + Data(Self.secret.utf8), as: "law/packed.gz")
      let temporary = folder.path + "/tmp"
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
      var said = ""
      for verb in [
        ["run", "--once"], ["status"], ["versions"], ["report"], ["log"], ["documents"], ["doctor", "--deep"],
      ] {
        let result = try await BuiltProgram.stet.run(verb + home.places, environment: ["TMPDIR": temporary])
        said += String(decoding: result.standardOutput, as: UTF8.self) + FaultSweep.prose(result)
      }
      #expect(try home.adapters.current().rawValue == 1)
      #expect(!said.contains(Self.secret), "\(said)")
      for path in try traces(in: home.state.root) {
        let isPlace = path.hasPrefix("store.sqlite") || path.hasPrefix("originals/")
        #expect(
          isPlace || (path.hasPrefix("quarantine/") && !path.hasSuffix(".reason")), "\(path) holds a document's text")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    }
  }

  @Test("folders are 0700 and files 0600, whatever the umask")
  func permissions() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder)
      for number in 0..<10 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      try home.drop(Data(), as: "law/void.md")
      let run = try await BuiltProgram.run(
        ["/bin/sh", "-c", "umask 000; exec \"$0\" \"$@\"", try BuiltProgram.stet.path, "run", "--once"] + home.places,
        seconds: 300)
      #expect(run.succeeded)
      var count = 0
      try DirectoryWalk.walk(home.state.root, through: LocalFileSystem()) { item in
        let (path, mode): (Path, UInt32)
        switch item {
        case .directory(let found): (path, mode) = (found, 0o700)
        case .entry(let found, .regular): (path, mode) = (found, 0o600)
        case .entry, .unreadable: return
        }
        let status = try LocalFileSystem().status(of: home.state.root.appending(path), followingLinks: false)
        #expect(status.permissions == mode, "\(path) is \(String(status.permissions, radix: 8))")
        count += 1
      }
      #expect(count > 30)
    }
  }

  @Test("a watched folder that anyone can write to is refused, with the command that mends it")
  func watchedByAnyone() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder)
      try LocalFileSystem().setPermissions(home.watch, mode: 0o777)
      let run = try await home.stet("run", "--once")
      #expect(run.outcome == .exited(1))
      #expect(FaultSweep.prose(run).contains("chmod o-w \(home.watch)"))
      #expect(try await home.stet("doctor", "--json").standardOutput.range(of: Data("chmod o-w".utf8)) != nil)
      try LocalFileSystem().setPermissions(home.watch, mode: 0o770)
      try await home.succeed("run", "--once")
      try LocalFileSystem().setPermissions(home.state.root, mode: 0o777)
      #expect(try await home.stet("run", "--once").outcome == .exited(1))
    }
  }

  @Test("the daemon writes no core file, listens on no network, and gives its figures without names")
  func process() async throws {
    try await withTemporaryDirectory { folder in
      let metrics = folder.path + "/stet.prom"
      let home = try Home(new: folder, settings: ["metrics.file": "\"\(metrics)\""])
      try home.drop(Prose.text(1), as: "\(Self.secret)/a.md")
      let daemon = try RunningDaemon(home)
      try await eventually("not ready: \(daemon.prose)") { daemon.messages.contains("READY=1") }
      let proc = "/proc/\(daemon.process.processIdentifier)"
      let limits = try String(contentsOfFile: proc + "/limits", encoding: .utf8)
      let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
      #expect(core.split(separator: " ").suffix(3).dropLast().allSatisfy { $0 == "0" }, "\(core)")
      // Sockets of the process by inode, against the kernel's tables of network sockets.
      var network = ""
      for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        network += (try? String(contentsOfFile: "\(proc)/net/\(table)", encoding: .utf8)) ?? ""
      }
      let words = Set(network.split(whereSeparator: \.isWhitespace).map(String.init))
      for name in try FileManager.default.contentsOfDirectory(atPath: proc + "/fd") {
        let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(proc)/fd/\(name)")) ?? ""
        guard target.hasPrefix("socket:[") else { continue }
        #expect(!words.contains(String(target.dropFirst(8).dropLast())), "\(target) is a network socket")
      }
      try await eventually("no metrics") {
        ((try? String(contentsOfFile: metrics, encoding: .utf8)) ?? "").contains(
          "stet_documents{state=\"waiting\"} 1\n")
      }
      daemon.signal(SIGTERM)
      #expect(try await daemon.end() == 0)
      let text = try String(contentsOfFile: metrics, encoding: .utf8)
      for name in [
        "stet_last_scan_success_timestamp_seconds ", "stet_rounds_total{result=\"published\"} 0",
        "stet_resident_memory_bytes ",
      ] {
        #expect(text.contains(name))
      }
      #expect(!text.contains(Self.secret))
      #expect(try LocalFileSystem().status(of: Path(metrics), followingLinks: false).permissions == 0o644)
    }
  }

  @Test(
    "the systemd unit's exposure is below 2.5",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
  func unit() async throws {
    try await withTemporaryDirectory { folder in
      let unit = try await BuiltProgram.stet.run([
        "service", "--state", "/srv/stet/State", "--watch", "/srv/stet/Watch",
      ])
      let path = folder.path + "/stet.service"
      try unit.standardOutput.write(to: URL(fileURLWithPath: path))
      let judged = try await BuiltProgram.run(
        ["/usr/bin/systemd-analyze", "security", "--offline=true", "--no-pager", path],
        seconds: 60)
      let text = String(decoding: judged.standardOutput, as: UTF8.self)
      let line = try #require(text.split(separator: "\n").last { $0.contains("Overall exposure level") }, "\(text)")
      // In some languages a smiley with a colon follows.
      let figure = try #require(line.split(separator: " ").compactMap { Double($0) }.first, "\(line)")
      #expect(figure < 2.5)
    }
  }
}
