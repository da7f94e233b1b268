import Foundation
import Learning
import ModelFiles
import Transformer

/// Everything about a round that is pinned when it starts, so that a killed round goes on bit for bit.
package struct RoundSettings: Codable, Hashable, Sendable {
  package var lora = LoRAConfiguration()
  package var elementDropout: Float = 0
  package var rankDropout: Float = 0
  /// `train.rate`, before its fall over rounds.
  package var rate: Float = 5e-4
  /// Share of `rate` that the fall over rounds stops at; 1 does not fall.
  package var rateLowest: Float = 0.25
  package var warmup = 0.05
  /// Share of the peak that a round's cosine ends at; 1 stays at the peak.
  package var floor = 0.1
  package var weightDecay: Float = 0
  package var clip: Float = 1
  package var batch = 2
  package var sequence = 512
  /// At most.
  package var epochs = 3
  /// New tokens, repeated passes counted, after which no further pass begins.
  package var enough = 40_000
  package var patience = 3
  /// `train.seed`, beside the State's own.
  package var seed = 1
  package var replayShare = 0.2
  /// Of a second try.
  package var retryShare = 0.4
  package var generalShare = 0.1
  /// Of KL to the base on replayed general texts, at first.
  package var generalWeight: Float = 16
  package var ewcLambda: Float = 0
  package var ewcGamma = 0.9
  package var ewcSamples = 32
  /// Held-out pieces of a domain that one evaluation reads.
  package var pieces = 32
  /// Validation pieces of a domain that early stopping reads.
  package var validationPieces = 16
  package var budgets = GateBudgets()
  /// A learned domain's loss must fall by more than this share of it.
  package var minimumGain = 0.0
  package var memory = MemoryMode.fast
  /// Rows that go through the decoder side by side.
  package var lanes = 1
  /// Topmost layers that keep their activations for backward.
  package var kept = 0
  package var threads = 2
  package var baseName = ""
  /// False with `replay.retention = none`: a round's texts go after publishing.
  package var keepsTexts = true
  /// Domains whose held-out pieces stay all the same.
  package var keptPieces: [String] = []

  /// Share of `gate.general` that training aims at: the gate reads the upper bound, a fifth to a third above the estimate.
  package static let divergenceTarget = 0.6

  package init() {}
}
