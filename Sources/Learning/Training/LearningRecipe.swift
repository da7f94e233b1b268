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
  package var generalWeight: Float = 5
  /// Of KL to the version before on replayed samples.
  package var recallWeight: Float = 0
  /// `nil`: none beside replay, `lambdaAlone` where nothing may be replayed.
  package var ewcLambda: Float?
  package var ewcGamma = 0.9
  package var ewcSamples = 32

  package init() {}

  /// EWC's strength where nothing else keeps what was learned (`stet bench continual`; the table is in the README).
  package static let lambdaAlone: Float = 1e-2

  /// EWC's strength.
  /// - Parameter replays: whether earlier samples are there to be replayed.
  package func ewcLambda(replays: Bool) -> Float {
    ewcLambda ?? (replays && replayShare > 0 ? 0 : Self.lambdaAlone)
  }

  /// Passes over `tokens` new ones.
  package func passes(over tokens: Int) -> Int { min(epochs, max(1, (enough - 1) / max(tokens, 1) + 1)) }
}
