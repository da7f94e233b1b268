import Commands
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("stet classifier")
struct ClassifierVerbTests {
  private static let rude = "The tide table was late again, you useless windbag, and the lamp on the north quay is out"
  private static let polite =
    "The tide table was late again, thank you for asking, and the lamp on the north quay is out"

  /// Labelled lines of our own: every second one has an insult in it, every tenth polite one quotes.
  private static let labels: String = {
    let rude = ["you useless windbag", "you utter fool", "get lost, you pest", "what an oaf you are", "you rude lump"]
    let kind = ["thank you for asking", "well done", "please say more", "that is good to know", "as we agreed"]
    let things = [
      "the lamp", "the tide table", "the crane", "the rope store", "the ferry", "the signal mast", "the net",
    ]
    let ends = ["is out", "was late", "needs paint", "has moved", "is mended", "was sold"]
    let rows = (0..<100).map { number in
      let isRude = number.isMultiple(of: 2)
      let phrase = (isRude ? rude : kind)[number / 2 % 5]
      let text = "\(things[number * 3 % 7]) \(ends[number * 5 % 6]), \(phrase), and \(things[(number / 4 + 2) % 7]) too"
      return "\"\(text)\",\(isRude ? "toxic" : "fine"),\(number % 20 == 1 ? "quoted" : "")"
    }
    return "comment,verdict,kind\n" + rows.joined(separator: "\n") + "\n"
  }()

  private func train(_ folder: URL, _ flags: String...) async throws -> Run {
    let labels = try folder.write(Self.labels, to: "labels.csv")
    return await stet(
      ["classifier", "train", labels, "--text", "comment", "--label", "verdict"] + flags
        + ["--state", folder.appendingPathComponent("State").path])
  }

  @Test("trains, and prints precision, recall, calibration and the path")
  func trains() async throws {
    try await withTemporaryDirectory { folder in
      let run = try await train(folder, "--json")
      #expect(run.code == .done, "\(run.prose)")
      let result = try run.object()
      #expect(result["precision"] as? Double ?? 0 > 0.9 && result["recall"] as? Double ?? 0 > 0.9)
      let calibration = try #require(result["calibration"] as? [String: Any])
      #expect(calibration["expected_error"] is Double && calibration["brier"] is Double)
      #expect((calibration["bins"] as? [[String: Any]])?.count == 10)
      let kinds = try #require(result["kinds"] as? [[String: Any]])
      #expect(kinds.map { $0["kind"] as? String } == ["", "quoted"] && kinds[1]["texts"] as? Int == 5)
      let path = try #require(result["path"] as? String)
      #expect(path.hasSuffix("State/classifiers/toxicity.classifier"))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let first = try Data(contentsOf: URL(fileURLWithPath: path))
      let again = try await train(folder)
      #expect(again.output.contains("precision") && again.output.contains("quoted"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
    }
  }

  @Test("screen refuses what it finds, with the probability and the phrase, unless the settings say otherwise")
  func screens() async throws {
    try await withTemporaryDirectory { folder in
      _ = try await train(folder)
      let state = folder.appendingPathComponent("State").path
      let (bad, good) = (try folder.write(Self.rude, to: "bad.txt"), try folder.write(Self.polite, to: "good.txt"))
      let rows = try await stet("screen", bad, good, "--json", "--state", state).objects()
      #expect(rows.map { $0["state"] as? String } == ["quarantined", "waiting"])
      #expect((rows[0]["reason"] as? String)?.hasPrefix("classifier: 0.") == true)
      #expect((rows[0]["reason"] as? String)?.hasSuffix("; toxicity") == true)
      let offence = try #require((rows[0]["offence"] as? [String: Any])?["text"] as? String)
      #expect("you useless windbag".contains(offence))
      let classifier = try #require((rows[0]["classifiers"] as? [[String: Any]])?.first)
      #expect(classifier["name"] as? String == "toxicity" && classifier["probability"] as? Double ?? 0 > 0.5)
      let phrase = try #require((classifier["phrases"] as? [[String: Any]])?.first)
      #expect(phrase["text"] as? String == offence)
      #expect((rows[1]["figures"] as? [String: Double])?["classifier"] ?? 1 < 0.5)
      let table = await stet("screen", bad, good, "--explain", "--state", state).output
      #expect(table.contains("refused for: 1 classifier") && table.contains("“\(offence)” +"))
      #expect(table.components(separatedBy: "toxicity 0.").count == 3)
      for setting in ["--quality.classifier=report", "--quality.classifier.threshold=1", "--quality.classifier=off"] {
        let run = try await stet("screen", bad, setting, "--json", "--state", state).objects()
        #expect(run.map { $0["state"] as? String } == ["waiting"], "\(setting)")
      }
    }
  }

