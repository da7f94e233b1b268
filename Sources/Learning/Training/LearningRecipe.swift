import ModelFiles

/// How a batch of texts is learned, whether by a round or by a bench that is to tell what a round would do.
package struct LearningRecipe: Codable, Hashable, Sendable {
  package var lora = LoRAConfiguration()
  /// The first round's peak, before its fall over rounds.
  package var rate: Float = 5e-4
  /// Share of `rate` that the fall over rounds stops at; 1 does not fall.
  package var rateLowest: Float = 0.25
  package var warmup = 0.05
  /// Share of the peak that a round's cosine ends at; 1 stays at the peak.
  package var floor = 0.1
  package var weightDecay: Float = 0
  package var clip: Float = 1
  /// Rows of a step.
  package var batch = 2
  /// Tokens of a row.
  package var sequence = 512
  /// At most.
  package var epochs = 3
  /// New tokens, repeated passes counted, after which no further pass begins.
  package var enough = 40_000
  package var replayShare = 0.2
  package var generalShare = 0.1
  /// Of KL to the base on replayed general texts, at first.
  package var generalWeight: Float = 10
  /// Of KL to the version before on replayed samples.
  package var recallWeight: Float = 0
  /// Whether replayed samples are learned as new ones are; otherwise they only recall.
  package var replaysText = true
  /// `nil`: none beside replay, `lambdaAlone` where nothing may be replayed.
  package var ewcLambda: Float?
  package var ewcGamma = 0.9
  package var ewcSamples = 32

  package init() {}

  /// Times that an earlier sample may come in one pass, where there are too few to fill their share: what only recalls is not
  /// learned by heart (`stet bench continual`; the table is in the README).
  package var repeats: Int { replaysText ? 1 : 4 }

  /// The same for questions, which gain by it: of 2 % of labelled samples three points more are kept, while a text that comes
  /// again and again is learned by heart (the same table).
  package static let answerRepeats = 4

  /// EWC's strength where nothing else keeps what was learned (`stet bench continual`; the table is in the README).
  package static let lambdaAlone: Float = 1e-2

  /// EWC's strength.
  /// - Parameter replays: whether earlier samples are there to be replayed.
  package func ewcLambda(replays: Bool) -> Float {
    ewcLambda ?? (replays && replayShare > 0 ? 0 : Self.lambdaAlone)
  }

  /// Tokens of general texts that a round has at least, as far as `mostGeneral` allows: fewer texts say nothing of others.
  private static let leastGeneral = 3_500.0
  /// Share of general texts that a short round has at most for that.
  private static let mostGeneral = 0.2

  /// `share` of a step's tokens, and more in a round that is short.
  /// - Parameters:
  ///   - tokens: new ones, repeated passes counted.
  ///   - replayed: share of a step's tokens from earlier domains.
  package static func generalShare(_ share: Double, over tokens: Int, replayed: Double) -> Double {
    guard share > 0 else { return 0 }
    let wanted = leastGeneral * (1 - replayed) / (Double(tokens) + leastGeneral)
    return max(share, min(wanted, mostGeneral, 0.9 - replayed))
  }

  /// Share of earlier domains that a round has at most for the sake of having each.
  package static let mostReplayed = 0.4

  /// `share` of a step's tokens, and more in a round that is short and has many earlier domains: of thirty, a round of twenty
  /// steps at a fifth has nine, and forgets some of the others.
  /// - Parameters:
  ///   - tokens: new ones, repeated passes counted.
  ///   - breadth: tokens of one sample of each earlier domain.
  package static func replayShare(_ share: Double, over tokens: Int, breadth: Int) -> Double {
    guard share > 0 else { return 0 }
    return max(share, min(Double(breadth) / Double(max(tokens + breadth, 1)), mostReplayed))
  }

  /// Passes over `tokens` new ones.
  package func passes(over tokens: Int) -> Int { min(epochs, max(1, (enough - 1) / max(tokens, 1) + 1)) }
}
