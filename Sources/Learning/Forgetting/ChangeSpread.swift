/// How much the change of a piece's loss differs from that of others: what says how far the mean of a few is off by chance.
struct ChangeSpread {
  /// Of a change in nats per token, pieces weighted by their tokens.
  private let variance: Double

  /// - Returns: `nil` where there are fewer than `ForgettingGate.fewest` pieces.
  init?(_ series: PairedBootstrap.Series) {
    let pieces = zip(series.changes, series.tokens).filter { $0.1 > 0 }
    guard pieces.count >= ForgettingGate.fewest else { return nil }
    let tokens = pieces.reduce(0) { $0 + $1.1 }
    let mean = pieces.reduce(0) { $0 + $1.0 } / tokens
    let squares = pieces.reduce(0) { $0 + $1.1 * ($1.0 / $1.1 - mean) * ($1.0 / $1.1 - mean) }
    variance = squares / tokens * Double(pieces.count) / Double(pieces.count - 1)
  }

  /// Of the mean change of pieces of so many tokens each, nats per token.
  func standardError(of tokens: [Double]) -> Double {
    let sum = tokens.reduce(0, +)
    return sum > 0 ? (variance * tokens.reduce(0) { $0 + $1 * $1 }).squareRoot() / sum : 0
  }
}
