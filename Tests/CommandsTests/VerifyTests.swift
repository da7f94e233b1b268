import Commands
import Foundation
import TestSupport
import Testing

@Suite("verify")
struct VerifyTests {
  private func folder(_ vectors: String, in directory: URL) throws -> (reference: URL, model: String) {
    let reference = directory.appendingPathComponent("reference")
    try FileManager.default.createDirectory(at: reference, withIntermediateDirectories: true)
    try reference.write(vectors, to: "tokenizer_vectors.jsonl")
    try reference.write("{}", to: "dpo.json")
    return (reference, try TinyModel().write(to: directory.appendingPathComponent("m.gguf").path))
  }

  @Test("figures that agree pass, and files without a check are named")
  func agreement() async throws {
    try await withTemporaryDirectory { directory in
      let (reference, model) = try folder("{\"text\": \"<|im_end|>\", \"ids\": [2]}\n", in: directory)
      let run = await stet("verify", reference.path, "--model", model, "--json")
      #expect(run.code == .done)
      let result = try run.object()
      #expect(result["ok"] as? Bool == true)
      #expect(result["unchecked"] as? [String] == ["dpo.json"])
      #expect((result["checks"] as? [[String: Any]])?.count == 2)
      #expect(run.prose.contains("no check for: dpo.json"))
    }
  }

  @Test("an id that differs fails with its line and exit code 1")
  func disagreement() async throws {
    try await withTemporaryDirectory { directory in
      let (reference, model) = try folder(
        "{\"text\": \"<|im_end|>\", \"ids\": [2]}\n{\"text\": \"<|im_end|>\", \"ids\": [1]}\n", in: directory)
      let run = await stet("verify", reference.path, "--model", model)
      #expect(run.code == .failed)
      #expect(run.output.contains("FAILS"))
      #expect(run.prose.contains("first tokenizer ids at line 2"))
    }
  }

  @Test("logits that are off by more than the tolerance, or no numbers, fail")
  func logits() async throws {
    try await withTemporaryDirectory { directory in
      let (reference, model) = try folder("", in: directory)
      try reference.write(
        #"[{"ids": [5], "top_ids": [[3]], "top_logits": [[1000]], "logsumexp": [1000]}]"#, to: "logits.json")
      let run = await stet("verify", reference.path, "--model", model, "--json")
      #expect(run.code == .failed)
      let checks = try #require(try run.object()["checks"] as? [[String: Any]])
      #expect(
        checks.filter { $0["ok"] as? Bool == false }.compactMap { $0["name"] as? String } == ["logits", "log-sum-exp"])
    }
  }

  @Test("figures of another model, damaged figures and an empty folder are refused in a sentence")
  func misfits() async throws {
    try await withTemporaryDirectory { directory in
      let (reference, model) = try folder("", in: directory)
      try reference.write(
        #"[{"ids": [99999], "top_ids": [[3]], "top_logits": [[1]], "logsumexp": [1]}]"#, to: "logits.json")
      #expect(await stet("verify", reference.path, "--model", model).prose.contains("does not fit this model"))
      try reference.write("[{}]", to: "logits.json")
      #expect(await stet("verify", reference.path, "--model", model).prose.contains("logits.json"))
      let empty = directory.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      #expect(await stet("verify", empty.path, "--model", model).prose.contains("holds no reference figures"))
    }
  }
}
