import Foundation
import Learning
import ModelFiles
import Platform
import Reports
import Tensors
import Tokenizers
import Transformer

/// What the model can do beside what it is taught: grammar, things it knows, simple requests. Losses hide some of what is
/// lost here (Penaloza et al., 2024, on recall), so every version is asked, and each answer is paired with the base's.
package struct AbilityProbes: Sendable {
  /// One probe's questions, the right continuation of each first.
  struct Probe: Sendable {
    let name: String
    let questions: [RankedContinuations]
    /// Long and short answers are compared by their probability per token, pairs of sentences by that of the whole.
    var isPerToken = true
    /// What the base does not know is not asked.
    var isOfBase = false
  }

  let probes: [Probe]

  package init(_ base: LoadedBase) throws {
    let tokenizer = base.tokenizer
    func plain(_ items: [AbilityItems.Item]) -> [RankedContinuations] {
      items.map { item in
        RankedContinuations(
          prompt: [tokenizer.endOfText] + tokenizer.encode(item.prompt),
          continuations: item.answers.map { tokenizer.encode(" " + $0) })
      }
    }
    var probes = [
      Probe(
        name: "grammar",
        questions: MinimalPairs.all.flatMap(\.pairs).map { pair in
          RankedContinuations(
            prompt: [tokenizer.endOfText], continuations: [tokenizer.encode(pair.good), tokenizer.encode(pair.bad)])
        }, isPerToken: false), Probe(name: "facts", questions: plain(AbilityItems.facts), isOfBase: true),
    ]
    if let template = base.template {
      probes.append(
        Probe(
          name: "instructions",
          questions: try AbilityItems.instructions.map { item in
            RankedContinuations(
              prompt: try template.encode(
                [ChatMessage(role: "user", content: item.prompt)], addGenerationPrompt: true),
              continuations: item.answers.map { tokenizer.encode($0) })
          }))
    }
    self.probes = probes
  }

  /// By probe, whether the right continuation is the most probable.
  /// - Parameter pause: called between a few questions and the next; what it throws ends the probes.
  func answers(_ engine: GradientEngine, adapter: Adapter?, pause: () throws -> Void) throws -> [[Bool]] {
    try probes.map { probe in
      var right: [Bool] = []
      for first in stride(from: 0, to: probe.questions.count, by: Self.atOnce) {
        try pause()
        let part = Array(probe.questions[first..<min(first + Self.atOnce, probe.questions.count)])
        for (question, scores) in zip(part, engine.logProbabilities(part, adapter: adapter)) {
          let rates = zip(scores, question.continuations).map { probe.isPerToken ? $0 / Double($1.count) : $0 }
          right.append(rates.indices.max { rates[$0] < rates[$1] } == 0)
        }
      }
      return right
    }
  }

  private static let atOnce = 64

  /// Answers as a line of ones and zeros for each probe, behind what was asked.
  func text(_ answers: [[Bool]]) -> String {
    ([fingerprint] + answers.map { String($0.map { $0 ? "1" : "0" as Character }) }).joined(separator: "\n")
  }

  /// - Returns: `nil` where something else was asked.
  func read(_ text: String) -> [[Bool]]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map(String.init) == fingerprint, lines.count == probes.count + 1 else { return nil }
    let answers = lines.dropFirst().map { $0.map { $0 == "1" } }
    return zip(answers, probes).allSatisfy { $0.count == $1.questions.count } ? answers : nil
  }

  private var fingerprint: String {
    let tokens = probes.flatMap(\.questions).flatMap { [$0.prompt] + $0.continuations }.joined()
    return Digest.of(tokens.map { String($0) }.joined(separator: " ")).hex
  }

  /// Rows of a report: facts are those that the base answers right, the others are all that are asked.
  func rows(base: [[Bool]], version: [[Bool]], seed: UInt64) -> [ForgettingReport.AbilityRow] {
    let pairs = zip(base, version).enumerated().map { place, answers in
      let pairs = zip(answers.0, answers.1)
      return probes[place].isOfBase ? pairs.filter(\.0) : Array(pairs)
    }
    var rng = SeededGenerator(seed: seed, stream: "ability")
    let groups = pairs.map { pairs in
      pairs.isEmpty
        ? []
        : [
          PairedBootstrap.Series(
            changes: pairs.map { ($0.1 ? 1 : 0) - ($0.0 ? 1 : 0) }, tokens: pairs.map { _ in 1 })
        ]
    }
    let bounds = PairedBootstrap(replicates: 1000).bounds(of: groups, using: &rng)
    return pairs.enumerated().compactMap { place, pairs in
      guard let bound = bounds[place].first else { return nil }
      func share(_ count: Int) -> Double { Double(count) / Double(pairs.count) }
      return ForgettingReport.AbilityRow(
        probe: probes[place].name, items: pairs.count, base: share(pairs.count { $0.0 }),
        version: share(pairs.count { $0.1 }), low: bound.low, high: bound.high)
    }
  }
}
