/// The shape of a Llama-architecture decoder, in Hugging Face's terms.
package struct LlamaConfiguration: Codable, Hashable, Sendable {
  package var layers: Int
  package var hidden: Int
  package var heads: Int
  package var keyValueHeads: Int
  package var headDimension: Int
  package var intermediate: Int
  package var vocabulary: Int
  package var context: Int
  package var normEpsilon: Float
  package var ropeTheta: Float
  /// The vocabulary projection is the embedding matrix.
  package var tiedEmbeddings: Bool

  package init(
    layers: Int, hidden: Int, heads: Int, keyValueHeads: Int, headDimension: Int, intermediate: Int, vocabulary: Int,
    context: Int, normEpsilon: Float = 1e-5, ropeTheta: Float = 10_000, tiedEmbeddings: Bool = true
  ) {
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headDimension = headDimension
    self.intermediate = intermediate
    self.vocabulary = vocabulary
    self.context = context
    self.normEpsilon = normEpsilon
    self.ropeTheta = ropeTheta
    self.tiedEmbeddings = tiedEmbeddings
  }

  package var queryWidth: Int { heads * headDimension }
  package var keyValueWidth: Int { keyValueHeads * headDimension }

  /// Rows (output width) of a projection's weight.
  package func outputs(of projection: Projection) -> Int {
    switch projection {
    case .q: queryWidth
    case .k, .v: keyValueWidth
    case .o, .down: hidden
    case .gate, .up: intermediate
    }
  }

  /// Columns (input width) of a projection's weight.
  package func inputs(of projection: Projection) -> Int {
    switch projection {
    case .q, .k, .v, .gate, .up: hidden
    case .o: queryWidth
    case .down: intermediate
    }
  }
}
