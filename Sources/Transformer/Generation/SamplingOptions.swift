import ModelFiles

/// How tokens are chosen, and when a stream ends.
package struct SamplingOptions: Codable, Hashable, Sendable {
  /// Divides the logits; 0 takes the most probable token.
  package var temperature: Float
  /// Draws from the fewest most probable tokens whose probabilities reach this sum (Holtzman et al., 2020); 1 is all.
  package var topP: Float
  /// The most tokens to generate; `nil` is as many as the context holds.
  package var maxTokens: Int?
  /// Tokens that end a stream; they are not part of its text.
  package var stop: Set<Int32>
  /// Each prompt of a call draws from a stream of its own, by its place in the call.
  package var seed: UInt64

  package init(
    temperature: Float = 0.7, topP: Float = 0.95, maxTokens: Int? = nil, stop: Set<Int32> = [], seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
  }
}

/// Why nothing was generated.
package enum GenerationError: Error, Hashable, CustomStringConvertible, Sendable {
  case emptyPrompt(prompt: Int)
  case unknownToken(prompt: Int, token: Int32, vocabulary: Int)
  case contextExceeded(prompt: Int, tokens: Int, maxTokens: Int, context: Int)
  case invalidOption(name: String, value: String, allowed: String)

  package var description: String {
    switch self {
    case .emptyPrompt(let prompt):
      "prompt \(prompt) has no tokens; start it with the model's end-of-text token to generate from nothing"
    case .unknownToken(let prompt, let token, let vocabulary):
      "prompt \(prompt) has token \(token), the model has \(vocabulary); encode it with this model's tokenizer"
    case .contextExceeded(let prompt, let tokens, let maxTokens, let context):
      "prompt \(prompt) has \(tokens) tokens and \(maxTokens) are to follow, the model's context is \(context); "
        + "shorten the prompt or ask for at most \(max(context - tokens, 0)) tokens"
    case .invalidOption(let name, let value, let allowed):
      "\(name) is \(value); it can be \(allowed)"
    }
  }
}

extension SamplingOptions {
  /// Checks everything that can be known before the first token.
  func validate(_ prompts: [[Int32]], model: LlamaConfiguration) throws(GenerationError) {
    guard temperature.isFinite, temperature >= 0 else {
      throw .invalidOption(name: "temperature", value: "\(temperature)", allowed: "0 or any positive number")
    }
    guard topP > 0, topP <= 1 else {
      throw .invalidOption(name: "top-p", value: "\(topP)", allowed: "above 0 and at most 1")
    }
    if let maxTokens, maxTokens < 0 {
      throw .invalidOption(name: "max-tokens", value: "\(maxTokens)", allowed: "0 or more")
    }
    for (i, prompt) in prompts.enumerated() {
      if prompt.isEmpty { throw .emptyPrompt(prompt: i) }
      if let token = prompt.first(where: { $0 < 0 || Int($0) >= model.vocabulary }) {
        throw .unknownToken(prompt: i, token: token, vocabulary: model.vocabulary)
      }
      let following = maxTokens ?? 1
      // The last token is chosen, not fed: a prompt that fills the context may still have one token after it.
      guard prompt.count <= model.context, following <= model.context - prompt.count + (maxTokens == nil ? 1 : 0)
      else {
        throw .contextExceeded(prompt: i, tokens: prompt.count, maxTokens: following, context: model.context)
      }
    }
  }

  /// The most tokens that a stream may generate.
  func limit(promptTokens: Int, context: Int) -> Int { maxTokens ?? max(context - promptTokens, 1) }
}
