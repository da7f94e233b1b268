import ModelFiles
import Tensors
import Transformer

/// Self-synthesised rehearsal (Huang et al., 2024): once a task is learned, the version that learned it writes texts like
/// the task's, and later tasks replay them with what it predicted there. Nothing of the task's own text need be kept.
///
/// Prompts are written from what all of the task's prompts begin with to what they all end with, and then answered; of text
/// without prompts, each begins with a few tokens of a sample.
struct SelfSynthesisPart: ContinualPart {
  /// For each task.
  let texts: Int

  /// A shorter start says too little of what follows.
  private static let shortestStart = 8

  func end(_ training: inout TaskTraining) throws {
    guard let place = training.memory.indices.last, let generator = try training.writer?(training.served) else {
      return
    }
    var rng = SeededGenerator(seed: training.settings.seed, stream: "synthesis \(training.number)")
    let samples = training.task.train.shuffled(using: &rng)
    let models = (0..<texts).map { samples[$0 % samples.count] }
    let written =
      try Template(samples, shortestStart: Self.shortestStart).map {
        try prompted(models, $0, generator, seed: rng.next())
      } ?? plain(models, generator, seed: rng.next())
    let kept = written.filter { $0.tokens.count <= training.settings.sequence }
    let rows = kept.map(\.row)
    let recall = training.engine.softTargets(rows: rows, adapter: training.adapter(training.served))
    let earlier = training.memory[place]
    training.memory[place].recall =
      (earlier.recall.isEmpty ? earlier.samples.map { _ in [:] } : earlier.recall) + recall
    training.memory[place].samples += kept
    // Written once, read once.
    training.spend(rows, share: 1)
  }

  /// What the prompts of a task begin with and end with alike.
  private struct Template {
    let start: [Int32]
    let end: [Int32]

    /// - Returns: `nil` where samples are no prompts with an answer, or have no start in common.
    init?(_ samples: [EncodedTokens], shortestStart: Int) {
      let prompts = samples.map(\.prompt)
      guard let first = prompts.first, let shortest = prompts.map(\.count).min(), shortest > shortestStart else {
        return nil
      }
      let start = prompts.map { first.prefix(shortest - 1).commonStart(with: $0) }.min() ?? 0
      guard start >= shortestStart else { return nil }
      // A token at least stands between them.
      let rest = first.suffix(shortest - start - 1).reversed()
      let end = prompts.map { rest.commonStart(with: $0.reversed()) }.min() ?? 0
      self.start = Array(first.prefix(start))
      self.end = Array(first.suffix(end))
    }
  }

  private func prompted(
    _ models: [EncodedTokens], _ template: Template, _ generator: Generator, seed: UInt64
  ) throws -> [EncodedTokens] {
    let fixed = template.start.count + template.end.count
    let rooms = models.map { max($0.prompt.count - fixed, 1) }
    let stops = Set(models.compactMap(\.tokens.last))
    let middles = try generator.generate(
      prompts: models.map { _ in template.start },
      options: SamplingOptions(
        temperature: 1, topP: 1, maxTokens: (rooms.max() ?? 1) + template.end.count, stop: stops, seed: seed))
    let prompts = zip(middles, rooms).map { middle, room in
      let found = template.end.isEmpty ? nil : middle.firstPlace(of: template.end)
      return template.start + middle.prefix(found ?? room) + template.end
    }
    let longest = models.map { $0.tokens.count - $0.prompt.count }.max() ?? 1
    let answers = try generator.generate(
      prompts: prompts,
      options: SamplingOptions(temperature: 1, topP: 1, maxTokens: longest, stop: stops, seed: seed &+ 1))
    return zip(prompts, zip(answers, models)).map { prompt, answer in
      let completion = answer.0 + (answer.1.tokens.last.map { [$0] } ?? [])
      let tokens = prompt + completion
      return EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 >= prompt.count })
    }
  }

  private func plain(_ models: [EncodedTokens], _ generator: Generator, seed: UInt64) throws -> [EncodedTokens] {
    let starts = models.map { Array($0.tokens.prefix(Self.shortestStart)) }
    let rooms = models.map { max($0.tokens.count - Self.shortestStart, 1) }
    let written = try generator.generate(
      prompts: starts, options: SamplingOptions(temperature: 1, topP: 1, maxTokens: rooms.max(), seed: seed))
    return zip(starts, zip(written, rooms)).map { start, text in
      let tokens = start + text.0.prefix(text.1)
      return EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 > 0 })
    }
  }
}

extension [Int32] {
  /// Where `part` begins first.
  fileprivate func firstPlace(of part: [Int32]) -> Int? {
    guard part.count <= count else { return nil }
    return (0...count - part.count).first { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}
