import Tensors

/// Simultaneous one-sided bounds on token-weighted mean changes, from paired differences by piece.
///
/// Pieces are drawn with replacement, before and after together; what is measured on the same pieces shares the draws.
/// Each draw gives every series h a studentised deviation t*ₕ = (d*ₕ − dₕ)/se*ₕ, with the ratio estimator's standard
/// error; the 1 − α quantile of maxₕ(−t*ₕ) times seₕ above dₕ bounds all series from above at once, and likewise from
/// below (bootstrap-t: Efron and Tibshirani, 1993, ch. 12; max-t: Westfall and Young, 1993).
package struct PairedBootstrap: Sendable {
  /// x, summed changes, and t, tokens, of each piece; the series estimates Σx/Σt. A piece with 0 tokens is not in it.
  package struct Series: Sendable {
    package let changes: [Double]
    package let tokens: [Double]

    /// - Precondition: as many changes as token counts, none below 0 and one above.
    package init(changes: [Double], tokens: [Double]) {
      precondition(changes.count == tokens.count, "\(changes.count) changes, \(tokens.count) token counts")
      precondition(tokens.allSatisfy { $0 >= 0 } && tokens.contains { $0 > 0 }, "pieces without tokens")
      self.changes = changes
      self.tokens = tokens
    }
  }

  package struct Bound: Codable, Hashable, Sendable {
    package let estimate: Double
    package let low: Double
    package let high: Double
  }

  package let replicates: Int
  /// α of each side, over all series together.
  package let level: Double

  package init(replicates: Int = 4000, level: Double = 0.05) {
    precondition(replicates >= 100 && level > 0 && level < 0.5, "\(replicates) replicates at \(level)")
    self.replicates = replicates
    self.level = level
  }

  /// Σ over pieces, enough for the estimate and its standard error.
  private struct Sums {
    var pieces = 0
    var x = 0.0
    var t = 0.0
    var xx = 0.0
    var xt = 0.0
    var tt = 0.0

    mutating func add(_ x: Double, _ t: Double) {
      guard t > 0 else { return }
      pieces += 1
      self.x += x
      self.t += t
      xx += x * x
      xt += x * t
      tt += t * t
    }

    var estimate: Double { x / t }

    /// √(n/(n−1)·Σ(x − d·t)²)/Σt.
    var standardError: Double {
      let d = estimate
      let residual = max(0, xx - 2 * d * xt + d * d * tt)
      return (residual * Double(pieces) / Double(max(pieces - 1, 1))).squareRoot() / t
    }
  }

  /// - Parameter groups: the series of one group are measured on the same pieces.
  /// - Returns: bounds in the shape of `groups`.
  package func bounds(of groups: [[Series]], using rng: inout some RandomNumberGenerator) -> [[Bound]] {
    let whole = groups.map { group in
      group.map { series in
        var sums = Sums()
        for (x, t) in zip(series.changes, series.tokens) { sums.add(x, t) }
        return (estimate: sums.estimate, error: sums.standardError)
      }
    }
    var above = [Double](repeating: 0, count: replicates)
    var below = above
    for replicate in 0..<replicates {
      var (most, least) = (-Double.infinity, Double.infinity)
      for (group, figures) in zip(groups, whole) {
        let pieces = group.first?.changes.count ?? 0
        precondition(group.allSatisfy { $0.changes.count == pieces }, "series of one group over other pieces")
        var sums = [Sums](repeating: Sums(), count: group.count)
        for _ in 0..<pieces {
          let piece = Int.random(in: 0..<pieces, using: &rng)
          for i in group.indices { sums[i].add(group[i].changes[piece], group[i].tokens[piece]) }
        }
        for (i, figure) in figures.enumerated() where figure.error > 0 && sums[i].pieces > 0 {
          // A draw that repeats a few pieces can look certain; half the error of all pieces is the least it gets.
          let error = max(sums[i].standardError, figure.error / 2)
          let deviation = (sums[i].estimate - figure.estimate) / error
          most = max(most, deviation)
          least = min(least, deviation)
        }
      }
      above[replicate] = most.isFinite ? most : 0
      below[replicate] = least.isFinite ? -least : 0
    }
    let (reach, drop) = (quantile(below), quantile(above))
    return whole.map { figures in
      figures.map {
        Bound(
          estimate: $0.estimate, low: $0.estimate - max(0, drop) * $0.error,
          high: $0.estimate + max(0, reach) * $0.error)
      }
    }
  }

  private func quantile(_ values: [Double]) -> Double {
    let rank = Int(((1 - level) * Double(values.count + 1)).rounded(.up))
    return values.sorted()[min(max(rank, 1), values.count) - 1]
  }
}
