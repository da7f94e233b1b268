import Commands
import Foundation
import TestSupport
import Testing

@Suite("Verbs")
struct VerbTests {
  @Test("settings --json has a line for every setting, with value, origin, unit and meaning")
  func settings() async throws {
    let run = await stet("settings", "--json", "--state", "/nonexistent", environment: ["STET_LORA_RANK": "8"])
    let rows = try run.objects()
    #expect(rows.count > 40)
    let rank = try #require(rows.first { $0["key"] as? String == "lora.rank" })
    #expect(rank["value"] as? Int == 8)
    #expect(rank["default"] as? Int == 16)
    #expect(rank["origin"] as? String == "STET_LORA_RANK")
    #expect(rows.allSatisfy { $0["unit"] is String && !($0["meaning"] as? String ?? "").isEmpty })
    let limit = try #require(rows.first { $0["key"] as? String == "intake.limit" })
    #expect(limit["value"] as? Int == limit["default"] as? Int && (limit["value"] as? Int ?? 0) > 1 << 20)
  }

  @Test("settings fit into 100 columns, every word of them, and a word that is no number has no unit")
  func settingsTable() async {
    let run = await stet("settings", "--state", "/nonexistent")
    let lines = run.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(lines.filter { $0.count > 100 })")
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("documents of a domain that may have") || words.contains("learned without it."))
    #expect(!run.output.contains("off documents") && !run.output.contains("trained probability"))
    #expect(run.output.contains("20 documents"))
  }

  @Test("tokenize gives the ids of each line, markup recognised unless --plain")
  func tokenize() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let texts = try folder.write("{\"text\": \"the\"}\n\n{\"text\": \"<|im_end|>\"}\n{\"text\": \"\"}", to: "t.jsonl")
      let run = await stet("tokenize", "--jsonl", texts, "--model", model)
      let ids = try run.objects().map { $0["ids"] as? [Int] ?? [-1] }
      #expect(ids.count == 3)
      #expect(ids[1] == [Int(TinyVocabulary.endOfTurn)])
      #expect(ids[2] == [])
      let plain = try await stet("tokenize", "--jsonl", texts, "--plain", "--model", model).objects()
      #expect((plain[1]["ids"] as? [Int] ?? []).count > 1)
    }
  }

  @Test("tokenize names the line that is no object with a text")
  func tokenizeBadLine() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let texts = try folder.write("{\"text\": \"the\"}\n{\"txt\": 1}\n", to: "t.jsonl")
      let run = await stet("tokenize", "--jsonl", texts, "--model", model)
      #expect(try run.objects().count == 1)
      #expect(run.code == .failed)
      #expect(run.prose.contains("t.jsonl: line 2"))
    }
  }

  @Test("model info --json has the fields that INTERFACE names")
  func modelInfo() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let info = try await stet("model", "info", model, "--json").object()
      #expect(info["path"] as? String == model)
      #expect((info["sha256"] as? String)?.count == 64)
      #expect(info["architecture"] as? String == "llama")
      #expect(info["layers"] as? Int == 2)
      #expect(info["hidden"] as? Int == 32)
      #expect(info["vocabulary"] as? Int == TinyVocabulary.tokens.count)
      #expect(info["context"] as? Int == 256)
      #expect(info["quantisation"] as? String == "F32")
      #expect(info["parameters"] is Int)
      let template = try #require(info["template"] as? [String: Any])
      #expect(template["problem"] is NSNull)
      #expect(await stet("model", "info", model).output.contains("ChatML"))
    }
  }

  @Test("a model that is not there is named, with what to do")
  func noModel() async throws {
    try await withTemporaryDirectory { folder in
      let run = await stet("model", "info", "--state", folder.path)
      #expect(run.code == .failed)
      #expect(run.prose.contains("stet model fetch"))
      #expect(await stet("model", "info", folder.path + "/none.gguf").prose.contains("none.gguf"))
    }
  }

  @Test("service has absolute paths, quoted for systemd, and no network unless a hook may need it")
  func service() async throws {
    let run = await stet("service", "--state", "/srv/a b%$\"x", "--watch", "/srv/Watch")
    #expect(run.code == .done)
    #expect(run.output.contains(#" run --state "/srv/a b%%$$\"x" --watch /srv/Watch"#))
    #expect(run.output.contains(#"ReadWritePaths="/srv/a b%%$\"x" /srv/Watch"#))
    for line in ["Type=notify", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateNetwork=yes", "UMask=0077"] {
      #expect(run.output.contains(line + "\n"))
    }
    let user = await stet("service", "--user")
    #expect(!user.output.contains("\nUser="))
    #expect(user.output.contains("WantedBy=default.target"))
    try await withTemporaryDirectory { state in
      try state.write(#"{"hooks.published": ["/bin/true"]}"#, to: "stet.json")
      #expect(!(await stet("service", "--state", state.path).output.contains("PrivateNetwork")))
    }
  }

  @Test("bench train reports speed, memory and what sgemm allows")
  func benchTrain() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let run = await stet(
        "bench", "train", "--model", model, "--sequence", "16", "--steps", "2", "--rank", "2", "--json", "--profile")
      let result = try run.object()
      for key in ["tokens_per_second", "sgemm_gflops", "fraction_of_sgemm", "peak_rss_bytes"] {
        #expect((result[key] as? Double ?? 0) > 0, "\(key)")
      }
      #expect(result["blas_kernel"] is String)
      #expect(result["threads"] is Int)
      #expect((result["profile"] as? [[String: Any]])?.count == 7)
    }
  }

  @Test("doctor has a remedy for everything that is not ok, and repairs what it can")
  func doctor() async throws {
    try await withTemporaryDirectory { folder in
      let model = try TinyModel().write(to: folder.appendingPathComponent("m.gguf").path)
      let state = folder.appendingPathComponent("State")
      try FileManager.default.createDirectory(
        at: state.appendingPathComponent("originals"), withIntermediateDirectories: true)
      try state.write("not a database, but long enough to be looked at as one", to: "store.sqlite", mode: 0o644)
      let run = await stet("doctor", "--state", state.path, "--model", model, "--json")
      #expect(run.code == .failed)
      let checks = try #require(try run.object()["checks"] as? [[String: Any]])
      let bad = checks.filter { $0["ok"] as? Bool == false }
      #expect(bad.compactMap { $0["name"] as? String } == ["permissions", "store"])
      #expect(bad.allSatisfy { !($0["remedy"] as? String ?? "").isEmpty })
      #expect(checks.contains { $0["name"] as? String == "sgemm" && $0["ok"] as? Bool == true })
      let repaired = await stet("doctor", "--state", state.path, "--model", model, "--repair")
      #expect(repaired.prose.contains("store.sqlite: closed to others"))
      #expect(repaired.output.contains("ok    permissions"))
    }
  }
}
