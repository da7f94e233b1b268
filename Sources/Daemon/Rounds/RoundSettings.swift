import Foundation
import Learning
import ModelFiles
import Transformer

/// Everything about a round that is pinned when it starts, so that a killed round goes on bit for bit.
@dynamicMemberLookup
package struct RoundSettings: Codable, Hashable, Sendable {
  package var recipe = LearningRecipe()
  package var elementDropout: Float = 0
  package var rankDropout: Float = 0
  package var patience = 3
  /// Share of the rate that the peak has, by what became of earlier rounds; `nil` where it falls with their number.
  package var rateScale: Float?
  /// Whether it is a round of suspects alone, which says nothing about rounds to come.
  package var isTrial = false
  /// New tokens at most.
  package var tokenLimit = 200_000
  /// `train.seed`, beside the State's own.
  package var seed = 1
  /// `replayShare` of a second try.
  package var retryShare = 0.4
  /// Held-out pieces of a domain that one evaluation reads.
  package var pieces = 32
  /// Validation pieces of a domain that early stopping reads.
  package var validationPieces = 16
  package var budgets = GateBudgets()
  /// A learned domain's loss must fall by more than this share of it.
  package var minimumGain = 0.0
  package var memory = MemoryMode.fast
  package var precision = Precision.fp32
  /// Rows that go through the decoder side by side.
  package var lanes = 1
  /// Topmost layers that keep their activations for backward.
  package var kept = 0
  package var threads = 2
  package var baseName = ""
  /// False with `replay.retention = none`: a round's texts go after publishing.
  package var keepsTexts = true
  /// Bytes of learned samples that are kept to replay from; `nil` keeps all.
  package var replayBudget: Int?
  /// Domains whose held-out pieces stay all the same.
  package var keptPieces: [String] = []

  /// Share of `gate.general` that training aims at on texts that it replays: on those that are held out the divergence is up
  /// to a half larger, and the gate reads the upper bound, a fifth to a third above the estimate.
  package static let divergenceTarget = 0.45

  package init() {}

  /// EWC's strength.
  var ewcLambda: Float { recipe.ewcLambda(replays: keepsTexts) }

  package subscript<Value>(dynamicMember member: WritableKeyPath<LearningRecipe, Value>) -> Value {
    get { recipe[keyPath: member] }
    set { recipe[keyPath: member] = newValue }
  }
}
