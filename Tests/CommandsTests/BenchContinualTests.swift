import Commands
import Foundation
import TestSupport
import Testing

@Suite("bench continual")
struct BenchContinualTests {
  /// A task of sixteen short questions, made by rule.
  private func task(_ name: String, in folder: URL, labels: [String]) throws -> String {
    let place = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    func lines(_ range: Range<Int>) -> String {
      range.map { #"{"prompt": "the \#($0 % 4) is", "completion": " \#(labels[$0 % labels.count])"}"# }
        .joined(separator: "\n")
    }
    _ = try place.write(lines(0..<12), to: "train.jsonl")
    _ = try place.write(lines(12..<20), to: "test.jsonl")
    let list = labels.map { "\"\($0)\"" }.joined(separator: ", ")
    _ = try place.write("[\(list)]", to: "labels.json")
    return place.path
  }

  private static let small = ["--lora.rank", "2", "--train.sequence", "64", "--epochs", "1", "--general.pieces", "4"]

  @Test("prints R with the base's row first, and the figures that INTERFACE names")
  func json() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let tasks = [
        try task("one", in: folder, labels: ["yes", "no"]), try task("two", in: folder, labels: ["red", "blue"]),
      ]
      let run = await stet(
        ["bench", "continual", "--arm", "ewc+replay", "--json", "--model", model, "--test", "5"] + Self.small + tasks)
      let object = try run.object()
      #expect(object["arm"] as? String == "ewc+replay" && object["tasks"] as? [String] == ["one", "two"])
      let matrix = try #require(object["R"] as? [[Double]])
      #expect(matrix.count == 3 && matrix.joined().allSatisfy { abs($0 * 5 - ($0 * 5).rounded()) < 1e-9 })
      for field in [
        "accuracy", "backward_transfer", "forgetting", "learning_accuracy", "regret", "seconds", "tokens",
      ] {
        #expect(object[field] is Double || object[field] is Int, "\(field)")
      }
      let joint = try await stet(
        ["bench", "continual", "--arm", "joint", "--json", "--model", model, "--test", "5"] + Self.small + tasks
      ).object()
      for field in ["backward_transfer", "forgetting", "loss", "general_divergence"] {
        #expect(joint[field] is NSNull, "\(field)")
      }
    }
  }

  @Test("a sweep runs what is missing alone, and writes a table and a page")
  func sweep() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let tasks = [
        try task("one", in: folder, labels: ["yes", "no"]), try task("two", in: folder, labels: ["red", "blue"]),
      ]
      let target = folder.appendingPathComponent("runs").path
      let arguments =
        [
          "bench", "continual", "--sweep", target, "--arm", "naive,joint,replay,replay@0.5", "--orders", "2", "--model",
          model,
        ]
        + Self.small + tasks
      let first = await stet(arguments)
      #expect(first.code == .done && first.output.contains("naive") && first.output.contains("backward"))
      let files = try FileManager.default.contentsOfDirectory(atPath: target).filter {
        $0.hasSuffix(".json") && !$0.hasPrefix("texts-")
      }
      #expect(files.count == 7)
      let page = try String(contentsOfFile: target + "/sweep.html", encoding: .utf8)
      #expect(page.contains("after one") && page.contains("after two"))
      // Runs of before lack what was not measured, where it is null now.
      let joint = target + "/" + (try #require(files.first { $0.hasPrefix("joint") }))
      let run = try String(contentsOfFile: joint, encoding: .utf8)
      let older = run.replacing(#/\n *"\w+" : null,/#, with: "")
      #expect(older.count < run.count && !older.contains("backward_transfer"))
      try older.write(toFile: joint, atomically: true, encoding: .utf8)
      let began = try FileManager.default.attributesOfItem(atPath: target + "/" + files[0])[.modificationDate] as? Date
      #expect(await stet(arguments).output == first.output)
      let later = try FileManager.default.attributesOfItem(atPath: target + "/" + files[0])[.modificationDate] as? Date
      #expect(began == later)
    }
  }

  @Test("says what is wrong with an arm, its numbers or a task, and where")
  func refusals() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let one = try task("one", in: folder, labels: ["yes", "no"])
      #expect(await stet(["bench", "continual", "--arm", "repaly", one]).prose.contains("replay"))
      #expect(await stet(["bench", "continual", one]).code == .usage)
      #expect(await stet(["bench", "continual", "--arm", "slao=1", one]).prose.contains("takes no number"))
      #expect(await stet(["bench", "continual", "--arm", "ewc", "--buffer", "2", one]).code == .usage)
      #expect(await stet(["bench", "continual", "--arm", "replay@1.5", one]).code == .usage)
      #expect(await stet(["bench", "continual", "--arm", "ewc,naive", one]).code == .usage)
      let missing = await stet(["bench", "continual", "--arm", "naive", "--model", model, folder.path + "/none"])
      #expect(missing.code == .failed && missing.prose.contains("no such folder"))
      let place = folder.appendingPathComponent("one")
      _ = try place.write(#"{"prompt": "the", "completion": " maybe"}"#, to: "test.jsonl")
      let label = await stet(["bench", "continual", "--arm", "naive", "--model", model, one])
      #expect(label.code == .failed && label.prose.contains("line 1") && label.prose.contains("maybe"))
      _ = try place.write("{\"prompt\": \"the\"}", to: "train.jsonl")
      #expect(
        await stet(["bench", "continual", "--arm", "naive", "--model", model, one]).prose.contains(
          "train.jsonl, line 1"))
    }
  }
}
