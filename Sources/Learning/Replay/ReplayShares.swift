/// How many tokens of an epoch come from where.
package struct ReplayShares: Hashable, Sendable {
  /// Of each earlier domain.
  package let earlier: [Int]
  package let general: Int

  /// Shares are of all tokens, new ones included: with N new tokens an epoch has N/(1 − earlier − general). A source that
  /// is missing leaves its share to the others; one that is small gives what it has.
  /// - Precondition: shares are not negative and leave room for new tokens.
  package init(newTokens: Int, available: [Int], availableGeneral: Int, share: Double, generalShare: Double) {
    precondition(share >= 0 && generalShare >= 0 && share + generalShare < 1, "shares \(share) and \(generalShare)")
    let replayed = available.contains { $0 > 0 } ? share : 0
    let rehearsed = availableGeneral > 0 ? generalShare : 0
    let total = Double(newTokens) / (1 - replayed - rehearsed)
    earlier = Self.even(budget: Int((total * replayed).rounded()), available: available)
    general = min(availableGeneral, Int((total * rehearsed).rounded()))
  }

  /// The same for each, and what a small one cannot give to the others in equal parts.
  static func even(budget: Int, available: [Int]) -> [Int] {
    var shares = [Int](repeating: 0, count: available.count)
    var left = min(budget, available.reduce(0, +))
    var open = available.indices.filter { available[$0] > 0 }.sorted { (available[$0], $0) < (available[$1], $1) }
    while let smallest = open.first {
      let share = min(available[smallest], left / open.count)
      shares[smallest] = share
      left -= share
      open.removeFirst()
    }
    return shares
  }
}
