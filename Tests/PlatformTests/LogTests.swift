import Foundation
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("The log")
struct LogTests {
  let disk = LocalFileSystem()
  let time = Date(timeIntervalSince1970: 1_772_366_400)

  private func lines(_ path: String) throws -> [[String: LogValue]] {
    let text = try String(decoding: disk.contents(of: path), as: UTF8.self)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode([String: LogValue].self, from: Data($0.utf8))
    }
  }

  @Test("an event is one JSON line with its fields, in a file for its owner alone")
  func jsonLine() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/stet.jsonl"
      let log = Log(sinks: [JSONLogSink(path: path, through: disk)], now: { time })
      log.info("promoted", ["version": 3, "forgetting": Float(0.1), "domains": ["law", "dairy"], "level": "shadowed"])
      let text = try String(decoding: disk.contents(of: path), as: UTF8.self)
      #expect(
        text
          == "{\"time\":\"2026-03-01T12:00:00Z\",\"level\":\"info\",\"event\":\"promoted\",\"domains\":[\"law\",\"dairy\"],"
          + "\"forgetting\":0.1,\"level_\":\"shadowed\",\"version\":3}\n")
      #expect(try disk.status(of: Path(path), followingLinks: false).permissions == 0o600)
    }
  }

  @Test("every kind of value survives the way through JSON, and what JSON cannot say is null")
  func values() throws {
    let fields: [String: any LogConvertible] = [
      "a": true, "b": Int64.min, "c": 1.5e300, "d": "\u{1F600}\"\\", "e": Double.nan, "f": Int?.none,
      "g": LogValue.object(["x": .array([.null])]), "h": Duration.milliseconds(1500), "i": Path(bytes: [0xFF]),
      "j": UInt64.max,
    ]
    let record = LogRecord(time: time, level: .info, event: "e", fields: fields.mapValues { $0.logValue })
    let back = try JSONDecoder().decode([String: LogValue].self, from: Data(record.json.utf8))
    #expect(back["a"] == .bool(true))
    #expect(back["b"] == .integer(.min))
    #expect(back["c"] == .number(1.5e300))
    #expect(back["d"] == .string("\u{1F600}\"\\"))
    #expect(back["e"] == .null)
    #expect(back["f"] == .null)
    #expect(back["g"] == .object(["x": .array([.null])]))
    #expect(back["h"] == .number(1.5))
    #expect(back["i"] == .string("\\xFF"))
    #expect(back["j"] == .integer(.max))
    struct Report: Codable {
      var nll = [1.25, Double.nan]
      var created = Date(timeIntervalSince1970: 1_772_366_400)
    }
    #expect(
      try LogValue(encoding: Report())
        == .object(["nll": .array([.number(1.25), .string("nan")]), "created": .string("2026-03-01T12:00:00Z")]))
  }

  @Test("a hostile name is one line, in JSON and for people, and forges nothing")
  func hostileName() throws {
    let name = "a\n<0>forged\u{1B}[2J\u{202E}txt.exe\u{2028}\u{7F}\u{9B}"
    let record = LogRecord(time: time, level: .warning, event: "refused", fields: ["name": .string(name)])
    for line in [record.json, record.plain] {
      #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
      #expect(!line.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2028}" })
    }
    let back = try JSONDecoder().decode([String: LogValue].self, from: Data(record.json.utf8))
    #expect(back["name"] == .string(name))
    #expect(record.plain == "refused name=a\\n<0>forged\\x1B[2J\\u{202E}txt.exe\\u{2028}\\x7F\\x9B")
    let quoted = LogRecord(time: time, level: .info, event: "e", fields: ["a": .string("x y=\"z\""), "b": .string("")])
    #expect(quoted.plain == "e a=\"x y=\\\"z\\\"\" b=\"\"")
  }

  @Test("values below every sink's level are never built")
  func lazy() {
    let built = Mutex(0)
    func expensive() -> Int {
      built.withLock { $0 += 1 }
      return 1
    }
    let seen = Mutex<[LogRecord]>([])
    let log = Log(
      sinks: [
        FunctionLogSink(minimumLevel: .notice) { record in seen.withLock { $0.append(record) } },
        FunctionLogSink(minimumLevel: .error) { _ in },
      ], now: { time })
    log.debug("no", ["n": expensive()])
    log.info("no", ["n": expensive()])
    Log(sinks: [], now: { time }).error("no", ["n": expensive()])
    #expect(built.withLock { $0 } == 0)
    log.with(["domain": "law", "n": 0]).notice("yes", ["n": expensive()])
    log.warning("yes")
    log.error("yes")
    #expect(built.withLock { $0 } == 1)
    #expect(seen.withLock { $0.map(\.level) } == [.notice, .warning, .error])
    #expect(seen.withLock { $0.first?.fields } == ["domain": .string("law"), "n": .integer(1)])
  }

  @Test("lines of many threads do not mix")
  func threads() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.path + "/stet.jsonl"
      let log = Log(
        sinks: [JSONLogSink(path: path, maximumBytes: 20_000, keptFiles: 100, through: disk)], now: { time })
      await withTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
          group.addTask { for number in 0..<200 { log.info("tick", ["writer": writer, "number": number]) } }
        }
      }
      var all: [[String: LogValue]] = []
      for name in try disk.list(Path(directory.path)).map(\.name) {
        all += try lines(directory.path + "/\(name)")
        #expect(try disk.status(of: Path(directory.path).appending(name), followingLinks: false).size <= 20_000)
      }
      #expect(all.count == 1600)
      #expect(Set(all.map { "\($0["writer"] ?? .null) \($0["number"] ?? .null)" }).count == 1600)
    }
  }

  @Test("a full file is rotated and only the wanted number is kept, the newest")
  func rotation() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/stet.jsonl"
      let sink = JSONLogSink(path: path, maximumBytes: 200, keptFiles: 2, through: disk)
      let log = Log(sinks: [sink], now: { time })
      for number in 0..<50 { log.info("tick", ["number": number]) }
      #expect(
        try disk.list(Path(directory.path)).map(\.name)
          == ["stet.jsonl", "stet.jsonl.1", "stet.jsonl.2"].map { Path($0) })
      let kept = try (lines(path + ".2") + lines(path + ".1") + lines(path)).map { $0["number"] }
      #expect(kept.last == .integer(49))
      #expect(kept == (50 - kept.count..<50).map { .integer(Int64($0)) })
      #expect(sink.failure == nil)
    }
  }

  @Test("lines that a full disk refuses are counted, and later ones stand on lines of their own", arguments: 1...28)
  func fullDisk(step: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/stet.jsonl"
      let faulty = FaultyFileSystem(step: step, fault: .error(ENOSPC, sticky: false), shortWrites: true)
      let sink = JSONLogSink(path: path, through: faulty)
      let log = Log(sinks: [sink], now: { time })
      for event in ["one", "two", "three"] {
        let before = faulty.calls.count
        log.info(event)
        #expect((sink.failure != nil) == (before < step && step <= faulty.calls.count))
      }
      log.info("four")
      #expect(sink.failure == nil)
      let text = try String(decoding: disk.contents(of: path), as: UTF8.self)
      let records = text.split(separator: "\n").compactMap {
        try? JSONDecoder().decode([String: LogValue].self, from: Data($0.utf8))
      }
      let lost = records.filter { $0["event"] == .string("log.lost") }
      #expect(lost.allSatisfy { $0["lines"] == .integer(1) })
      #expect(records.count == 4)
      #expect(records.last?["event"] == .string("four"))
    }
  }

  @Test("a line that a loss of power cut is ended before the next one")
  func cutLine() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/stet.jsonl"
      try Data("{\"time\":\"20".utf8).write(to: URL(fileURLWithPath: path))
      Log(sinks: [JSONLogSink(path: path, through: disk)], now: { time }).info("after")
      let text = try String(decoding: disk.contents(of: path), as: UTF8.self)
      #expect(text.split(separator: "\n").count == 2)
      #expect(text.hasPrefix("{\"time\":\"20\n{"))
    }
  }

  @Test("people get time and level; the journal gets a priority, only where the descriptor is its own")
  func human() throws {
    try withTemporaryDirectory { directory in
      let path = directory.path + "/err"
      let file = try disk.open(Path(path), for: .create(mode: 0o600))
      let identity = try disk.status(of: file).identity
      for stream in [nil, "1:2", "\(identity.device):\(identity.inode)"] {
        let environment = stream.map { ["JOURNAL_STREAM": $0] } ?? [:]
        let sink = HumanLogSink(minimumLevel: .info, descriptor: file.descriptor, environment: environment)
        Log(sinks: [sink], now: { time }).warning("intake.refused", ["name": "a\n<0>b"])
      }
      let quieter = HumanLogSink(
        minimumLevel: .info, shownOtherwise: ["report"], descriptor: file.descriptor, environment: [:])
      Log(sinks: [quieter], now: { time }).notice("report", ["report": "shown as a table"])
      #expect(
        try String(decoding: disk.contents(of: path), as: UTF8.self)
          == "2026-03-01T12:00:00Z warning intake.refused name=a\\n<0>b\n"
          + "2026-03-01T12:00:00Z warning intake.refused name=a\\n<0>b\n" + "<4>intake.refused name=a\\n<0>b\n")
    }
  }
}