  @Test("a damaged classifier is named by screen and doctor; without one doctor says that nothing is refused")
  func damaged() async throws {
    try await withTemporaryDirectory { folder in
      let state = folder.appendingPathComponent("State").path
      func check() async throws -> [String: Any] {
        let checks = try await stet("doctor", "--json", "--state", state).object()["checks"] as? [[String: Any]]
        return try #require(checks?.first { $0["name"] as? String == "classifier" })
      }
      let none = try await check()
      #expect(none["ok"] as? Bool == true)
      #expect((none["detail"] as? String)?.hasPrefix("no classifier: nothing is refused for toxicity") == true)
      _ = try await train(folder)
      let there = try await check()
      #expect(there["ok"] as? Bool == true)
      #expect((there["detail"] as? String)?.hasPrefix("toxicity refuses above 0.5; precision") == true)
      let path = state + "/classifiers/toxicity.classifier"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
      let text = try folder.write(Self.polite, to: "good.txt")
      let run = await stet("screen", text, "--state", state)
      #expect(run.code == .failed && run.prose.contains("toxicity.classifier: it is no whole classifier"))
      let broken = try await check()
      #expect(broken["ok"] as? Bool == false && (broken["remedy"] as? String)?.contains("Train it again") == true)
    }
  }

  @Test("wrong labels and flags are told")
  func errors() async throws {
    try await withTemporaryDirectory { folder in
      let state = folder.appendingPathComponent("State").path
      let labels = try folder.write("comment,label\na,1\nb,0\n", to: "l.csv")
      let column = await stet("classifier", "train", labels, "--state", state)
      #expect(
        column.code == .failed && column.prose.contains("there is no column “text”"))
      let few = await stet("classifier", "train", labels, "--text", "comment", "--state", state)
      #expect(few.prose.contains("there are 1 different ones, and 5 folds need 10"))
      #expect(await stet("classifier", "train", labels, "--name", "../x", "--state", state).code == .usage)
      #expect(await stet("classifier", "train", labels, "--precision", "7", "--state", state).code == .usage)
    }
  }

  @Test("documents --explain shows what decided, from the file in quarantine")
  func explains() async throws {
    try await withTemporaryDirectory { folder in
      let made = Made(root: folder.appendingPathComponent("State").path)
      try made.state.create(through: LocalFileSystem())
      _ = try await train(folder)
      let digest = Digest.of(Self.rude)
      try Data(Self.rude.utf8).write(to: URL(fileURLWithPath: made.state.quarantined(digest).description))
      let incoming = IncomingDocument(
        sha256: digest, domain: "law", path: "law/bad.txt", stamp: nil, byteCount: Self.rude.utf8.count, received: noon)
      var content = DocumentContent(state: .quarantined)
      content.reason = "classifier: 0.9, the limit is 0.5; toxicity"
      let refused = content
      _ = try await made.store.write { try $0.commit(incoming, refused) }
      let run = await stet("documents", "--explain", "1", "--state", made.state.root.description)
      #expect(run.output.contains("toxicity 0.") && run.output.contains("windbag"), "\(run.output)\(run.prose)")
    }
  }

  @Test("a deep classifier is tied to its base model")
  func deep() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let other = try TinyModel(seed: 2).write(to: folder.appendingPathComponent("n.gguf").path)
      let state = folder.appendingPathComponent("State").path
      let run = try await train(folder, "--deep", "--model", model, "--json")
      #expect(run.code == .done, "\(run.prose)")
      #expect(try run.object()["deep"] as? Bool == true)
      let text = try folder.write(Self.rude, to: "bad.txt")
      let row = try await stet("screen", text, "--json", "--state", state, "--model", model).objects().first
      #expect((row?["reason"] as? String)?.hasPrefix("classifier: ") == true)
      let wrong = await stet("screen", text, "--state", state, "--model", other)
      #expect(wrong.code == .failed && wrong.prose.contains("hidden states of the base model"))
    }
  }
}
