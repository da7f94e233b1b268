import ModelFiles
import Tensors
import Transformer

/// One way of keeping what was learned. An arm has any number of them; each changes how a task is trained, and may do
/// something with what came of it.
package protocol ContinualPart: Sendable {
  /// Before a task's training.
  mutating func begin(_ training: inout TaskTraining) throws
  /// After it: may move what is served, and what the next task starts from.
  mutating func settle(_ training: inout TaskTraining) throws
  /// Once all parts have settled: takes note of what is served.
  mutating func end(_ training: inout TaskTraining) throws
}

extension ContinualPart {
  package mutating func begin(_ training: inout TaskTraining) throws {}
  package mutating func settle(_ training: inout TaskTraining) throws {}
  package mutating func end(_ training: inout TaskTraining) throws {}
}

/// The training of one task, as parts see and change it.
package struct TaskTraining {
  /// From 1.
  package let number: Int
  package let task: ContinualTask
  package let engine: GradientEngine
  package let settings: ContinualSettings
  package let blas: BLAS
  /// Texts that the base wrote itself.
  package let general: [EncodedTokens]

  /// Writes with what is served; `nil` where no part needs it.
  package let writer: (([Float]) throws -> Generator)?

  /// Where training starts, and after it what it came to.
  package var parameters: [Float]
  /// What the version before this task serves.
  package let previous: [Float]
  /// The same, and after training what this one does.
  package var served: [Float]
  package var memory: [RememberedTask]
  package var mix: MixSettings
  /// Whether general texts are distilled.
  package var rehearsesGeneral = false
  package var peak: Float
  package var consolidation: Consolidation?
  /// Of the pull to its anchor.
  package var penaltyStrength = 0.0
  package var methods: [any StepMethod] = []
  package var slowWindow = 0
  /// Of each new sample, by place.
  package var recall: [[Int: SoftTarget]] = []
  package var recallWeight: Float = 1
  /// Whether replayed samples recall what is served before the task.
  package var recallsPrevious = false
  /// Whether that is all that they teach.
  package var recallsAlone = false
  /// Steps' worth of tokens that parts spent beside training: a token forward is a half, one with its gradient 1.
  package var extraTokens = 0.0

  package var layout: AdapterLayout { engine.layout }

  /// Whether the task is learned as if it were the only one, general texts aside.
  var isPlain: Bool {
    number == 1 && memory.count <= 1 && methods.isEmpty && recall.isEmpty && slowWindow == 0
      && consolidation?.rounds ?? 0 == 0
  }

  package func adapter(_ parameters: [Float]) -> Adapter { Adapter(layout: layout, parameters: parameters) }

  /// New samples one by one, a seeded draw.
  package func fisherSamples() -> [PackedRow] {
    var rng = SeededGenerator(seed: settings.seed, stream: "fisher \(number)")
    return task.train.shuffled(using: &rng).prefix(settings.ewcSamples).map { FisherEstimator.part(of: $0.row) }
  }

  /// General texts for a Fisher at the base.
  package func generalSamples() -> [PackedRow] {
    general.prefix(settings.ewcSamples).map { FisherEstimator.part(of: $0.row) }
  }

  mutating func spend(_ rows: [PackedRow], share: Double) {
    extraTokens += share * Double(rows.reduce(0) { $0 + $1.tokens.count })
  }
}

extension EncodedTokens {
  package var row: PackedRow { PackedRow(tokens: tokens, supervised: supervised) }

  /// What stands before the first token that is learned.
  var prompt: ArraySlice<Int32> { tokens[..<(supervised.firstIndex(of: true) ?? tokens.count)] }

  /// The rest.
  var answer: ArraySlice<Int32> { tokens[prompt.endIndex...] }
}
