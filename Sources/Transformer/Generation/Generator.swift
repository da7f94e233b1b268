import ModelFiles
import Tensors

/// Generates text from prompts: one pass for a prompt, then a token at a time for several streams at once.
///
/// Not `Sendable`, like the model it reads. A stream's tokens depend on its prompt, the options and its place in the call,
/// not on its neighbours or the thread count.
package final class Generator {
  /// Streams that are decoded together unless the caller asks for another number.
  package static let defaultStreams = 8

  package let model: LanguageModel
  package let adapter: Adapter?
  /// The most streams that are decoded together.
  package let streams: Int
  private let team: LockstepTeam
  private let prompts: PromptPass
  private let decode: DecodePass
  private var samplers: [Sampler]
  /// Caches of ended streams, whose memory the next ones use.
  private var spare: [KeyValueCache] = []
  /// A prompt that the next of the call is equal to, so that several texts from one prompt cost one pass.
  private var repeated: RepeatedPrompt?

  /// - Parameter adapter: `nil` is the base model alone.
  package init(model: LanguageModel, adapter: Adapter? = nil, streams: Int = defaultStreams) {
    precondition(streams > 0, "a generator of \(streams) streams")
    self.model = model
    self.adapter = adapter
    self.streams = streams
    model.bind(adapter)
    team = LockstepTeam(threads: model.threads)
    prompts = PromptPass(model: model)
    decode = DecodePass(model: model, adapter: adapter, streams: streams, team: team)
    samplers = (0..<team.threads).map { _ in Sampler(vocabulary: model.configuration.vocabulary) }
  }

  /// The tokens that follow each prompt, without the stop token that ended them.
  ///
  /// - Parameter onToken: called with the prompt's place and each token as it is chosen; `false` ends that stream.
  /// - Throws: `GenerationError`, before anything runs.
  package func generate(
    prompts: [[Int32]], options: SamplingOptions, onToken: (Int, Int32) -> Bool = { _, _ in true }
  ) throws(GenerationError) -> [[Int32]] {
    try options.validate(prompts, model: model.configuration)
    model.bind(adapter)
    forgetRepeated()
    defer { forgetRepeated() }
    var outputs = [[Int32]](repeating: [], count: prompts.count)
    var active: [GenerationStream] = []
    var next = 0
    while next < prompts.count || !active.isEmpty {
      while active.count < streams, next < prompts.count {
        if let stream = start(next, prompts, options, &outputs, onToken) { active.append(stream) }
        next += 1
      }
      guard !active.isEmpty else { continue }
      decode.step(active.map { DecodePass.Input(token: $0.last, cache: $0.cache) })
      sample(&active, options)
      active = active.filter { accept($0, options, &outputs, onToken) }
    }
    return outputs
  }

  /// Calls `body` with the logits that follow each of `tokens`, in order: the first `promptTokens` go through as a prompt,
  /// the others one at a time.
  package func eachLogits(
    _ tokens: [Int32], promptTokens: Int, _ body: (Int, UnsafeBufferPointer<Float>) -> Void
  ) throws(GenerationError) {
    try SamplingOptions(maxTokens: 0).validate([tokens], model: model.configuration)
    model.bind(adapter)
    let cache = takeCache()
    unsafe prompts.run(Array(tokens.prefix(promptTokens)), cache: cache) { hidden, range in
      for t in range {
        unsafe decode.project(hidden + (t - range.lowerBound) * model.configuration.hidden)
        unsafe body(t, logits(row: 0))
      }
    }
    for t in min(promptTokens, tokens.count)..<tokens.count {
      decode.step([DecodePass.Input(token: tokens[t], cache: cache)])
      unsafe body(t, logits(row: 0))
    }
    spare.append(cache)
  }

  private func logits(row: Int) -> UnsafeBufferPointer<Float> {
    let vocabulary = model.configuration.vocabulary
    return unsafe UnsafeBufferPointer(start: decode.logits.pointer + row * vocabulary, count: vocabulary)
  }

  /// Takes a prompt in and chooses its first token; `nil` where the stream has ended already.
  private func start(
    _ index: Int, _ all: [[Int32]], _ options: SamplingOptions, _ outputs: inout [[Int32]],
    _ onToken: (Int, Int32) -> Bool
  ) -> GenerationStream? {
    let prompt = all[index]
    let limit = options.limit(promptTokens: prompt.count, context: model.configuration.context)
    if limit == 0 { return nil }
    let cache = takeCache()
    cache.reserve(prompt.count + min(limit - 1, 64))
    takeIn(prompt, into: cache, isRepeated: index + 1 < all.count && all[index + 1] == prompt)
    var streams = [
      GenerationStream(
        index: index, cache: cache, limit: limit, rng: SeededGenerator(seed: options.seed, stream: "generate.\(index)"))
    ]
    sample(&streams, options)
    return accept(streams[0], options, &outputs, onToken) ? streams[0] : nil
  }

  /// Leaves a prompt's keys and values in `cache` and the logits that follow it in row 0.
  private func takeIn(_ prompt: [Int32], into cache: KeyValueCache, isRepeated: Bool) {
    let width = model.configuration.hidden
    if let repeated, repeated.prompt == prompt {
      cache.copy(repeated.cache)
      unsafe decode.project(repeated.hidden.pointer)
    } else {
      let last = FloatBuffer(count: width)
      unsafe prompts.run(prompt, cache: cache) { hidden, range in
        unsafe last.pointer.update(from: hidden + (range.count - 1) * width, count: width)
      }
      unsafe decode.project(last.pointer)
      if isRepeated {
        let copy = takeCache()
        copy.copy(cache)
        repeated = RepeatedPrompt(prompt: prompt, cache: copy, hidden: last)
        return
      }
    }
    if !isRepeated { forgetRepeated() }
  }

  private func forgetRepeated() {
    if let cache = repeated?.cache { spare.append(cache) }
    repeated = nil
  }

  /// Chooses each stream's next token from its row of the logits.
  private func sample(_ active: inout [GenerationStream], _ options: SamplingOptions) {
    let vocabulary = model.configuration.vocabulary
    let logits = decode.logits
    unsafe active.withUnsafeMutableBufferPointer { active in
      unsafe samplers.withUnsafeMutableBufferPointer { samplers in
        nonisolated(unsafe) let (active, samplers) = unsafe (active, samplers)
        team.run { member in
          unsafe member.share(active.count, grain: 1) { item in
            let s = item.lowerBound
            unsafe active[s].last = unsafe samplers[member.index].choose(
              logits.pointer + s * vocabulary, options, using: &active[s].rng)
          }
        }
      }
    }
  }

  /// Appends a stream's newest token to its output; whether the stream goes on.
  private func accept(
    _ stream: GenerationStream, _ options: SamplingOptions, _ outputs: inout [[Int32]],
    _ onToken: (Int, Int32) -> Bool
  ) -> Bool {
    var goesOn = false
    if !options.stop.contains(stream.last) {
      outputs[stream.index].append(stream.last)
      goesOn = onToken(stream.index, stream.last) && outputs[stream.index].count < stream.limit
    }
    if !goesOn { spare.append(stream.cache) }
    return goesOn
  }

  private func takeCache() -> KeyValueCache {
    let cache = spare.popLast() ?? KeyValueCache(model: model.configuration)
    cache.clear()
    return cache
  }
}

/// A prompt that has been through the decoder.
private struct RepeatedPrompt {
  let prompt: [Int32]
  let cache: KeyValueCache
  /// The last token's hidden state, as it comes from the last layer.
  let hidden: FloatBuffer
}

/// A prompt's text on its way.
struct GenerationStream {
  /// The prompt's place in the call.
  let index: Int
  let cache: KeyValueCache
  /// The most tokens it may generate.
  let limit: Int
  var rng: SeededGenerator
  /// The newest token, chosen but not yet decoded.
  var last: Int32 = 0
}
