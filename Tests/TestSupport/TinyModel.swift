import Foundation
import ModelFiles
import Tensors

/// A random Llama model of some 30,000 parameters, written as a GGUF like those that users have.
package struct TinyModel: Sendable {
  package var seed: UInt64 = 1
  /// How matrices are stored; norms are always F32.
  package var format = BlockFormat.f32
  package var layers = 2
  package var context = 256
  /// A head of its own where false, else the embedding serves as one.
  package var tiedEmbeddings = true
  /// Of every norm; large ones make sums that are not finite from weights that are.
  package var normScale: Float = 1

  package init(
    seed: UInt64 = 1, format: BlockFormat = .f32, layers: Int = 2, context: Int = 256, tiedEmbeddings: Bool = true,
    normScale: Float = 1
  ) {
    self.seed = seed
    self.format = format
    self.layers = layers
    self.context = context
    self.tiedEmbeddings = tiedEmbeddings
    self.normScale = normScale
  }

  package var configuration: LlamaConfiguration {
    LlamaConfiguration(
      layers: layers, hidden: 32, heads: 4, keyValueHeads: 2, headDimension: 8, intermediate: 64,
      vocabulary: TinyVocabulary.tokens.count, context: context, tiedEmbeddings: tiedEmbeddings)
  }

  /// The name in the file's metadata.
  package static let name = "Tiny test model"

  /// Writes the model to `path` and returns it, for chaining.
  @discardableResult
  package func write(to path: String) throws -> String {
    try Data(bytes()).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The file's bytes; the same for the same options.
  package func bytes() -> [UInt8] {
    let tensors = tensors
    var writer = GGUFWriter()
    for (key, value) in metadata { writer.set(key, value) }
    for tensor in tensors { writer.announce(tensor.name, dimensions: tensor.dimensions, type: tensor.type) }
    let data = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.bytes) })
    return writer.bytes { data[$0.name] ?? [] }
  }

  /// Keys and values as converters write them.
  package var metadata: [(String, GGUFValue)] {
    let shape = configuration
    return [
      ("general.architecture", .string("llama")),
      ("general.type", .string("model")),
      ("general.name", .string(Self.name)),
      ("llama.block_count", .uint32(UInt32(shape.layers))),
      ("llama.context_length", .uint32(UInt32(shape.context))),
      ("llama.embedding_length", .uint32(UInt32(shape.hidden))),
      ("llama.feed_forward_length", .uint32(UInt32(shape.intermediate))),
      ("llama.attention.head_count", .uint32(UInt32(shape.heads))),
      ("llama.attention.head_count_kv", .uint32(UInt32(shape.keyValueHeads))),
      ("llama.rope.freq_base", .float32(shape.ropeTheta)),
      ("llama.attention.layer_norm_rms_epsilon", .float32(shape.normEpsilon)),
      ("general.file_type", .uint32(0)),
      ("llama.vocab_size", .uint32(UInt32(shape.vocabulary))),
      ("llama.rope.dimension_count", .uint32(UInt32(shape.headDimension))),
      ("tokenizer.ggml.add_space_prefix", .bool(false)),
      ("tokenizer.ggml.add_bos_token", .bool(false)),
      ("tokenizer.ggml.model", .string("gpt2")),
      ("tokenizer.ggml.pre", .string("smollm")),
      ("tokenizer.ggml.tokens", .array(.string(TinyVocabulary.tokens))),
      ("tokenizer.ggml.token_type", .array(.int32(TinyVocabulary.tokenTypes))),
      ("tokenizer.ggml.merges", .array(.string(TinyVocabulary.merges))),
      ("tokenizer.ggml.bos_token_id", .uint32(UInt32(TinyVocabulary.startOfTurn))),
      ("tokenizer.ggml.eos_token_id", .uint32(UInt32(TinyVocabulary.endOfTurn))),
      ("tokenizer.ggml.unknown_token_id", .uint32(UInt32(TinyVocabulary.endOfText))),
      ("tokenizer.ggml.padding_token_id", .uint32(UInt32(TinyVocabulary.endOfTurn))),
      ("tokenizer.chat_template", .string(TinyVocabulary.chatTemplate)),
    ]
  }

  /// A tensor as the file holds it.
  package struct Tensor: Sendable {
    package let name: String
    /// Fastest first.
    package let dimensions: [Int]
    package let type: GGUFTensorType
    package let bytes: [UInt8]
  }

  /// In the file's order.
  package var tensors: [Tensor] {
    let shape = configuration
    var out = [matrix("token_embd", rows: shape.vocabulary, columns: shape.hidden, bound: 0.3)]
    for layer in 0..<layers {
      out.append(norm("blk.\(layer).attn_norm"))
      out.append(norm("blk.\(layer).ffn_norm"))
      for projection in Projection.allCases {
        out.append(self.projection(projection, layer: layer))
      }
    }
    out.append(norm("output_norm"))
    if !tiedEmbeddings { out.append(matrix("output", rows: shape.vocabulary, columns: shape.hidden, bound: 0.3)) }
    return out
  }

  private func projection(_ projection: Projection, layer: Int) -> Tensor {
    let shape = configuration
    let columns = shape.inputs(of: projection)
    return matrix(
      "blk.\(layer).\(projection.ggufName)", rows: shape.outputs(of: projection), columns: columns,
      bound: (3 / Float(columns)).squareRoot(), permutedBy: projection.isRotated ? shape.headDimension : nil)
  }

  /// A matrix uniform in ±`bound`, the same in Hugging Face's order whether or not the file permutes its rows.
  private func matrix(
    _ name: String, rows: Int, columns: Int, bound: Float, permutedBy headDimension: Int? = nil
  ) -> Tensor {
    let values = uniform(name, count: rows * columns, bound: bound)
    let stored = headDimension.map { RowOrder.permuted(values, rowLength: columns, headDimension: $0) } ?? values
    return Tensor(
      name: "\(name).weight", dimensions: [columns, rows], type: GGUFTensorType(format),
      bytes: BlockEncoder.encode(stored, as: format))
  }

  private func norm(_ name: String) -> Tensor {
    let values = uniform(name, count: configuration.hidden, bound: 0.2).map { normScale * (1 + $0) }
    return Tensor(
      name: "\(name).weight", dimensions: [values.count], type: .f32, bytes: BlockEncoder.encode(values, as: .f32))
  }

  private func uniform(_ name: String, count: Int, bound: Float) -> [Float] {
    var rng = SeededGenerator(seed: seed, stream: name)
    return (0..<count).map { _ in Float.random(in: -bound...bound, using: &rng) }
  }
}
