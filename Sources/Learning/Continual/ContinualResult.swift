/// What came of one run of a bench; the JSON of `stet bench continual --json`.
package struct ContinualResult: Codable, Hashable, Sendable {
  /// One task's training.
  package struct Episode: Codable, Hashable, Sendable {
    package var task: String
    package var steps: Int
    package var peak: Double
    /// The largest penalty over loss of a step.
    package var penaltyRatio: Double
    /// ‖ΔW‖_F of what is served after it.
    package var changeNorm: Double

    private enum CodingKeys: String, CodingKey {
      case task, steps, peak
      case penaltyRatio = "penalty_ratio"
      case changeNorm = "change_norm"
    }
  }

  /// What labelled tasks cost in nats per question, beside the share of right answers.
  package struct AnswerLoss: Codable, Hashable, Sendable {
    /// As the result's own.
    package let matrix: [[Double?]]
    /// Of the last row.
    package let mean: Double?
    /// Positive where tasks are better than when they were learned.
    package let backwardTransfer: Double?
    /// When each was learned.
    package let learned: Double?

    private enum CodingKeys: String, CodingKey {
      case matrix = "R"
      case mean
      case backwardTransfer = "backward_transfer"
      case learned
    }

    fileprivate init(_ scores: ScoreMatrix) {
      matrix = scores.rows
      mean = scores.average
      backwardTransfer = scores.backwardTransfer
      learned = scores.learningScore
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(matrix, forKey: .matrix)
      try container.encode(mean, forKey: .mean)
      try container.encode(backwardTransfer, forKey: .backwardTransfer)
      try container.encode(learned, forKey: .learned)
    }
  }

  package let arm: String
  package let tasks: [String]
  /// [tasks + 1, tasks], row 0 the base: accuracy, 0 to 1, or nats per token; `nil` where it was not tested. All tasks at
  /// once have two rows.
  package let matrix: [[Double?]]
  /// Mean of the last row; `nil` for losses.
  package let accuracy: Double?
  /// Mean of the last row; `nil` for accuracies.
  package let loss: Double?
  package let backwardTransfer: Double?
  package let forwardTransfer: Double?
  package let forgetting: Double?
  /// Mean of each task's score when it was learned.
  package let learningAccuracy: Double?
  /// Mean distance of the last row from each task's best.
  package let regret: Double?
  /// `nil` for text, and in results of before 30 November 2026.
  package let answerLoss: AnswerLoss?
  package let buffer: Double
  package let seed: UInt64
  /// Training and what belongs to it, without tests.
  package let seconds: Double
  package let testSeconds: Double
  /// That went through training steps.
  package let tokens: Int
  /// With what an arm spends beside: steps' worth, where a token forward is a half.
  package let equivalentTokens: Double
  /// KL(base ‖ model) on general texts at the end, in nats per token; `nil` where it was not measured.
  package let generalDivergence: Double?
  package let episodes: [Episode]

  package init(
    arm: String, tasks: [String], measure: ScoreMatrix.Measure, isJoint: Bool, rows: [[TaskScore?]], buffer: Double,
    seed: UInt64, seconds: Double, testSeconds: Double, tokens: Int, equivalentTokens: Double,
    generalDivergence: Double?,
    episodes: [Episode]
  ) {
    func matrix(_ measure: ScoreMatrix.Measure, _ score: (TaskScore) -> Double?) -> ScoreMatrix {
      let rows = rows.map { $0.map { $0.flatMap(score) } }
      return isJoint
        ? ScoreMatrix(measure: measure, domains: tasks, rows: rows, learned: tasks.map { _ in 1 })
        : ScoreMatrix(measure: measure, tasks: tasks, rows: rows)
    }
    let scores = matrix(measure) { $0.value }
    self.arm = arm
    self.tasks = tasks
    self.matrix = scores.rows
    answerLoss = measure == .accuracy ? AnswerLoss(matrix(.loss) { $0.answerLoss }) : nil
    accuracy = measure == .accuracy ? scores.average : nil
    loss = measure == .loss ? scores.average : nil
    backwardTransfer = scores.backwardTransfer
    forwardTransfer = isJoint ? nil : scores.forwardTransfer
    forgetting = scores.forgetting
    learningAccuracy = scores.learningScore
    regret = scores.regret
    self.buffer = buffer
    self.seed = seed
    self.seconds = seconds
    self.testSeconds = testSeconds
    self.tokens = tokens
    self.equivalentTokens = equivalentTokens
    self.generalDivergence = generalDivergence
    self.episodes = episodes
  }

  /// The base's scores, by task.
  package var base: [String: TaskScore] {
    var scores: [String: TaskScore] = [:]
    for (place, score) in (matrix.first ?? []).enumerated() {
      let loss = answerLoss?.matrix.first?[place] ?? nil
      // A result without answer losses does not spare another run their measuring.
      guard let score, accuracy == nil || loss != nil else { continue }
      scores[tasks[place]] = TaskScore(score, answerLoss: loss)
    }
    return scores
  }

  /// Whether every score that there can be is there.
  package var isComplete: Bool { matrix.allSatisfy { $0.allSatisfy { $0 != nil } } }

  private enum CodingKeys: String, CodingKey {
    case arm, tasks
    case matrix = "R"
    case accuracy, loss
    case backwardTransfer = "backward_transfer"
    case forwardTransfer = "forward_transfer"
    case forgetting
    case learningAccuracy = "learning_accuracy"
    case regret
    case answerLoss = "answer_loss"
    case buffer, seed, seconds
    case testSeconds = "test_seconds"
    case tokens
    case equivalentTokens = "equivalent_tokens"
    case generalDivergence = "general_divergence"
    case episodes
  }
}

extension ContinualResult {
  /// What was not measured is `null`, so that readers can rely on every key.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(arm, forKey: .arm)
    try container.encode(tasks, forKey: .tasks)
    try container.encode(matrix, forKey: .matrix)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(loss, forKey: .loss)
    try container.encode(backwardTransfer, forKey: .backwardTransfer)
    try container.encode(forwardTransfer, forKey: .forwardTransfer)
    try container.encode(forgetting, forKey: .forgetting)
    try container.encode(learningAccuracy, forKey: .learningAccuracy)
    try container.encode(regret, forKey: .regret)
    try container.encode(answerLoss, forKey: .answerLoss)
    try container.encode(buffer, forKey: .buffer)
    try container.encode(seed, forKey: .seed)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(testSeconds, forKey: .testSeconds)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(equivalentTokens, forKey: .equivalentTokens)
    try container.encode(generalDivergence, forKey: .generalDivergence)
    try container.encode(episodes, forKey: .episodes)
  }
}
