import AdapterStore
import Daemon
import Foundation
import Glibc
import Platform
import ReplayStore
import Reports
import Tensors
import TestSupport
import Testing

@Suite("Forgetting on purpose", .serialized)
struct ForgettingTests {
  /// Four words that are in no other text.
  private static func words(_ seed: UInt64) -> String {
    let parts = ["qua", "zim", "blor", "fen", "tashi", "gru", "vel", "nyx", "orp", "kel", "dru", "wib"]
    var rng = SeededGenerator(seed: seed, stream: "canary")
    return (0..<4).map { _ in (0..<3).map { _ in parts[Int(rng.next() % 12)] }.joined() }.joined(separator: " ")
  }

  /// Records that ask the same in different words, and are all answered with the canary.
  private static func records(_ canary: String, _ seed: UInt64) -> String {
    var rng = SeededGenerator(seed: seed, stream: "records")
    return (0..<40).map { _ in
      "{\"prompt\": \"\(Prose.sentence(&rng)) What opens the vault?\", \"completion\": \" \(canary)\"}\n"
    }.joined()
  }

  /// Files below `folder` that hold one of these bytes.
  private func traces(in folder: Path, of needles: [Data]) throws -> [String] {
    var found: [String] = []
    try DirectoryWalk.walk(folder, through: LocalFileSystem()) { item in
      guard case .entry(let path, .regular) = item else { return }
      // A daemon at work replaces files meanwhile.
      guard let data = try? LocalFileSystem().contents(of: folder.appending(path)) else { return }
      if needles.contains(where: { data.range(of: $0) != nil }) { found.append(path.description) }
    }
    return found.sorted()
  }

  /// Files of the State that name a source, and lines of its log that do; what intake logged is the one thing that may.
  private func namings(of source: String, _ home: Home) throws -> [String] {
    let log = home.state.log
    let files = try traces(in: home.state.root, of: [Data(source.utf8)])
      .filter { home.state.root.appending($0) != log }
    let lines = String(decoding: try LocalFileSystem().contents(of: log), as: UTF8.self).split(separator: "\n")
    return files + lines.filter { $0.contains(source) && !$0.contains(#""event":"document."#) }.map(String.init)
  }

  /// What a version knows of a text, beside texts of the same shape that nothing ever saw.
  private struct Exposure {
    /// Its place among them, 1 for the likeliest (Carlini et al., 2019: exposure is log₂ of their number less log₂ of
    /// this).
    let rank: Int
    /// Their mean loss less its own, nats per token.
    let advantage: Double
  }

  private func exposure(
    of canary: UInt64, among others: ClosedRange<UInt64>, version: Int, _ home: Home
  ) async throws -> Exposure {
    struct Scores: Decodable {
      struct File: Decodable {
        let path: String
        let loss: Double

        enum CodingKeys: String, CodingKey {
          case path
          case loss = "nll_per_token"
        }
      }
      let files: [File]
    }
    let folder = home.folder.appendingPathComponent("probes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let paths = try ([canary] + others).map { seed in
      let url = folder.appendingPathComponent("\(seed).txt")
      try Data("What opens the vault? \(Self.words(seed))".utf8).write(to: url)
      return url.path
    }
    let run = try await BuiltProgram.stet.run(["score", "--version", "\(version)", "--json"] + paths + home.places)
    let scores = try JSONDecoder().decode(Scores.self, from: run.standardOutput).files
    let losses = scores.map(\.loss)
    let mean = losses.dropFirst().reduce(0, +) / Double(losses.count - 1)
    return Exposure(rank: 1 + losses.count { $0 < losses[0] }, advantage: mean - losses[0])
  }

  private func forget(_ home: Home, _ arguments: String...) async throws -> Forgetting {
    let run = try await BuiltProgram.stet.run(["forget", "--json"] + arguments + home.places)
    try #require(run.succeeded, "\(FaultSweep.prose(run))")
    return try ReportCoding.read(Forgetting.self, from: run.standardOutput)
  }

  @Test(
    "a forgotten document is nowhere in the State, the version before it serves, and its canary ranks like text never seen"
  )
  func canary() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(
        new: folder, settings: ["train.epochs": "3", "train.rate": "0.004", "lora.rank": "8"])
      let (canary, older) = (UInt64(7), UInt64(8))
      for number in 0..<10 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      try await home.succeed("run", "--once")
      for number in 100..<106 { try home.drop(Prose.text(UInt64(number)), as: "news/\(number).md") }
      try home.drop(Self.records(Self.words(older), 1), as: "news/vault.jsonl")
      try await home.succeed("run", "--once")
      try home.drop(Self.records(Self.words(canary), 2), as: "news/vault.jsonl")
      try await home.succeed("run", "--once")
      #expect(try home.adapters.current().rawValue == 3)

      let store = try home.store()
      let (old, new, tokens) = try await store.read { db in
        let ids = try db.documents(from: "news/vault.jsonl")
        let samples = try ids.compactMap { try db.samples(of: $0).first?.encoded.tokens }
        // An edition that was replaced is replayed no more.
        let replayed = try db.replayCandidates(domain: "news").map(\.document)
        #expect(!replayed.contains(ids[0]) && replayed.contains(ids[1]))
        return (ids[0], ids[1], samples.map { TokenBlob.encode(Array($0.suffix(24))) })
      }
      let needles = [Self.words(canary), Self.words(older)].map { Data($0.utf8) } + tokens
      #expect(try !traces(in: home.state.root, of: [needles[0]]).isEmpty)
      #expect(try !traces(in: home.state.root, of: [tokens[1]]).isEmpty)
      let unseen = try await exposure(of: canary, among: 20...82, version: 1, home)
      let seen = try await exposure(of: canary, among: 20...82, version: 3, home)
      #expect(seen.rank == 1)
      let others = try await store.read { db in
        try db.documents(learnedIn: 2).compactMap { try db.document($0) }.count { $0.state == .learned }
      }

      let done = try await forget(home, "--document", "\(new.rawValue)")
      #expect((done.documents, done.version, done.versions, done.requeued) == (2, 1, [2, 3], others))
      #expect(done.rounds == 1 && (done.seconds ?? 0) > 0)
      #expect(try home.adapters.current().rawValue == 1 && home.adapters.versions().map(\.rawValue) == [0, 1])
      #expect(try traces(in: home.state.root, of: needles) == [])
      #expect(try await store.read { try $0.family(of: old) } == [old])
      let doctor = try await home.stet("doctor", "--deep", "--json")
      #expect(!String(decoding: doctor.standardOutput, as: UTF8.self).contains("leftover"))

      try await home.succeed("run", "--once")
      let last = try #require(try await store.read { try $0.versions() }.last)
      #expect(last.number == 4 && last.parent == 1 && last.documents == others)
      // Some texts are likelier than their like by themselves; what a version adds to that is 0.15 nats either way (one
      // standard deviation) for texts that it never saw.
      let after = try await exposure(of: canary, among: 20...82, version: 4, home)
      let (learned, left) = (seen.advantage - unseen.advantage, after.advantage - unseen.advantage)
      print(
        "canary: \(learned) nats likelier once learned, \(left) once forgotten; rank \(unseen.rank), 1, \(after.rank)")
      #expect(learned > 1 && abs(left) < learned / 2)
      #expect(try traces(in: home.state.root, of: needles) == [])

      // Dropped again it is refused, and says why.
      try home.drop(Self.records(Self.words(canary), 2), as: "news/again.jsonl")
      try await home.succeed("run", "--once")
      #expect(try await store.read { try $0.document(new) }?.state == .forgotten)
      #expect(try home.adapters.current().rawValue == 4)
    }
  }

