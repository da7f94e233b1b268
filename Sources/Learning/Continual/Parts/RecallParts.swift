import Transformer

/// Dark replay: each kept sample comes with what the version that learned it predicted, and replay learns that too.
struct DarkReplayPart: ContinualPart {
  let weight: Double
  /// Also of the prompt's tokens, which are not learned otherwise.
  let everywhere: Bool

  func begin(_ training: inout TaskTraining) { training.recallWeight = Float(weight) }

  func end(_ training: inout TaskTraining) {
    guard let place = training.memory.indices.last else { return }
    let rows = training.memory[place].samples.map(\.row)
    training.memory[place].recall = training.engine.softTargets(
      rows: rows, adapter: training.adapter(training.served), everywhere: everywhere)
    training.spend(rows, share: 0.5)
  }
}

/// What the last version predicts of replayed samples is learned beside their tokens (as iCaRL does: Rebuffi et al., 2017):
/// nothing but the samples need be kept, and what was corrected since they were learned stays corrected.
struct RecallPart: ContinualPart {
  let weight: Double
  /// In place of their tokens.
  let isAlone: Bool

  func begin(_ training: inout TaskTraining) {
    training.recallWeight = Float(weight)
    training.recallsPrevious = training.number > 1
    training.recallsAlone = training.recallsPrevious && isAlone
  }
}

/// Learning without forgetting (Li and Hoiem, 2016), on prompts: what the last version predicts of the new samples' own
/// prompts is kept, so that nothing old need be. Text that is learned token by token has no such places.
struct PromptDistillationPart: ContinualPart {
  let weight: Double

  func begin(_ training: inout TaskTraining) {
    training.recallWeight = Float(weight)
    guard training.number > 1 else { return }
    let rows = training.task.train.map(\.row)
    let targets = training.engine.softTargets(
      rows: rows, adapter: training.adapter(training.served), everywhere: true)
    training.recall = zip(rows, targets).map { row, targets in targets.filter { !row.supervised[$0.key] } }
    training.spend(rows, share: 0.5)
  }
}
