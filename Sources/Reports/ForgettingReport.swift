import Foundation

/// What one round learned and what it forgot, measured on held-out pieces alone; the JSON of `stet report --json`.
///
/// Losses are nats per token. A relative change is (after − before) ÷ before of the loss: positive is worse. Where a
/// domain has labels, see ``Metric/accuracy``.
package struct ForgettingReport: Codable, Hashable, Sendable {
  /// `nil` for a round that was not published.
  @OrNull package var version: Int?
  package var round: Int
  /// The version the round trained from; for a refused round, the one that stays current.
  package var parent: Int
  package var created: Date
  package var matrix: Matrix
  /// The gate's rows: every earlier domain.
  package var forgetting: [ForgettingRow]
  @OrNull package var general: GeneralRow?
  /// What the model can do beside its domains, against the base; `nil` in reports of versions that were not asked.
  @OrNull package var ability: [AbilityRow]?
  /// The domains this round trained on.
  package var learning: [LearningRow]
  /// Domains measured that no version has learned yet.
  package var forward: [LearningRow]
  /// Mean relative change of earlier domains since each was learned; positive is worse.
  @OrNull package var backwardTransfer: Double?
  /// Mean relative change, against the base, of domains not yet learned; negative: they got easier.
  @OrNull package var forwardTransfer: Double?
  package var gate: Gate
  package var cost: Cost
  package var settings: [String: String]
  package var data: DataSummary
  /// The EWC penalty's mean share of the training loss, 0 to 1.
  @OrNull package var penaltyRatio: Double?
  /// Sentences about what deserves a look, such as a penalty that outweighs the loss.
  package var alarms: [String]

  package init(
    version: Int?, round: Int, parent: Int, created: Date, matrix: Matrix = Matrix(),
    forgetting: [ForgettingRow] = [], general: GeneralRow? = nil, ability: [AbilityRow]? = nil,
    learning: [LearningRow] = [],
    forward: [LearningRow] = [], backwardTransfer: Double? = nil, forwardTransfer: Double? = nil,
    gate: Gate, cost: Cost = Cost(), settings: [String: String] = [:], data: DataSummary = DataSummary(),
    penaltyRatio: Double? = nil, alarms: [String] = []
  ) {
    self.version = version
    self.round = round
    self.parent = parent
    self.created = created
    self.matrix = matrix
    self.forgetting = forgetting
    self.general = general
    self.ability = ability
    self.learning = learning
    self.forward = forward
    self.backwardTransfer = backwardTransfer
    self.forwardTransfer = forwardTransfer
    self.gate = gate
    self.cost = cost
    self.settings = settings
    self.data = data
    self.penaltyRatio = penaltyRatio
    self.alarms = alarms
  }

  private enum CodingKeys: String, CodingKey {
    case version, round, parent, created, matrix, forgetting, general, ability, learning, forward
    case backwardTransfer = "backward_transfer"
    case forwardTransfer = "forward_transfer"
    case gate, cost, settings, data
    case penaltyRatio = "penalty_ratio"
    case alarms
  }
}

