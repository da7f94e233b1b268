/// The bias-corrected average of the last steps is served, and the next task starts from it.
struct SlowWeightsPart: ContinualPart {
  /// Steps.
  let window: Int

  func begin(_ training: inout TaskTraining) { training.slowWindow = window }
}

/// The peak rate falls over tasks as it does over rounds.
struct RateDecayPart: ContinualPart {
  /// Of the task's number, that the rate is divided by.
  let power: Double

  func begin(_ training: inout TaskTraining) {
    training.peak = LearningRateSchedule.peak(
      base: training.settings.rate, round: training.number, power: power,
      lowest: training.settings.rateLowest)
  }
}

/// What is served, and gone on from, is a part of the way from the last version to the trained one, 1/√i of it for task i:
/// the walk that the gate takes, without a gate.
struct StepBackPart: ContinualPart {
  /// Of the way, at least.
  let least: Double

  func settle(_ training: inout TaskTraining) {
    training.parameters = WalkBack.parameters(
      from: training.previous, towards: training.parameters,
      scale: max(least, 1 / Double(training.number).squareRoot()))
    training.served = training.parameters
  }
}
