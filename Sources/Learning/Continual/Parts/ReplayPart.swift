/// A share of each step's tokens comes from what is kept of earlier tasks.
struct ReplayPart: ContinualPart {
  /// Times that a sample may come in one pass: 1 leaves a small buffer's share to new samples.
  let repeats: Int

  func begin(_ training: inout TaskTraining) {
    training.mix.share = training.settings.replayShare
    training.mix.repeats = repeats
  }
}

/// A share of each step's tokens are general texts, whose distributions under the base are distilled.
struct GeneralPart: ContinualPart {
  func begin(_ training: inout TaskTraining) {
    training.mix.generalShare = training.settings.generalShare
    training.rehearsesGeneral = true
  }
}
