import ModelFiles
import Transformer

/// How well a task is known.
package struct TaskScore: Hashable, Sendable {
  /// Share of right answers, or nats per token.
  package var value: Double
  /// Nats per question: −ln of the right answer's part of the probability that all answers have together. It tells apart
  /// what the share of right answers, of a few hundred questions, does not. `nil` for text.
  package var answerLoss: Double?

  package init(_ value: Double, answerLoss: Double? = nil) {
    self.value = value
    self.answerLoss = answerLoss
  }
}

/// What a bench learns at one place of its order.
package struct ContinualTask: Sendable {
  /// How a task is scored.
  package enum Test: Sendable {
    /// Which of the labels is right, by the highest total log-probability.
    case labels([RankedContinuations], answers: [Int])
    /// Loss per token.
    case text([PackedRow])

    package var measure: ScoreMatrix.Measure {
      switch self {
      case .labels: .accuracy
      case .text: .loss
      }
    }

    /// Questions, or rows of text.
    package var count: Int {
      switch self {
      case .labels(let questions, _): questions.count
      case .text(let rows): rows.count
      }
    }
  }

  package let name: String
  package let train: [EncodedTokens]
  package let test: Test

  package init(name: String, train: [EncodedTokens], test: Test) {
    self.name = name
    self.train = train
    self.test = test
  }

  package var tokens: Int { train.reduce(0) { $0 + $1.tokens.count } }
}

/// Texts that the base wrote itself.
package struct GeneralTexts: Codable, Sendable {
  /// Distilled.
  package var replayed: [EncodedTokens]
  /// Measured, and never trained on.
  package var heldOut: [EncodedTokens]

  package init(replayed: [EncodedTokens] = [], heldOut: [EncodedTokens] = []) {
    self.replayed = replayed
    self.heldOut = heldOut
  }
}

/// What is kept of a task that was learned.
package struct RememberedTask: Sendable {
  package let name: String
  /// The samples that a buffer holds, in the order in which they are drawn.
  package var samples: [EncodedTokens]
  /// Of each sample, by place: what the version that learned it predicted; empty where nothing is remembered.
  package var recall: [[Int: SoftTarget]]
}

/// Everything about a bench but its tasks and its arm; defaults are a round's.
@dynamicMemberLookup
package struct ContinualSettings: Sendable {
  package var recipe = LearningRecipe()
  /// Nats per token of KL to the base that training aims at.
  package var generalTarget = 0.03
  /// Share of past samples that is kept; 1 keeps all, 0 forbids replay.
  package var buffer = 1.0
  /// Whether a task is tested only where it was just learned and at the end, which leaves out what no mean needs.
  package var isBrief = false
  package var seed: UInt64 = 1

  package init() {}

  package subscript<Value>(dynamicMember member: WritableKeyPath<LearningRecipe, Value>) -> Value {
    get { recipe[keyPath: member] }
    set { recipe[keyPath: member] = newValue }
  }
}
