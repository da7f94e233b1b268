import Foundation
import ModelFiles
import ReplayStore
import Tensors
import Tokenizers
import Transformer

/// Texts that the base writes itself, once, when a State is made: they stand in for what it learned before, both as
/// replay and as the yardstick of what it still knows (self-synthesised rehearsal, Huang et al., 2024).
package struct GeneralSet {
  private let base: LoadedBase
  private let settings: Settings.General
  private let seed: UInt64

  package init(base: LoadedBase, settings: Settings.General, seed: UInt64) {
    self.base = base
    self.settings = settings
    self.seed = seed
  }

  /// Streams decoded together, and pieces between two signs of life.
  private static let streams = 16

  /// Samples the set with the base alone. Half starts from nothing, half answers prompts of our own.
  /// - Parameters:
  ///   - isStopped: asked at every token; then nothing is returned.
  ///   - progress: called with pieces done and to do.
  package func sample(
    threads: Int, isStopped: () -> Bool, progress: (Int, Int) -> Void
  ) throws -> [GeneralSample]? {
    let model = try LanguageModel(file: base.file, memory: .small, threads: threads, purpose: .generation)
    let generator = Generator(model: model, streams: Self.streams)
    let chats = base.template == nil ? 0 : Int((Double(settings.pieces) * settings.chat).rounded())
    let starts = try (0..<settings.pieces).map { try start($0, isChat: $0 < chats) }
    var samples: [GeneralSample] = []
    for first in stride(from: 0, to: starts.count, by: Self.streams) {
      progress(first, starts.count)
      let batch = Array(starts[first..<min(first + Self.streams, starts.count)])
      let longest = batch.map(\.tokens.count).max() ?? 0
      let texts = try generator.generate(
        prompts: batch.map(\.tokens),
        options: SamplingOptions(
          temperature: Float(settings.temperature), topP: 1, maxTokens: max(settings.tokens - longest, 16),
          stop: [base.tokenizer.endOfText, base.tokenizer.endOfTurn], seed: seed &+ UInt64(first)),
        onToken: { _, _ in !isStopped() })
      if isStopped() { return nil }
      for (start, text) in zip(batch, texts) {
        // Nothing but the prompt teaches nothing: the base ended at once.
        guard !text.isEmpty else { continue }
        let tokens = start.tokens + text
        samples.append(
          GeneralSample(
            kind: start.prompt == nil ? "free" : "chat", isHeldOut: false, prompt: start.prompt,
            encoded: StoredTokens(tokens: tokens, supervised: tokens.indices.map { $0 >= start.tokens.count })))
      }
    }
    return markHeldOut(samples)
  }

  private func start(_ place: Int, isChat: Bool) throws -> (tokens: [Int32], prompt: String?) {
    guard isChat, let template = base.template else { return ([base.tokenizer.endOfText], nil) }
    let prompt = GeneralPrompts.all[place % GeneralPrompts.all.count]
    return (try template.encode([ChatMessage(role: "user", content: prompt)], addGenerationPrompt: true), prompt)
  }

  /// A share of each kind is measured and never replayed.
  private func markHeldOut(_ samples: [GeneralSample]) -> [GeneralSample] {
    var rng = SeededGenerator(seed: seed, stream: "general held-out")
    var marked = samples
    for kind in ["chat", "free"] {
      let places = samples.indices.filter { samples[$0].kind == kind }.shuffled(using: &rng)
      for place in places.prefix(Int((Double(places.count) * settings.heldout).rounded(.up))) {
        marked[place].isHeldOut = true
      }
    }
    return marked
  }
}
