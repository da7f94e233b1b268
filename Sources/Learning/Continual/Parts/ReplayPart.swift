/// A share of each step's tokens comes from what is kept of earlier tasks.
struct ReplayPart: ContinualPart {
  let share: Double
  /// Times that a sample may come in one pass: 1 leaves a small buffer's share to new samples.
  let repeats: Int
  /// The same for tasks of answers, where it is more.
  var answerRepeats = 1

  func begin(_ training: inout TaskTraining) {
    training.mix.share = share
    training.mix.repeats = repeats
    training.mix.answerRepeats = answerRepeats
  }
}

/// A share of each step's tokens are general texts, whose distributions under the base are distilled.
struct GeneralPart: ContinualPart {
  let share: Double
  /// Share of a step's tokens from earlier tasks.
  let replayed: Double

  func begin(_ training: inout TaskTraining) {
    training.mix.generalShare = LearningRecipe.generalShare(
      share, over: training.task.tokens * training.mix.epochs, replayed: replayed)
    training.rehearsesGeneral = true
  }
}
