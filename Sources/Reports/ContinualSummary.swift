import Foundation

/// What many runs of a continual bench say of each arm: means over orders and seeds, with their spread.
package struct ContinualSummary: Sendable {
  package struct Run: Sendable {
    package var arm: String
    package var tasks: [String]
    /// Row 0 the base.
    package var matrix: [[Double?]]
    /// 0 to 1, larger is better; else nats per token.
    package var isAccuracy: Bool
    package var isJoint: Bool
    /// Mean of the last row.
    package var score: Double
    package var backwardTransfer: Double?
    package var learning: Double?
    package var regret: Double?
    /// Nats per question at the end, and how much better than when it was learned; `nil` for text.
    package var answerLoss: Double?
    package var answerLossTransfer: Double?
    /// Share of past samples that is kept; `nil` where none is.
    package var buffer: Double?
    package var seed: UInt64
    package var seconds: Double
    package var tokens: Double
    /// KL to the base, in nats per token; `nil` where it was not measured.
    package var generalDivergence: Double?

    package init(
      arm: String, tasks: [String], matrix: [[Double?]], isAccuracy: Bool, isJoint: Bool, score: Double,
      backwardTransfer: Double?, learning: Double?, regret: Double?, answerLoss: Double? = nil,
      answerLossTransfer: Double? = nil, buffer: Double?, seed: UInt64, seconds: Double, tokens: Double,
      generalDivergence: Double? = nil
    ) {
      self.arm = arm
      self.tasks = tasks
      self.matrix = matrix
      self.isAccuracy = isAccuracy
      self.isJoint = isJoint
      self.score = score
      self.backwardTransfer = backwardTransfer
      self.learning = learning
      self.regret = regret
      self.answerLoss = answerLoss
      self.answerLossTransfer = answerLossTransfer
      self.buffer = buffer
      self.seed = seed
      self.seconds = seconds
      self.tokens = tokens
      self.generalDivergence = generalDivergence
    }
  }

  /// A mean, and half the width of its 95 % interval; `nil` with one run.
  package struct Estimate: Codable, Hashable, Sendable {
    package var mean: Double
    package var spread: Double?

    /// - Returns: `nil` where there are no values.
    package init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      guard values.count > 1 else {
        spread = nil
        return
      }
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      spread = Self.quantile(values.count - 1) * (variance / count).squareRoot()
    }

    /// Student's t at 97.5 %, by degrees of freedom.
    private static func quantile(_ freedom: Int) -> Double {
      let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
      return freedom <= table.count ? table[freedom - 1] : 1.96 + 2.4 / Double(freedom)
    }
  }

  /// One arm's means, with one buffer.
  package struct Row: Codable, Sendable {
    package var arm: String
    package var buffer: Double?
    package var runs: Int
    package var score: Estimate?
    /// Of joint training's score, on the seeds that both have; `nil` for losses and without joint runs.
    package var shareOfJoint: Estimate?
    /// Score over naive's on the same order and seed: positive is better, for losses too.
    package var gain: Estimate?
    package var backwardTransfer: Estimate?
    package var learning: Estimate?
    package var regret: Estimate?
    /// Nats per question; `nil` for text.
    package var answerLoss: Estimate?
    package var answerLossTransfer: Estimate?
    /// Tokens against naive's on the same order and seed.
    package var cost: Estimate?
    /// Nats per token.
    package var generalDivergence: Estimate?
    package var seconds: Double

    private enum CodingKeys: String, CodingKey {
      case arm, buffer, runs, score
      case shareOfJoint = "share_of_joint"
      case gain
      case backwardTransfer = "backward_transfer"
      case learning, regret
      case answerLoss = "answer_loss"
      case answerLossTransfer = "answer_loss_transfer"
      case cost
      case generalDivergence = "general_divergence"
      case seconds
    }
  }

  package let runs: [Run]
  package let rows: [Row]
  package var isAccuracy: Bool { runs.first?.isAccuracy ?? true }

  package init(runs: [Run]) {
    self.runs = runs
    var kinds: [Kind] = []
    for run in runs where !kinds.contains(Kind(run)) { kinds.append(Kind(run)) }
    func twin(_ run: Run, _ arm: String, anyOrder: Bool = false) -> Run? {
      runs.first { $0.arm == arm && $0.seed == run.seed && (anyOrder || $0.tasks == run.tasks) }
    }
    rows = kinds.map { kind in
      let own = runs.filter { Kind($0) == kind }
      let joint = own.compactMap { run in twin(run, "joint", anyOrder: true).map { (run.score, $0.score) } }
      return Row(
        arm: kind.arm, buffer: kind.buffer, runs: own.count, score: Estimate(own.map(\.score)),
        shareOfJoint: own.allSatisfy(\.isAccuracy) ? Estimate(joint.filter { $0.1 > 0 }.map { $0.0 / $0.1 }) : nil,
        gain: Estimate(
          own.compactMap { run in
            twin(run, "naive").map { run.isAccuracy ? run.score - $0.score : $0.score - run.score }
          }),
        backwardTransfer: Estimate(own.compactMap(\.backwardTransfer)),
        learning: Estimate(own.compactMap(\.learning)), regret: Estimate(own.compactMap(\.regret)),
        answerLoss: Estimate(own.compactMap(\.answerLoss)),
        answerLossTransfer: Estimate(own.compactMap(\.answerLossTransfer)),
        cost: Estimate(own.compactMap { run in twin(run, "naive").map { run.tokens / $0.tokens } }),
        generalDivergence: Estimate(own.compactMap(\.generalDivergence)), seconds: own.reduce(0) { $0 + $1.seconds })
    }
  }

  /// Runs that a row is about.
  package struct Kind: Hashable, Sendable {
    package let arm: String
    package let buffer: Double?

    package init(_ run: Run) { (arm, buffer) = (run.arm, run.buffer) }
    package init(_ row: Row) { (arm, buffer) = (row.arm, row.buffer) }
  }

  private func cell(_ estimate: Estimate?, isShare: Bool, signed: Bool = false) -> String {
    guard let estimate else { return Format.none }
    let value =
      isShare
      ? (signed ? Format.signedPoints(estimate.mean) : Format.percent(estimate.mean))
      : (signed ? Format.signedNats(estimate.mean) : Format.nats(estimate.mean))
    guard let spread = estimate.spread else { return value }
    return value + " ±" + (isShare ? String(format: "%.1f", 100 * spread) : String(format: "%.3f", spread))
  }

  /// The table's titles and cells, for a terminal and a page.
  package var cells: (titles: [String], rows: [[String]]) {
    let answers = isAccuracy ? ["answer loss", "its backward"] : []
    let titles =
      [
        "arm", "buffer", "runs", isAccuracy ? "accuracy" : "loss", "over naive", "of joint", "backward",
        isAccuracy ? "learning" : "learned loss", "regret",
      ] + answers + ["general KL", "cost"]
    return (
      titles,
      rows.map { row in
        [
          row.arm, Format.shortPercent(row.buffer), String(row.runs), cell(row.score, isShare: isAccuracy),
          cell(row.gain, isShare: isAccuracy, signed: true), cell(row.shareOfJoint, isShare: true),
          cell(row.backwardTransfer, isShare: isAccuracy, signed: true), cell(row.learning, isShare: isAccuracy),
          cell(row.regret, isShare: isAccuracy),
        ]
          + (isAccuracy
            ? [cell(row.answerLoss, isShare: false), cell(row.answerLossTransfer, isShare: false, signed: true)] : [])
          + [
            cell(row.generalDivergence, isShare: false),
            row.cost.map { String(format: "%.2f×", $0.mean) } ?? Format.none,
          ]
      }
    )
  }
}
