/// Token ids, and which of them the model is taught to predict.
package struct EncodedSample: Codable, Hashable, Sendable {
  package var tokens: [Int32]
  /// `supervised[t]`: token t is a target, predicted from the tokens before it; never so for t = 0.
  package var supervised: [Bool]

  /// - Precondition: as many marks as tokens, and the first token not supervised.
  package init(tokens: [Int32], supervised: [Bool]) {
    precondition(tokens.count == supervised.count, "\(tokens.count) tokens, \(supervised.count) marks")
    precondition(supervised.first != true, "the first token cannot be predicted from nothing")
    self.tokens = tokens
    self.supervised = supervised
  }

  /// Running text: every token but the first is a target.
  package init(text tokens: [Int32]) {
    self.tokens = tokens
    supervised = tokens.indices.map { $0 > 0 }
  }

  package var supervisedCount: Int { supervised.count { $0 } }
}

/// Collects tokens with their marks.
struct SampleBuilder {
  private var tokens: [Int32] = []
  private var supervised: [Bool] = []

  mutating func append(_ ids: some Sequence<Int32>, supervised mark: Bool) {
    for id in ids {
      supervised.append(mark && !tokens.isEmpty)
      tokens.append(id)
    }
  }

  func finish() -> EncodedSample { EncodedSample(tokens: tokens, supervised: supervised) }
}

extension Tokenizer {
  /// A prompt and its completion for training: the completion and the end token are targets. Both are plain text, and are
  /// encoded apart, so that the prompt has the ids that it has when the model is asked.
  package func encodeForTraining(prompt: String, completion: String) -> EncodedSample {
    var sample = SampleBuilder()
    sample.append(encode(prompt), supervised: false)
    sample.append(encode(completion), supervised: true)
    sample.append(CollectionOfOne(endOfTurn), supervised: true)
    return sample.finish()
  }
}
