import Foundation
import ModelFiles
import Platform
import Tensors
import TestSupport
import Testing

@Suite("Base model")
struct BaseModelFileTests {
  @Test("configuration, names and hash are those of the file", arguments: [true, false])
  func configuration(tied: Bool) throws {
    try withModel(TinyModel(tiedEmbeddings: tied)) { model, path in
      let file = try BaseModelFile.read(path)
      #expect(file.configuration == model.configuration)
      #expect(file.name == TinyModel.name)
      #expect(file.sha256 == Digest.of(model.bytes()))
      #expect(file.quantisation == "F32")
      #expect((file.outputHead == nil) == tied)
      #expect(file.layers.count == 2)
      let shape = model.configuration
      let layer = 2 * shape.hidden + Projection.allCases.reduce(0) { $0 + shape.inputs(of: $1) * shape.outputs(of: $1) }
      let embedding = shape.vocabulary * shape.hidden
      #expect(file.parameterCount == 2 * layer + shape.hidden + embedding * (tied ? 1 : 2))
      #expect(try file.metadata.strings("tokenizer.ggml.tokens") == TinyVocabulary.tokens)
    }
  }

  @Test("every matrix has Hugging Face's shape and, for Q and K too, its row order", arguments: BlockFormat.allCases)
  func matrices(format: BlockFormat) throws {
    try withModel(TinyModel(format: format)) { model, path in
      let file = try BaseModelFile.read(path)
      let original = try BaseModelFile.read(try TinyModel().write(to: path))
      let tolerance: Float =
        switch format {
        case .f32: 0
        case .f16: 2e-4
        case .bf16: 2e-3
        case .q8x0: 3e-3
        case .q4x0: 0.06
        case .q4x1: 0.03
        }
      for (layer, exact) in zip(file.layers, original.layers) {
        #expect(layer.inputNorm == exact.inputNorm)
        #expect(layer.postAttentionNorm == exact.postAttentionNorm)
        for projection in Projection.allCases {
          #expect(layer[projection].format == format)
          #expect(layer[projection].rows == model.configuration.outputs(of: projection))
          #expect(layer[projection].columns == model.configuration.inputs(of: projection))
          let worst = zip(layer[projection].decoded(), exact[projection].decoded()).map { abs($0 - $1) }.max()
          #expect(worst ?? 1 <= tolerance, "\(projection)")
        }
      }
    }
  }

  @Test("a Q row of the file lies where Hugging Face has it")
  func rowOrder() throws {
    var tensors = raw()
    tensors.change("blk.0.attn_q.weight") { values in
      for row in 0..<32 { for column in 0..<32 { values[row * 32 + column] = Float(row) } }
    }
    try withFile(tensors.bytes()) { path in
      let q = try BaseModelFile.read(path).layers[0][.q].decoded()
      // Head dimension 8: rows 0, 2, 4, 6 of a head in the file are its first half.
      #expect((0..<16).map { q[$0 * 32] } == [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15])
    }
  }

  @Test("a NaN or an infinity in a norm, a weight or a scale is refused", arguments: BlockFormat.allCases)
  func notFinite(format: BlockFormat) throws {
    for (name, bad) in [("blk.1.ffn_down.weight", Float.nan), ("blk.0.attn_q.weight", .infinity)] {
      var tensors = raw(format)
      // The last block's scale becomes what was asked for, whatever the quantiser would make of it.
      tensors.changeBytes(name) { bytes in
        let block = bytes.count - format.bytesPerBlock
        let encoded =
          format == .f32 || format == .bf16 ? BlockEncoder.encode([bad], as: format) : little(Float16(bad).bitPattern)
        bytes.replaceSubrange(block..<block + encoded.count, with: encoded)
      }
      try expect(.notFinite(tensor: name), tensors)
    }
    var tensors = raw(format)
    tensors.change("blk.1.attn_norm.weight") { $0[31] = -.infinity }
    try expect(.notFinite(tensor: "blk.1.attn_norm.weight"), tensors)
  }

  @Test("a Q4_1 block whose offset is not finite is refused")
  func offsetNotFinite() throws {
    var tensors = raw(.q4x1)
    tensors.changeBytes("token_embd.weight") { $0.replaceSubrange(22..<24, with: [0x00, 0xFC]) }
    try expect(.notFinite(tensor: "token_embd.weight"), tensors)
  }

  @Test("missing, superfluous, misshapen tensors and types that are not read are refused by name")
  func tensors() throws {
    for name in ["token_embd.weight", "output_norm.weight", "blk.1.ffn_gate.weight", "blk.0.attn_norm.weight"] {
      var tensors = raw()
      tensors.tensors.removeAll { $0.name == name }
      try expect(.missingTensor(name), tensors)
    }
    var bias = raw()
    bias.tensors.append(.init(name: "blk.0.attn_q.bias", dimensions: [32], type: .f32, bytes: zeros(128)))
    try expect(.unknownTensor("blk.0.attn_q.bias"), bias)
    var shape = raw()
    shape.replace(
      "blk.0.attn_k.weight", .init(name: "blk.0.attn_k.weight", dimensions: [32, 8], type: .f32, bytes: zeros(1024)))
    try expect(.wrongShape(tensor: "blk.0.attn_k.weight", shape: [8, 32], expected: [16, 32]), shape)
    var type = raw()
    let name = "blk.0.ffn_down.weight"
    type.replace(name, .init(name: name, dimensions: [64, 32], type: .q5x0, bytes: zeros(64 * 22)))
    try expect(.unsupportedTensorType(tensor: name, type: "Q5_0"), type)
  }