extension ForgettingReport {
  /// The matrix R: row i after `versions[i]`, row 0 the base; `nil` where never measured.
  package struct Matrix: Codable, Hashable, Sendable {
    package var versions: [Int]
    package var domains: [String]
    /// [version][domain], nats per token.
    package var nll: [[Double?]]
    /// [version][domain], 0 to 1, where samples have labels.
    package var accuracy: [[Double?]]
    /// [version][domain], half of the 95 % interval of the loss's change against the base, nats per token.
    package var spread: [[Double?]]

    /// Rows that are missing or short count as never measured, and so do numbers that are not finite.
    package init(
      versions: [Int] = [], domains: [String] = [], nll: [[Double?]] = [], accuracy: [[Double?]] = [],
      spread: [[Double?]] = []
    ) {
      func filled(_ rows: [[Double?]]) -> [[Double?]] {
        versions.indices.map { i in
          domains.indices.map { j in
            guard i < rows.count, j < rows[i].count, let value = rows[i][j], value.isFinite else { return nil }
            return value
          }
        }
      }
      self.versions = versions
      self.domains = domains
      self.nll = filled(nll)
      self.accuracy = filled(accuracy)
      self.spread = filled(spread)
    }

    private enum CodingKeys: String, CodingKey { case versions, domains, nll, accuracy, spread }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        versions: try container.decode([Int].self, forKey: .versions),
        domains: try container.decode([String].self, forKey: .domains),
        nll: try container.decode([[Double?]].self, forKey: .nll),
        accuracy: try container.decodeIfPresent([[Double?]].self, forKey: .accuracy) ?? [],
        spread: try container.decodeIfPresent([[Double?]].self, forKey: .spread) ?? [])
    }
  }

  /// What a row's figures count.
  package enum Metric: String, Codable, Hashable, Sendable {
    /// Nats per token; changes are relative to `before`.
    case nll
    /// Shares of right answers, 0 to 1; changes are before − after in the same unit, so that positive is worse too.
    case accuracy
  }

  package enum Verdict: String, Codable, Hashable, Sendable {
    /// The upper bound is within budget.
    case ok
    /// The lower bound is over budget.
    case over
    /// The bounds lie on both sides of it.
    case undecided
  }

  package struct ForgettingRow: Codable, Hashable, Sendable {
    package var domain: String
    /// Held-out pieces measured, the same before and after.
    package var pieces: Int
    @Figure package var before: Double
    @Figure package var after: Double
    @Figure package var relative: Double
    /// Simultaneous confidence bounds of `relative`.
    @Figure package var low: Double
    @Figure package var high: Double
    /// What `high` may reach, in the unit of `relative`.
    @Figure package var budget: Double
    package var verdict: Verdict
    package var metric: Metric
    /// Against the best version of this lineage; `nil` where none but the parent has measured the domain.
    @OrNull package var lineage: Lineage?

    package init(
      domain: String, pieces: Int, before: Double, after: Double, relative: Double, low: Double, high: Double,
      budget: Double, verdict: Verdict, metric: Metric = .nll, lineage: Lineage? = nil
    ) {
      self.domain = domain
      self.pieces = pieces
      self.before = before
      self.after = after
      self.relative = relative
      self.low = low
      self.high = high
      self.budget = budget
      self.verdict = verdict
      self.metric = metric
      self.lineage = lineage
    }
  }

  package struct Lineage: Codable, Hashable, Sendable {
    /// The version that was best at the domain, and its figure on the same pieces.
    package var version: Int
    @Figure package var best: Double
    @Figure package var relative: Double
    @Figure package var high: Double
    @Figure package var budget: Double

    package init(version: Int, best: Double, relative: Double, high: Double, budget: Double) {
      self.version = version
      self.best = best
      self.relative = relative
      self.high = high
      self.budget = budget
    }
  }

  /// The general set: KL divergence to the base, nats per token.
  package struct GeneralRow: Codable, Hashable, Sendable {
    package var pieces: Int
    @Figure package var before: Double
    @Figure package var after: Double
    /// after − before, nats.
    @Figure package var change: Double
    /// Upper bound of `after`, and what it may reach.
    @Figure package var high: Double
    @Figure package var budget: Double
    package var verdict: Verdict

    package init(
      pieces: Int, before: Double, after: Double, change: Double, high: Double, budget: Double, verdict: Verdict
    ) {
      self.pieces = pieces
      self.before = before
      self.after = after
      self.change = change
      self.high = high
      self.budget = budget
      self.verdict = verdict
    }
  }

  /// One probe of general ability: shares of right answers, each question paired with the base's answer.
  package struct AbilityRow: Codable, Hashable, Sendable {
    package var probe: String
    package var items: Int
    @Figure package var base: Double
    @Figure package var version: Double
    /// Simultaneous confidence bounds of version − base.
    @Figure package var low: Double
    @Figure package var high: Double

    package init(probe: String, items: Int, base: Double, version: Double, low: Double, high: Double) {
      self.probe = probe
      self.items = items
      self.base = base
      self.version = version
      self.low = low
      self.high = high
    }
  }

  package struct LearningRow: Codable, Hashable, Sendable {
    package var domain: String
    package var pieces: Int
    @Figure package var before: Double
    @Figure package var after: Double
    @Figure package var relative: Double
    package var metric: Metric

    package init(
      domain: String, pieces: Int, before: Double, after: Double, relative: Double, metric: Metric = .nll
    ) {
      self.domain = domain
      self.pieces = pieces
      self.before = before
      self.after = after
      self.relative = relative
      self.metric = metric
    }
  }
}
