import Foundation
import Learning
import ReplayStore
import Tensors
import Transformer

/// The texts that a round trains on, by number.
struct RoundMaterial {
  private let samples: [Int64: StoredTokens]
  private let general: [Int64: StoredTokens]

  /// Reads every sample of a plan; those that have left the store since leave gaps.
  static func load(_ steps: [PlannedStep], from store: ReplayStore) async throws -> RoundMaterial {
    var wanted: Set<Int64> = []
    for sample in steps.lazy.flatMap(\.rows).flatMap(\.samples) where sample.origin != .general {
      wanted.insert(sample.reference.id)
    }
    let ids = wanted.sorted().map(SampleID.init(rawValue:))
    let stored = try await store.read { try $0.samples(ids) }
    let general = try await store.read { try $0.generalSamples(.replayed) }
    return RoundMaterial(
      samples: Dictionary(uniqueKeysWithValues: stored.map { ($0.id.rawValue, $0.encoded) }),
      general: Dictionary(uniqueKeysWithValues: general.map { (Int64($0.id), $0.sample.encoded) }))
  }

  /// The packed rows of one step; `nil` where every sample of it has left the store.
  ///
  /// General texts keep the base's distributions, rather than teach the tokens that the base happened to draw.
  /// - Parameters:
  ///   - recall: of earlier samples, by number.
  ///   - isAlone: whether that is all that they teach.
  func rows(of step: PlannedStep, recall: [Int64: [Int: SoftTarget]], isAlone: Bool = false) -> [PackedRow]? {
    let rows = step.rows.compactMap { row -> PackedRow? in
      let learned = row.samples.compactMap { sample in
        text(of: sample).map {
          LearnedSample(
            $0, isDistilled: sample.origin == .general, recall: recall[sample.reference.id] ?? [:], isAlone: isAlone)
        }
      }
      return learned.isEmpty ? nil : SequencePacker.row(learning: learned)
    }
    return rows.isEmpty ? nil : rows
  }

  /// `nil` where it has left the store.
  func text(of sample: PlannedSample) -> EncodedTokens? {
    (sample.origin == .general ? general[sample.reference.id] : samples[sample.reference.id])
      .map { EncodedTokens(tokens: $0.tokens, supervised: $0.supervised) }
  }

  /// New samples one by one, for the Fisher: a seeded draw of `count` among those of the plan's first epoch.
  func fisherSamples(of steps: [PlannedStep], count: Int, seed: UInt64) -> [PackedRow] {
    var rng = SeededGenerator(seed: seed, stream: "fisher")
    let new = steps.lazy.filter { $0.epoch == 0 }.flatMap(\.rows).flatMap(\.samples).filter { $0.origin == .new }
    return Array(new).sorted { $0.reference.id < $1.reference.id }.shuffled(using: &rng).prefix(count)
      .compactMap { samples[$0.reference.id].map { FisherEstimator.part(of: $0.row) } }
  }
}

extension RoundMaterial {
  /// Decides which samples a round trains on and in which order.
  /// - Parameters:
  ///   - replayShare: of a step's tokens; a short round may take more, to have something of every earlier domain.
  ///   - passes: over new text, at most.
  ///   - needs: of earlier domains, where they have any.
  static func plan(
    round: Int, settings: RoundSettings, replayShare: Double, passes: Int, needs: [String: Double], seed: UInt64,
    store: ReplayStore
  ) async throws -> ReplayMixer {
    let new = try await store.read { try $0.trainingSamples(ofRound: round) }
    let newTokens = new.reduce(0) { $0 + $1.tokenCount }
    let epochs = min(passes, settings.recipe.passes(over: newTokens))
    // One domain may have to give all that the round replays.
    let most = replayShare > 0 ? max(replayShare, LearningRecipe.mostReplayed) : 0
    let generalMost = LearningRecipe.generalShare(settings.generalShare, over: newTokens * epochs, replayed: most)
    let replayed = most / max(1 - most - generalMost, 0.01) * Double(newTokens * epochs)
    let limit = max(Int(replayed.rounded(.up)), settings.sequence)
    var rng = SeededGenerator(seed: seed, stream: "reservoir")
    let start = Int64(bitPattern: rng.next())
    let earlier = try await store.read { db in
      try db.replayDomains().map { domain in
        ReplayDomain(
          name: domain,
          samples: try db.replayCandidates(domain: domain, startingAt: start, tokenLimit: limit)
            .filter { $0.supervisedCount > 0 && $0.tokenCount <= settings.sequence }.map(\.reference),
          need: needs[domain] ?? 0)
      }
    }.filter { !$0.samples.isEmpty }
    let share = LearningRecipe.replayShare(
      replayShare, over: newTokens * epochs, breadth: earlier.reduce(0) { $0 + $1.meanTokens })
    let generalShare = LearningRecipe.generalShare(settings.generalShare, over: newTokens * epochs, replayed: share)
    let mix = MixSettings(
      rows: settings.batch, length: settings.sequence, epochs: epochs, share: share, generalShare: generalShare,
      repeats: settings.recipe.repeats, answerRepeats: LearningRecipe.answerRepeats)
    let general = try await store.read { try $0.generalSamples(.replayed) }.map {
      SampleReference(
        id: Int64($0.id), tokens: $0.sample.encoded.tokens.count, supervised: $0.sample.encoded.supervisedCount)
    }.filter { $0.tokens <= settings.sequence }
    return try ReplayMixer(
      new: new.filter { $0.supervisedCount > 0 }.map(\.reference), earlier: earlier, general: general,
      settings: mix, seed: seed)
  }
}

extension ReplayCandidate {
  fileprivate var reference: SampleReference {
    SampleReference(id: sample.rawValue, tokens: tokenCount, supervised: supervisedCount)
  }
}
