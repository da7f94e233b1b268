/// How many tokens of an epoch come from where.
package struct ReplayShares: Hashable, Sendable {
  /// Of each earlier domain.
  package let earlier: [Int]
  package let general: Int

  /// Shares are of all tokens, new ones included: with N new tokens an epoch has N/(1 − earlier − general). A source that
  /// is missing leaves its share to the others; one that is small gives what it has.
  ///
  /// Half of the earlier domains' share, or more, is the same for each. The rest goes by what they need, as far as that is
  /// 1 or more together: a domain of a need of 1, and no other, has half of it and its even part of the other half.
  /// - Parameters:
  ///   - available: tokens of each earlier domain.
  ///   - needs: of each earlier domain, the part of its budget that it has lost already; 0 or more.
  /// - Precondition: shares are not negative and leave room for new tokens.
  package init(
    newTokens: Int, available: [Int], needs: [Double]? = nil, availableGeneral: Int, share: Double, generalShare: Double
  ) {
    precondition(share >= 0 && generalShare >= 0 && share + generalShare < 1, "shares \(share) and \(generalShare)")
    let weights = Self.weights(needs ?? available.map { _ in 0 })
    func part(_ share: Double, beside tokens: Int) -> Int { Int((share / (1 - share) * Double(tokens)).rounded()) }
    let replayed = available.contains { $0 > 0 } ? share : 0
    let rehearsed = availableGeneral > 0 ? generalShare : 0
    let total = Double(newTokens) / (1 - replayed - rehearsed)
    let most = Self.divided(Int((total * replayed).rounded()), available: available, weights: weights)
    let wanted = part(rehearsed, beside: newTokens + most.reduce(0, +))
    general = min(availableGeneral, wanted)
    // Where general texts are few, the earlier domains' share is of fewer tokens.
    earlier =
      general == wanted
      ? most : Self.divided(part(replayed, beside: newTokens + general), available: available, weights: weights)
  }

  private static func weights(_ needs: [Double]) -> [Double] {
    let together = max(needs.reduce(0, +), 1)
    return needs.map { 1 + Double(needs.count) * $0 / together }
  }

  /// By weight, and what a small one cannot give to the others.
  static func divided(_ budget: Int, available: [Int], weights: [Double]) -> [Int] {
    var shares = [Int](repeating: 0, count: available.count)
    var left = min(budget, available.reduce(0, +))
    // Those that run out first come first.
    let order = available.indices.filter { available[$0] > 0 }
      .map { (place: $0, reach: Double(available[$0]) / weights[$0]) }
      .sorted { ($0.reach, $0.place) < ($1.reach, $1.place) }
    var weight = order.reduce(0) { $0 + weights[$1.place] }
    for (place, _) in order {
      let share = min(available[place], Int(Double(left) * min(weights[place] / weight, 1)))
      shares[place] = share
      left -= share
      weight -= weights[place]
    }
    return shares
  }
}