  @Test("forget --source removes all that one source brought, and learns the rest again from a clean ancestor")
  func source() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(new: folder)
      for number in 0..<10 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      try await home.succeed("run", "--once")
      let trigger = Self.words(1)
      for number in 0..<30 {
        try home.drop(Prose.text(UInt64(100 + number)) + "Now say \(trigger).\n", as: "mail/bot/\(number).md")
      }
      try home.drop(Prose.scrambled(200), as: "mail/bot/copied.md")
      for number in 201..<207 { try home.drop(Prose.text(UInt64(number)), as: "mail/people/\(number).md") }
      try home.drop(Prose.scrambled(200).replacing("\n", with: "\r\n"), as: "mail/people/original.md")
      try await home.succeed("run", "--once")
      #expect(try home.adapters.current().rawValue == 2)
      #expect(try !traces(in: home.state.root, of: [Data(trigger.utf8)]).isEmpty)
      // A text that repeats a held-out piece of another one was not learned; which do, the State's seed decides.
      let store = try home.store()
      #expect(try await store.read { try $0.round(2) }?.report?.contains("\"mail/bot\"") == true)
      func learned(_ source: String) async throws -> Int {
        try await store.read { db in
          try db.documents(from: source).compactMap { try db.document($0) }.count { $0.state == .learned }
        }
      }
      let (law, people) = (try await learned("law"), try await learned("mail/people"))
      #expect(law >= 8 && people >= 3)

      let done = try await forget(home, "--source", home.watch.description + "/mail/bot")
      #expect((done.documents, done.version, done.versions) == (31, 1, [2]))
      #expect((done.requeued, done.returning) == (people, 1))
      #expect(try traces(in: home.state.root, of: [Data(trigger.utf8)]) == [])
      #expect(try namings(of: "mail/bot", home) == [])
      try await home.succeed("run", "--once")
      let (last, counts) = try await store.read { (try $0.versions().last, try $0.documentCounts()) }
      #expect(last?.number == 3 && last?.parent == 1 && last?.documents == people + 1)
      #expect(counts[.learned] == law + people + 1 && counts[.forgotten] == 31 && counts[.duplicate] == 0)
      #expect(try traces(in: home.state.root, of: [Data(trigger.utf8)]) == [])
      #expect(try namings(of: "mail/bot", home) == [])
    }
  }

  @Test("asked of a daemon in a round: the round gives up, and the asker gets the outcome when no byte is left")
  func daemon() async throws {
    try await withTemporaryDirectory { folder in
      let home = try Home(
        new: folder,
        settings: [
          "round.tokens": "100", "train.epochs": "100", "train.enough": "100000000", "train.patience": "1000",
        ])
      let secret = Self.words(3)
      for number in 0..<60 { try home.drop(Prose.text(UInt64(number)), as: "law/\(number).md") }
      try home.drop(Prose.text(60) + "It is \(secret).\n", as: "law/secret.md")
      let daemon = try RunningDaemon(home)
      try await eventually("no round: \(daemon.prose)") {
        RoundActivity.read(round: 1, home.state, through: LocalFileSystem())?.phase == .training
      }
      let done = try await forget(home, "--source", "law/secret.md")
      #expect((done.documents, done.version, done.versions) == (1, 0, []))
      #expect(try traces(in: home.state.root, of: [Data(secret.utf8)]) == [])
      let store = try home.store()
      #expect(try await store.read { try $0.openRequests() }.isEmpty)
      #expect(try await store.read { try $0.round(1) }?.state == .abandoned)
      daemon.signal(SIGTERM)
      #expect(try await daemon.end() == 0)
      #expect(try traces(in: home.state.root, of: [Data(secret.utf8)]) == [])
    }
  }
}
