import Foundation
import ModelFiles
import Platform
import Tensors
import TestSupport
import Testing

@Suite("PEFT adapter folder")
struct PEFTAdapterTests {
  static let model = TinyModel().configuration

  @Test("a written adapter is read back bit for bit", arguments: [Projection.allCases, [.q, .v], [.down]])
  func roundTrip(targets: [Projection]) throws {
    try withTemporaryDirectory { directory in
      let adapter = Self.random(rank: 3, alpha: 6, targets: targets)
      try PEFTAdapterFolder.write(adapter, baseName: "Us/Tiny", to: directory.path)
      #expect(try PEFTAdapterFolder.read(directory.path, model: Self.model) == adapter)
      let configuration = try PEFTAdapterFolder.readConfiguration(directory.path)
      #expect(configuration == PEFTConfiguration(rank: 3, alpha: 6, baseName: "Us/Tiny", targets: targets))
    }
  }

  @Test("the configuration has every field that other tools read, a whole alpha as an integer")
  func configuration() throws {
    try withTemporaryDirectory { directory in
      let folder = directory.appendingPathComponent("v1")
      try PEFTAdapterFolder.write(
        Self.random(rank: 2, alpha: 16, targets: [.q, .k]), baseName: "Us/Tiny", to: folder.path)
      let text = try String(contentsOf: folder.appendingPathComponent("adapter_config.json"), encoding: .utf8)
      let expected = """
        {
          "alpha_pattern": {},
          "base_model_name_or_path": "Us/Tiny",
          "bias": "none",
          "fan_in_fan_out": false,
          "inference_mode": true,
          "lora_alpha": 16,
          "lora_dropout": 0.0,
          "modules_to_save": null,
          "peft_type": "LORA",
          "r": 2,
          "rank_pattern": {},
          "target_modules": [
            "q_proj",
            "k_proj"
          ],
          "task_type": "CAUSAL_LM",
          "use_dora": false,
          "use_rslora": false
        }

        """
      #expect(text == expected)
      let file = try SafetensorsFile.read(folder.appendingPathComponent("adapter_model.safetensors").path)
      #expect(file.metadata == ["format": "pt"])
      let key = "base_model.model.model.layers.1.self_attn.k_proj.lora_B.weight"
      #expect(file[key]?.shape == [16, 2])
      #expect(file.tensors.count == 8)
    }
  }

  @Test("a fraction stays a fraction")
  func fractionalAlpha() throws {
    try withTemporaryDirectory { directory in
      let adapter = Self.random(rank: 2, alpha: 1.5, targets: [.o])
      try PEFTAdapterFolder.write(adapter, baseName: "", dropout: 0.25, to: directory.path)
      #expect(try PEFTAdapterFolder.read(directory.path, model: Self.model) == adapter)
      #expect(try PEFTAdapterFolder.readConfiguration(directory.path).dropout == 0.25)
    }
  }

  @Test("a configuration as PEFT itself writes it is read; a pattern of targets is resolved from the tensors")
  func peftsOwn() throws {
    try withTemporaryDirectory { directory in
      let adapter = Self.random(rank: 2, alpha: 4, targets: [.gate, .up])
      try PEFTAdapterFolder.write(adapter, baseName: "", to: directory.path)
      let text = """
        {"alora_invocation_tokens": null, "alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": null,
         "bias": "none", "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true,
         "layers_pattern": null, "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 4.0,
         "lora_bias": false, "lora_dropout": 0.0, "modules_to_save": null, "peft_type": "LORA", "r": 2,
         "rank_pattern": {}, "target_modules": "all-linear", "task_type": "CAUSAL_LM", "use_dora": false,
         "use_rslora": false}
        """
      try Self.replaceConfiguration(in: directory, with: text)
      #expect(try PEFTAdapterFolder.read(directory.path, model: Self.model) == adapter)
    }
  }

  @Test("variants of LoRA that compute something else are refused by field")
  func variants() throws {
    let changes: [(String, JSONValue)] = [
      ("peft_type", .string("IA3")), ("use_dora", .bool(true)), ("use_rslora", .bool(true)), ("bias", .string("all")),
      ("fan_in_fan_out", .bool(true)), ("modules_to_save", .array([.string("lm_head")])),
      ("rank_pattern", .object([JSONMember(key: "q_proj", value: .integer(8))])),
    ]
    for (field, value) in changes {
      try expect(field: field, value) {
        if case .unsupported(field, value.compact, _) = $0 { true } else { false }
      }
    }
    try expect(field: "r", .integer(0)) { $0 == .badField("r", expected: "a positive integer") }
    try expect(field: "r", .string("2")) { $0 == .badField("r", expected: "a positive integer") }
    try expect(field: "lora_alpha", .integer(0)) { $0 == .badField("lora_alpha", expected: "a positive number") }
    try expect(field: "lora_dropout", .integer(1)) { if case .badField = $0 { true } else { false } }
    try expect(field: "target_modules", .array([.string("lm_head")])) { $0 == .unknownTarget("lm_head") }
    try expect(field: "target_modules", .array([])) { $0 == .noTargets }
    try expect(field: "target_modules", .array([.integer(1)])) { if case .badField = $0 { true } else { false } }
  }

