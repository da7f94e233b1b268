import Foundation

/// Scores → probabilities: p = σ(slope · score + offset), fitted to scores of texts that were held out (Platt, 2000,
/// by the Newton method of Lin, Lin and Weng, 2007).
package struct PlattScaling: Codable, Hashable, Sendable {
  /// Never negative: where the scores say nothing about the labels it is 0, and every text has the labels' mean.
  package var slope: Double
  package var offset: Double

  package init(slope: Double, offset: Double) {
    self.slope = slope
    self.offset = offset
  }

  package func probability(_ score: Double) -> Double { Self.sigmoid(slope * score + offset) }

  static func sigmoid(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

  /// - Parameter labels: whether each text is one to refuse.
  package init(scores: [Double], labels: [Bool]) {
    let positives = Double(labels.count { $0 })
    let negatives = Double(labels.count) - positives
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
    let targets = labels.map { $0 ? high : low }
    var (a, b) = (0.0, log((positives + 1) / (negatives + 1)))
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(scores, targets).reduce(0) { sum, pair in
        let f = a * pair.0 + b
        return sum + (f >= 0 ? (1 - pair.1) * f + log1p(exp(-f)) : -pair.1 * f + log1p(exp(f)))
      }
    }
    var current = loss(a, b)
    for _ in 0..<100 {
      var (aa, ab, bb, ga, gb) = (1e-12, 0.0, 1e-12, 0.0, 0.0)
      for (score, target) in zip(scores, targets) {
        let p = Self.sigmoid(a * score + b)
        let (weight, error) = (p * (1 - p), p - target)
        aa += score * score * weight
        ab += score * weight
        bb += weight
        ga += score * error
        gb += error
      }
      if abs(ga) < 1e-6, abs(gb) < 1e-6 { break }
      let determinant = aa * bb - ab * ab
      guard determinant > 0 else { break }
      let (da, db) = (-(bb * ga - ab * gb) / determinant, -(aa * gb - ab * ga) / determinant)
      var length = 1.0
      while length > 1e-10 {
        let next = loss(a + length * da, b + length * db)
        if next < current + 1e-4 * length * (ga * da + gb * db) {
          (a, b, current) = (a + length * da, b + length * db, next)
          break
        }
        length /= 2
      }
      if length <= 1e-10 { break }
    }
    slope = a > 0 ? a : 0
    offset = a > 0 ? b : log((positives + 1) / (negatives + 1))
  }
}
