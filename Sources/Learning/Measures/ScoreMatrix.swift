/// R[i, j], the score of version i on domain j: row 0 is the base, `nil` where never measured.
///
/// **Signs.** Transfer is better the larger, forgetting and regret are worse the larger, for accuracies and losses alike;
/// `finalScore` and `learningScore` are in the measure's own direction. A mean leaves out domains whose cells are missing;
/// a mean over none is `nil`. T is the last row, l(j) the row that first learned domain j.
package struct ScoreMatrix: Codable, Hashable, Sendable {
  package enum Measure: String, Codable, Hashable, Sendable {
    /// Share of right answers, 0 to 1.
    case accuracy
    /// Nats per token.
    case loss
  }

  package let measure: Measure
  package let domains: [String]
  /// [versions, domains], in the lineage's order.
  package let rows: [[Double?]]
  /// l(j), from 1; `nil` for domains that no version has learned, such as `general`.
  package let learnedAt: [Int?]

  /// - Precondition: each row has a cell for each domain; `learnedAt` names rows after the base's.
  package init(measure: Measure, domains: [String], rows: [[Double?]], learnedAt: [Int?]) {
    precondition(!rows.isEmpty, "a matrix without the base's row")
    precondition(rows.allSatisfy { $0.count == domains.count }, "rows must have \(domains.count) cells")
    precondition(learnedAt.count == domains.count, "learned \(learnedAt.count), domains \(domains.count)")
    precondition(
      learnedAt.allSatisfy { row in row.map { $0 >= 1 && $0 < rows.count } ?? true }, "learned at \(learnedAt)")
    self.measure = measure
    self.domains = domains
    self.rows = rows
    self.learnedAt = learnedAt
  }

  /// A benchmark's order: row j + 1 learned domain j.
  package init(measure: Measure, sequence domains: [String], rows: [[Double?]]) {
    self.init(
      measure: measure, domains: domains, rows: rows,
      learnedAt: domains.indices.map { $0 + 1 < rows.count ? $0 + 1 : nil })
  }

  private var last: Int { rows.count - 1 }

  /// How much better `new` is than `old`.
  private func gain(_ old: Double?, _ new: Double?) -> Double? {
    guard let old, let new else { return nil }
    switch measure {
    case .accuracy: return new - old
    case .loss: return old - new
    }
  }

  private func best(of domain: Int, in range: Range<Int>) -> Double? {
    let measured = range.compactMap { rows[$0][domain] }
    switch measure {
    case .accuracy: return measured.max()
    case .loss: return measured.min()
    }
  }

  // MARK: One domain

  /// R[T, j] − R[l(j), j]; for losses its negative. `nil` for what the last version learned first.
  package func backwardTransfer(of domain: Int) -> Double? {
    guard let learned = learnedAt[domain], learned < last else { return nil }
    return gain(rows[learned][domain], rows[last][domain])
  }

  /// R[l(j)−1, j] − R[0, j]; for losses its negative. `nil` for what the first version learned.
  package func forwardTransfer(of domain: Int) -> Double? {
    guard let learned = learnedAt[domain], learned > 1 else { return nil }
    return gain(rows[0][domain], rows[learned - 1][domain])
  }

  /// max_{l<T} R[l, j] − R[T, j]; for losses R[T, j] − min_{l<T} R[l, j] (Chaudhry et al., 2018). Row 0 counts, so it is
  /// at least minus what was learned since the base. `nil` for what the last version learned first.
  package func forgetting(of domain: Int) -> Double? {
    guard let learned = learnedAt[domain], learned < last else { return nil }
    return gain(rows[last][domain], best(of: domain, in: 0..<last))
  }

  /// Distance of the last version from the best ever, itself included: 0 or more, also for what was learned last.
  package func regret(of domain: Int) -> Double? {
    guard learnedAt[domain] != nil else { return nil }
    return gain(rows[last][domain], best(of: domain, in: 0..<rows.count))
  }

  // MARK: Means over domains

  /// ACC = mean_j R[T, j] over learned domains.
  package var finalScore: Double? { mean { learnedAt[$0] == nil ? nil : rows[last][$0] } }
  /// Learning accuracy (or loss) = mean_j R[l(j), j].
  package var learningScore: Double? { mean { domain in learnedAt[domain].flatMap { rows[$0][domain] } } }
  /// BWT = 1/(T−1) Σ_{j<T} (R[T, j] − R[j, j]).
  package var backwardTransfer: Double? { mean(backwardTransfer) }
  /// FWT = 1/(T−1) Σ_{j≥2} (R[j−1, j] − R[0, j]).
  package var forwardTransfer: Double? { mean(forwardTransfer) }
  /// 1/(T−1) Σ_{j<T} (max_{l<T} R[l, j] − R[T, j]).
  package var forgetting: Double? { mean(forgetting) }
  package var regret: Double? { mean(regret) }

  /// Mean distance from another training's final scores, such as `joint`; negative where this one is better.
  /// - Precondition: one reference, or `nil`, for each domain.
  package func regret(against reference: [Double?]) -> Double? {
    precondition(reference.count == domains.count, "\(reference.count) references, \(domains.count) domains")
    return mean { learnedAt[$0] == nil ? nil : gain(rows[last][$0], reference[$0]) }
  }

  private func mean(_ figure: (Int) -> Double?) -> Double? {
    let figures = domains.indices.compactMap(figure)
    return figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count)
  }
}