  @Test("a rank that the tensors do not bear out sizes nothing and is refused")
  func rank() throws {
    for rank in [3, Int.max] {
      try expect(field: "r", .integer(rank)) { if case .wrongRank(rank, _, _) = $0 { true } else { false } }
    }
    // A tensor without a number in it bears nothing out either.
    let rank = 1 << 60
    try withTemporaryDirectory { directory in
      let adapter = Self.random(rank: 2, alpha: 4, targets: [.q])
      try PEFTAdapterFolder.write(adapter, baseName: "", to: directory.path)
      let hollow = SafetensorsFile.Source(name: adapter.layout.entries[0].peftName, shape: [rank, 0], values: [])
      try SafetensorsFile.write([hollow], to: directory.appendingPathComponent("adapter_model.safetensors").path)
      let path = directory.appendingPathComponent("adapter_config.json")
      let text = try String(contentsOf: path, encoding: .utf8).replacing(/"r": *2/, with: "\"r\": \(rank)")
      try Self.replaceConfiguration(in: directory, with: text)
      #expect(throws: SafetensorsError.self) { try PEFTAdapterFolder.read(directory.path, model: Self.model) }
    }
  }

  @Test("missing, unknown, misshapen and NaN tensors are refused by name")
  func tensors() throws {
    try withTemporaryDirectory { directory in
      let adapter = Self.random(rank: 2, alpha: 4, targets: [.q, .v])
      try PEFTAdapterFolder.write(adapter, baseName: "", to: directory.path)
      let path = directory.appendingPathComponent("adapter_model.safetensors").path
      let whole = adapter.layout.entries.map {
        SafetensorsFile.Source(
          name: $0.peftName, shape: [$0.rows, $0.columns], values: Array(adapter.parameters[$0.range]))
      }
      let last = whole[whole.count - 1]
      func refused(_ tensors: [SafetensorsFile.Source]) throws -> (any Error)? {
        try SafetensorsFile.write(tensors, to: path)
        do { _ = try PEFTAdapterFolder.read(directory.path, model: Self.model) } catch { return error }
        return nil
      }
      #expect(try refused(Array(whole.dropLast())) as? SafetensorsError == .init(path, .missingTensor(last.name)))
      #expect(try refused(Array(whole.dropFirst())) as? SafetensorsError == .init(path, .missingTensor(whole[0].name)))
      let stranger = SafetensorsFile.Source(name: "base_model.model.lm_head.lora_A.weight", shape: [1], values: [0])
      #expect(try refused(whole + [stranger]) as? PEFTError == .init(path, .unknownTensor(stranger.name)))
      let turned = SafetensorsFile.Source(name: last.name, shape: last.shape.reversed(), values: last.values)
      #expect(
        try refused(whole.dropLast() + [turned]) as? SafetensorsError
          == .init(path, .wrongShape(tensor: last.name, shape: turned.shape, expected: last.shape)))
      var values = last.values
      values[3] = .nan
      let sick = SafetensorsFile.Source(name: last.name, shape: last.shape, values: values)
      #expect(try refused(whole.dropLast() + [sick]) as? SafetensorsError == .init(path, .notFinite(tensor: last.name)))
    }
  }

  @Test("an adapter for a model of another width is refused")
  func otherModel() throws {
    try withTemporaryDirectory { directory in
      try PEFTAdapterFolder.write(Self.random(rank: 2, alpha: 4, targets: [.q]), baseName: "", to: directory.path)
      var other = Self.model
      other.hidden = 64
      #expect(throws: SafetensorsError.self) { try PEFTAdapterFolder.read(directory.path, model: other) }
    }
  }

  @Test("an empty directory is refused with a remedy")
  func nothing() throws {
    try withTemporaryDirectory { directory in
      #expect {
        try PEFTAdapterFolder.read(directory.path, model: Self.model)
      } throws: {
        "\($0)".hasPrefix("\(directory.path)/adapter_config.json: cannot be read")
      }
    }
  }

  // MARK: Help

  static func random(rank: Int, alpha: Float, targets: [Projection], seed: UInt64 = 3) -> Adapter {
    var rng = SeededGenerator(seed: seed)
    var adapter = Adapter.zero(
      AdapterLayout(lora: LoRAConfiguration(rank: rank, alpha: alpha, targets: targets), model: model))
    for i in adapter.parameters.indices { adapter.parameters[i] = Float.random(in: -0.5...0.5, using: &rng) }
    return adapter
  }

  private static func replaceConfiguration(in directory: URL, with text: String) throws {
    try Data(text.utf8).write(to: directory.appendingPathComponent("adapter_config.json"))
  }

  /// Reads an adapter of rank 2 for Q whose configuration has one field changed.
  private func expect(
    field: String, _ value: JSONValue, sourceLocation: SourceLocation = #_sourceLocation,
    _ matches: (PEFTError.Problem) -> Bool
  ) throws {
    try withTemporaryDirectory { directory in
      try PEFTAdapterFolder.write(Self.random(rank: 2, alpha: 4, targets: [.q]), baseName: "", to: directory.path)
      let path = directory.appendingPathComponent("adapter_config.json")
      guard case .object(let members) = try JSONParser.parse([UInt8](Data(contentsOf: path))) else {
        Issue.record("no object", sourceLocation: sourceLocation)
        return
      }
      let changed = members.filter { $0.key != field } + [JSONMember(key: field, value: value)]
      try Self.replaceConfiguration(in: directory, with: JSONValue.object(changed).pretty)
      do {
        _ = try PEFTAdapterFolder.read(directory.path, model: Self.model)
        Issue.record("was accepted: \(field)", sourceLocation: sourceLocation)
      } catch let error as PEFTError {
        #expect(matches(error.problem), "\(error)", sourceLocation: sourceLocation)
      } catch { Issue.record(error, sourceLocation: sourceLocation) }
    }
  }
}
