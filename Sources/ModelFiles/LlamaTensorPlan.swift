import Tensors

/// What a GGUF of architecture `llama` has to hold: its configuration, and the part each of its tensors plays.
struct LlamaTensorPlan {
  enum Role: Hashable {
    case embedding
    case outputHead
    case finalNorm
    case inputNorm(layer: Int)
    case postAttentionNorm(layer: Int)
    case projection(layer: Int, Projection)
  }

  let configuration: LlamaConfiguration
  /// One for each tensor of the file, in its order.
  let roles: [Role]

  /// Widths, counts and lengths beyond this are no model that fits a machine.
  private static let widthLimit = 1 << 24
  /// Positions beyond are not used: a table of rotations has a row for each.
  private static let longestContext = 1 << 17
  private static let layerLimit = 1 << 16

  /// - Throws: where a key or a tensor is missing, unknown, of another shape or in a format that is not read.
  init(_ file: GGUFFile) throws(GGUFError) {
    var places: [String: Int] = [:]
    for (place, tensor) in file.tensors.enumerated() { places[tensor.name] = place }
    guard let embedding = places["token_embd.weight"] else {
      throw GGUFError(file.path, .missingTensor("token_embd.weight"))
    }
    let shape = try Self.configuration(
      file.metadata, vocabulary: file.tensors[embedding].rows, tied: places["output.weight"] == nil)

    var roles: [Int: Role] = [:]
    func take(_ name: String, _ expected: [Int], _ role: Role) throws(GGUFError) {
      guard let place = places.removeValue(forKey: name) else { throw GGUFError(file.path, .missingTensor(name)) }
      let tensor = file.tensors[place]
      guard tensor.dimensions == expected else {
        throw GGUFError(
          file.path, .wrongShape(tensor: name, shape: tensor.dimensions.reversed(), expected: expected.reversed()))
      }
      guard tensor.type.format != nil else {
        throw GGUFError(file.path, .unsupportedTensorType(tensor: name, type: tensor.type.name))
      }
      roles[place] = role
    }
    try take("token_embd.weight", [shape.hidden, shape.vocabulary], .embedding)
    try take("output_norm.weight", [shape.hidden], .finalNorm)
    if !shape.tiedEmbeddings { try take("output.weight", [shape.hidden, shape.vocabulary], .outputHead) }
    // Ends at the first missing tensor, so that a wrong layer count costs nothing.
    for layer in 0..<shape.layers {
      try take("blk.\(layer).attn_norm.weight", [shape.hidden], .inputNorm(layer: layer))
      try take("blk.\(layer).ffn_norm.weight", [shape.hidden], .postAttentionNorm(layer: layer))
      for projection in Projection.allCases {
        try take(
          "blk.\(layer).\(projection.ggufName).weight",
          [shape.inputs(of: projection), shape.outputs(of: projection)], .projection(layer: layer, projection))
      }
    }
    if let name = places.keys.min() { throw GGUFError(file.path, .unknownTensor(name)) }
    configuration = shape
    self.roles = file.tensors.indices.compactMap { roles[$0] }
  }

  private static func configuration(
    _ metadata: GGUFMetadata, vocabulary: Int, tied: Bool
  ) throws(GGUFError) -> LlamaConfiguration {
    func refuse(_ key: String, _ fact: String) -> GGUFError {
      GGUFError(metadata.file, .badValue(key: key, fact: fact))
    }
    func count(_ key: String, limit: Int = widthLimit, absent: Int? = nil) throws(GGUFError) -> Int {
      let value: Int
      if let absent { value = try metadata.integerIfPresent(key) ?? absent } else { value = try metadata.integer(key) }
      guard value >= 1, value <= limit else { throw refuse(key, "is \(value), allowed are 1 to \(limit)") }
      return value
    }
    let architecture = try metadata.string("general.architecture")
    guard architecture == "llama" else { throw GGUFError(metadata.file, .unsupportedArchitecture(architecture)) }
    try refuseUnsupported(metadata)

    let hidden = try count("llama.embedding_length")
    let heads = try count("llama.attention.head_count")
    let keyValueHeads = try count("llama.attention.head_count_kv", absent: heads)
    guard heads.isMultiple(of: keyValueHeads) else {
      throw refuse("llama.attention.head_count_kv", "is \(keyValueHeads), which does not divide \(heads) heads")
    }
    let headDimension = try count("llama.attention.key_length", absent: max(1, hidden / heads))
    guard headDimension.isMultiple(of: 2) else {
      throw refuse("llama.attention.head_count", "gives heads of \(headDimension), an odd number")
    }
    for key in ["llama.attention.value_length", "llama.rope.dimension_count"] {
      let value = try count(key, absent: headDimension)
      guard value == headDimension else { throw refuse(key, "is \(value), the heads have \(headDimension)") }
    }
    let epsilon = try metadata.float("llama.attention.layer_norm_rms_epsilon")
    guard epsilon > 0, epsilon < 1 else {
      throw refuse("llama.attention.layer_norm_rms_epsilon", "is \(epsilon), not between 0 and 1")
    }
    let theta = try metadata.floatIfPresent("llama.rope.freq_base") ?? 10_000
    guard theta > 0, theta.isFinite else { throw refuse("llama.rope.freq_base", "is \(theta), not a positive number") }
    if let tokens = try metadata.stringsIfPresent("tokenizer.ggml.tokens"), tokens.count != vocabulary {
      throw refuse("tokenizer.ggml.tokens", "has \(tokens.count) tokens, the embedding \(vocabulary) rows")
    }
    return LlamaConfiguration(
      layers: try count("llama.block_count", limit: layerLimit), hidden: hidden, heads: heads,
      keyValueHeads: keyValueHeads, headDimension: headDimension,
      intermediate: try count("llama.feed_forward_length"), vocabulary: vocabulary,
      context: min(try count("llama.context_length"), longestContext), normEpsilon: epsilon, ropeTheta: theta,
      tiedEmbeddings: tied)
  }

  /// Refuses what would make the model compute something else than a plain Llama decoder does.
  private static func refuseUnsupported(_ metadata: GGUFMetadata) throws(GGUFError) {
    if let scaling = try metadata.stringIfPresent("llama.rope.scaling.type"), scaling != "none" {
      throw GGUFError(metadata.file, .unsupportedFeature("\(scaling) scaling of rotary positions"))
    }
    if let scale = try metadata.floatIfPresent("llama.rope.scale_linear"), scale != 1 {
      throw GGUFError(metadata.file, .unsupportedFeature("linear scaling of rotary positions"))
    }
    if let experts = try metadata.integerIfPresent("llama.expert_count"), experts > 0 {
      throw GGUFError(metadata.file, .unsupportedFeature("a mixture of \(experts) experts"))
    }
  }
}
