import Foundation

/// Exact tails of the binomial distribution.
enum Binomial {
  /// P(X ≥ count) for X of `trials` draws, each with `probability`: Σ C(n, i) pⁱ (1 − p)ⁿ⁻ⁱ.
  static func upperTail(of count: Int, in trials: Int, probability: Double) -> Double {
    guard count > 0 else { return 1 }
    guard count <= trials, probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    let (yes, no) = (log(probability), log1p(-probability))
    var sum = 0.0
    var coefficient = 0.0
    for drawn in 0...trials {
      if drawn >= count { sum += exp(coefficient + Double(drawn) * yes + Double(trials - drawn) * no) }
      coefficient += log(Double(trials - drawn)) - log(Double(drawn + 1))
    }
    return min(1, sum)
  }
}
