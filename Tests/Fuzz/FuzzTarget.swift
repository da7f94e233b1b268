import Curation
import Daemon
import Foundation
import ModelFiles
import Platform
import Tensors
import TestSupport
import Tokenizers

/// A parser that strangers' bytes reach.
enum FuzzTarget: String, CaseIterable {
  /// A base model: header, tensors, tokenizer, chat template.
  case gguf
  case safetensors
  /// JSON of model files and of documents.
  case json
  /// `adapter_config.json`.
  case peft

  /// Reads `bytes`, which lie at `path` too, and does with them what `stet` would. Errors are as good as results.
  func run(_ bytes: [UInt8], at path: String) {
    switch self {
    case .gguf:
      guard let file = try? BaseModelFile.read(path) else { return }
      guard let description = try? TokenizerDescription(file.metadata), let tokenizer = try? Tokenizer(description)
      else { return }
      _ = tokenizer.encode("The ferry waits, as ever: 12 <|im_end|>")
      _ = try? ChatTemplate(tokenizer)
    case .safetensors:
      var stream = ByteStream(bytes)
      guard let file = try? SafetensorsFile.parse(&stream, path: path) else { return }
      for tensor in file.tensors { _ = try? file.floats(tensor.name, shape: tensor.shape) }
    case .json:
      if let value = try? JSONParser.parse(bytes) { precondition(!value.pretty.isEmpty) }
      for name in ["a.jsonl", "a.json"] {
        let verdict = FuzzTarget.curator.curate(name: name, bytes: Data(bytes))
        if case .accepted(let document) = verdict.state { _ = FuzzTarget.curator.samples(of: document) }
      }
    case .peft:
      _ = try? PEFTConfiguration(json: bytes)
    }
  }

  private static let curator: Curator = {
    do {
      var metadata = GGUFMetadata(file: "tiny.gguf")
      for (key, value) in TinyModel().metadata { metadata.set(key, value) }
      let tokenizer = try Tokenizer(TokenizerDescription(metadata))
      return Curator(tokenizer: tokenizer, template: try? ChatTemplate(tokenizer)) { Digest.of($0).bytes }
    } catch { fatalError("the tiny model's tokenizer: \(error)") }
  }()

  /// What mutation starts from.
  var seeds: [[UInt8]] {
    switch self {
    case .gguf:
      [
        TinyModel(layers: 1, context: 64).bytes(), TinyModel(format: .q4x0, layers: 1).bytes(),
        TinyModel(format: .q8x0, layers: 1, tiedEmbeddings: false).bytes(),
      ]
    case .safetensors:
      [
        safetensors(#"{"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}"#, 4),
        safetensors(
          #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}}"#,
          14),
        safetensors(#"{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}    "#, 8), safetensors("{}", 0),
      ]
    case .json:
      [
        #"{"text":"one \u00e9\ud83d\ude00 two","n":[1,-2.5e3,true,false,null],"o":{"a":{"b":[]}}}"#,
        "{\"prompt\":\"Q\",\"completion\":\" A\"}\n{\"text\":\"line two of the document\"}\n[1]\n",
        #"[{"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Good day"}]},{"text":"x"}]"#,
        #"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]}"#,
        #"{"instruction":"i","input":"","output":"o"}"#,
      ].map { Array($0.utf8) }
    case .peft:
      [
        PEFTConfiguration(rank: 4, alpha: 8, baseName: "base", targets: [.q, .v]).json,
        PEFTConfiguration(rank: 16, alpha: 2.5, dropout: 0.1, baseName: "", targets: nil).json,
      ].map { Array($0.utf8) }
    }
  }

  private func safetensors(_ header: String, _ count: Int) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 0x3C, count: count)
  }

  /// Bytes that mean something to the format.
  var words: [[UInt8]] {
    switch self {
    case .gguf:
      [
        "GGUF", "general.alignment", "llama.block_count", "llama.attention.head_count", "tokenizer.ggml.tokens",
        "token_embd.weight", "blk.0.attn_q.weight",
      ].map { Array($0.utf8) }
    case .safetensors, .json, .peft:
      [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "1e999", "-0", "9223372036854775808", "null",
        "true", "\"shape\"", "\"dtype\"", "\"data_offsets\"", "[[[[[[[[", "\"r\"", "\"lora_alpha\"", "\"text\"", "\n",
        "18446744073709551615", "0.1", "\"messages\"", "\u{feff}",
      ].map { Array($0.utf8) }
    }
  }
}
