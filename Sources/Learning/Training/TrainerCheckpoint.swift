import Foundation

/// A trainer between two steps: flat vectors, and a small JSON object for the rest.
package struct TrainerCheckpoint: Hashable, Sendable {
  package var vectors: [String: [Float]]
  /// JSON; all numbers come back bit for bit.
  package var state: Data

  package init(vectors: [String: [Float]], state: Data) {
    self.vectors = vectors
    self.state = state
  }

  fileprivate enum Key {
    static let parameters = "parameters"
    static let best = "best"
    static let first = "optimiser.first"
    static let second = "optimiser.second"
    static let slow = "slow"
  }

  fileprivate struct State: Codable {
    var format = 1
    var settings: TrainingSettings
    var count: Int
    var optimiserSteps: Int
    var progress: RoundTrainer.Progress
  }
}

extension RoundTrainer {
  /// All that the next step depends on, but for the plan and the consolidation, which are the round's and the parent's.
  package func checkpoint() throws -> TrainerCheckpoint {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let state = TrainerCheckpoint.State(
      settings: settings, count: parameters.count, optimiserSteps: optimiser.steps, progress: progress)
    var vectors = [
      TrainerCheckpoint.Key.parameters: parameters, TrainerCheckpoint.Key.best: best,
      TrainerCheckpoint.Key.first: optimiser.first, TrainerCheckpoint.Key.second: optimiser.second,
    ]
    vectors[TrainerCheckpoint.Key.slow] = slow?.sum
    return TrainerCheckpoint(vectors: vectors, state: try encoder.encode(state))
  }

  /// Training that goes on with the very next step.
  /// - Parameters:
  ///   - consolidation: as it was when the round started.
  ///   - methods: as they were.
  /// - Throws: where the checkpoint is incomplete, of another shape or not readable.
  package init(
    restoring checkpoint: TrainerCheckpoint, consolidation: Consolidation?, methods: [any StepMethod] = []
  ) throws(LearningError) {
    let state: TrainerCheckpoint.State
    do {
      state = try JSONDecoder().decode(TrainerCheckpoint.State.self, from: checkpoint.state)
    } catch {
      throw .unreadableState("\(error)")
    }
    guard state.format == 1 else { throw .unreadableState("its format is \(state.format), this program reads 1") }
    guard state.optimiserSteps >= 0, state.settings.schedule.totalSteps > 0 else {
      throw .unreadableState("\(state.optimiserSteps) of \(state.settings.schedule.totalSteps) steps done")
    }
    if let consolidation, consolidation.anchor.count != state.count {
      throw .wrongLength("anchor", count: consolidation.anchor.count, expected: state.count)
    }
    let parameters = try checkpoint.vectors.learned(TrainerCheckpoint.Key.parameters, count: state.count)
    if let place = FlatVector.firstNotFinite(parameters) { throw .parametersNotFinite(place: place) }
    self.init(
      settings: state.settings, parameters: parameters,
      best: try checkpoint.vectors.learned(TrainerCheckpoint.Key.best, count: state.count),
      consolidation: consolidation, methods: methods,
      optimiser: AdamW(
        settings: state.settings.optimiser, steps: state.optimiserSteps,
        first: try checkpoint.vectors.learned(TrainerCheckpoint.Key.first, count: state.count),
        second: try checkpoint.vectors.learned(TrainerCheckpoint.Key.second, count: state.count)),
      slow: try state.settings.slowWindow.map { window throws(LearningError) in
        SlowWeights(
          sum: try checkpoint.vectors.learned(TrainerCheckpoint.Key.slow, count: state.count),
          steps: state.optimiserSteps, window: window)
      },
      progress: state.progress)
  }
}
