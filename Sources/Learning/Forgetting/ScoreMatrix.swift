/// R: the score of version i on domain j. Row 0 is the base, `nil` where never measured.
///
/// Signs: every figure that is called a transfer or an accuracy is better the larger it is, every figure that is called
/// forgetting or regret is worse the larger it is, for accuracies and for losses alike. Cells that are missing leave
/// their domain out of a mean; a figure without any domain is `nil`.
package struct ScoreMatrix: Codable, Hashable, Sendable {
  package enum Measure: String, Codable, Hashable, Sendable {
    /// Share of right answers, larger is better.
    case accuracy
    /// Nats per token, smaller is better.
    case loss

    /// Turns a score into one that is better the larger it is.
    fileprivate var sign: Double {
      switch self {
      case .accuracy: 1
      case .loss: -1
      }
    }
  }

  package let measure: Measure
  package let domains: [String]
  /// [versions, domains], oldest first.
  package private(set) var rows: [[Double?]]
  /// The row of the version that first learned each domain, from 1; `nil` where none has.
  package let learned: [Int?]

  /// - Precondition: there is a row, every row has a cell for each domain, and `learned` names rows after the base's.
  package init(measure: Measure, domains: [String], rows: [[Double?]], learned: [Int?]) {
    precondition(!rows.isEmpty, "a matrix without the base's row")
    precondition(rows.allSatisfy { $0.count == domains.count }, "rows of \(domains.count) domains")
    precondition(learned.count == domains.count, "\(learned.count) of \(domains.count) domains")
    precondition(learned.allSatisfy { $0.map { 1..<max(rows.count, 1) ~= $0 } ?? true }, "learned in \(learned)")
    self.measure = measure
    self.domains = domains
    self.rows = rows
    self.learned = learned
  }

  /// Domain j was learned by version j, one each: the benchmarks' order.
  package init(measure: Measure, tasks: [String], rows: [[Double?]]) {
    self.init(
      measure: measure, domains: tasks, rows: rows, learned: tasks.indices.map { $0 + 1 < rows.count ? $0 + 1 : nil })
  }

  private var last: Int { rows.count - 1 }

  // MARK: One domain

  /// R[j, j]: the score when it was learned.
  package func learnedScore(_ domain: Int) -> Double? { learned[domain].flatMap { rows[$0][domain] } }

  /// How much better the last version is than the one that learned the domain; `nil` for what the last one learned.
  package func backwardTransfer(of domain: Int) -> Double? {
    guard let row = learned[domain], row < last else { return nil }
    return gain(from: rows[row][domain], to: rows[last][domain])
  }

  /// How much better a domain was before it was learned than under the base; `nil` for what the first version learned.
  package func forwardTransfer(of domain: Int) -> Double? {
    guard let row = learned[domain], row >= 2 else { return nil }
    return gain(from: rows[0][domain], to: rows[row - 1][domain])
  }

  /// How much worse the last version is than the best before it (Chaudhry et al., 2018), the base included; negative
  /// where the last is the best. `nil` for what the last one learned.
  package func forgetting(of domain: Int) -> Double? {
    guard let row = learned[domain], row < last else { return nil }
    return gain(from: rows[last][domain], to: best(domain, before: last))
  }

  /// How much worse the last version is than the best that ever was, itself included: never negative.
  package func regret(of domain: Int) -> Double? {
    guard learned[domain] != nil else { return nil }
    return gain(from: rows[last][domain], to: best(domain, before: rows.count))
  }

  private func best(_ domain: Int, before end: Int) -> Double? {
    rows[..<end].compactMap { $0[domain] }.max { measure.sign * $0 < measure.sign * $1 }
  }

  private func gain(from old: Double?, to new: Double?) -> Double? {
    guard let old, let new else { return nil }
    return measure.sign * (new - old)
  }

  // MARK: Means over domains

  /// ACC = mean_j R[T, j] over learned domains, in the measure's own unit and direction.
  package var average: Double? { mean { learned[$0] == nil ? nil : rows[last][$0] } }

  /// Mean_j R[j, j].
  package var learningScore: Double? { mean(learnedScore) }

  /// BWT = 1/(T−1) Σ_{j<T} (R[T, j] − R[j, j]); for losses the difference the other way round.
  package var backwardTransfer: Double? { mean(backwardTransfer) }

  /// FWT = 1/(T−1) Σ_{j≥2} (R[j−1, j] − R[0, j]); for losses the difference the other way round.
  package var forwardTransfer: Double? { mean(forwardTransfer) }

  /// 1/(T−1) Σ_{j<T} (max_{l<T} R[l, j] − R[T, j]); for losses R[T, j] − min_{l<T} R[l, j].
  package var forgetting: Double? { mean(forgetting) }

  /// Mean distance from each domain's best version.
  package var regret: Double? { mean(regret) }

  private func mean(_ figure: (Int) -> Double?) -> Double? {
    let figures = domains.indices.compactMap(figure)
    return figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count)
  }
}