  @Test("metadata that no plain Llama decoder has is refused by key")
  func metadata() throws {
    try expect(.missingKey("llama.block_count"), raw { $0["llama.block_count"] = nil })
    try expect(.missingTensor("blk.2.attn_norm.weight"), raw { $0["llama.block_count"] = .uint32(60_000) })
    try expect(.unsupportedArchitecture("gpt2"), raw { $0["general.architecture"] = .string("gpt2") })
    try expect(
      .wrongKeyType(key: "llama.embedding_length", expected: "an integer"),
      raw { $0["llama.embedding_length"] = .float32(32) })
    try expect(
      .unsupportedFeature("linear scaling of rotary positions"),
      raw { $0["llama.rope.scaling.type"] = .string("linear") })
    try expect(.unsupportedFeature("a mixture of 8 experts"), raw { $0["llama.expert_count"] = .uint32(8) })
    let bad: [(String, GGUFValue)] = [
      ("llama.block_count", .uint64(.max / 2)), ("llama.embedding_length", .uint32(0)),
      ("llama.attention.head_count", .uint32(0)), ("llama.attention.head_count_kv", .uint32(3)),
      ("llama.rope.dimension_count", .uint32(4)), ("llama.attention.key_length", .uint32(7)),
      ("llama.attention.layer_norm_rms_epsilon", .float32(.nan)), ("llama.rope.freq_base", .float32(-1)),
      ("llama.context_length", .int32(-1)), ("tokenizer.ggml.tokens", .array(.string(["a"]))),
    ]
    for (key, value) in bad {
      try withFile(raw { $0[key] = value }.bytes()) { path in
        do {
          _ = try BaseModelFile.read(path)
          Issue.record("accepted \(key) \(value)")
        } catch let error as GGUFError {
          if case .badValue = error.problem {} else { Issue.record("\(key): \(error)") }
        }
      }
    }
  }

  @Test("a model cut at any of many places is refused")
  func truncation() throws {
    let bytes = TinyModel(layers: 1).bytes()
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("cut.gguf")
      for count in stride(from: 0, to: bytes.count, by: 997) {
        try Data(bytes[..<count]).write(to: url)
        #expect(throws: GGUFError.self, "\(count) bytes") { try BaseModelFile.read(url.path) }
      }
    }
  }

  @Test("a path with nothing or with a directory is refused with a remedy")
  func paths() throws {
    try withTemporaryDirectory { directory in
      #expect(throws: GGUFError(directory.path, .unreadable("it is not a regular file"))) {
        try BaseModelFile.read(directory.path)
      }
      let missing = directory.appendingPathComponent("none.gguf").path
      #expect(throws: GGUFError.self) { try BaseModelFile.read(missing) }
    }
  }

  @Test("the digest of an unchanged file comes from the cache, that of a changed one does not")
  func digestCache() throws {
    try withModel(TinyModel()) { model, path in
      let cache = path + ".digests"
      let later = DigestCache(path: cache, now: { Date(timeIntervalSinceNow: 60) })
      let digest = try BaseModelFile.read(path, digests: later).sha256
      let status = try LocalFileSystem().status(of: Path(path), followingLinks: true)
      #expect(later.digest(of: status) == digest)
      let planted = Digest.of("planted")
      later.record(planted, of: status)
      #expect(try BaseModelFile.read(path, digests: later).sha256 == planted)
      try TinyModel(seed: 2).write(to: path)
      #expect(try BaseModelFile.read(path, digests: later).sha256 == Digest.of(TinyModel(seed: 2).bytes()))
    }
  }

  @Test("a file changed a moment ago is not remembered, and a damaged cache is as good as none")
  func cacheCaution() throws {
    try withModel(TinyModel()) { model, path in
      let status = try LocalFileSystem().status(of: Path(path), followingLinks: true)
      let changed = Double(status.changedNanoseconds) / 1e9
      let cache = DigestCache(path: path + ".digests", now: { Date(timeIntervalSince1970: changed + 1) })
      _ = try BaseModelFile.read(path, digests: cache)
      #expect(cache.digest(of: status) == nil)
      try Data("[{".utf8).write(to: URL(fileURLWithPath: cache.path))
      #expect(try BaseModelFile.read(path, digests: cache).sha256 == Digest.of(model.bytes()))
    }
  }

  // MARK: Models with something changed

  private func raw(_ format: BlockFormat = .f32, _ edit: (inout [String: GGUFValue]) -> Void = { _ in }) -> RawModel {
    RawModel(TinyModel(format: format), edit)
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private func withModel(_ model: TinyModel, _ body: (TinyModel, String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      try body(model, try model.write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
  }

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("tiny.gguf")
      try Data(bytes).write(to: url)
      try body(url.path)
    }
  }

  private func expect(
    _ problem: GGUFError.Problem, _ model: RawModel, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withFile(model.bytes()) { path in
      do {
        _ = try BaseModelFile.read(path)
        Issue.record("was accepted", sourceLocation: sourceLocation)
      } catch let error as GGUFError {
        #expect(error == GGUFError(path, problem), sourceLocation: sourceLocation)
      }
    }
  }
}
