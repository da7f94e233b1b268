/// How much the change of a piece's loss differs from its domain's: what says how far the mean of a few is off by chance.
struct ChangeSpread {
  /// Of a change in nats per token, pieces weighted by their tokens.
  private let variance: Double

  /// - Parameter domains: each with a mean of its own.
  /// - Returns: `nil` where there are fewer than `ForgettingGate.fewest` pieces in all.
  init?(_ domains: [PairedBootstrap.Series]) {
    var (squares, tokens, pieces, freedom) = (0.0, 0.0, 0, 0)
    for domain in domains {
      let own = zip(domain.changes, domain.tokens).filter { $0.1 > 0 }
      let sum = own.reduce(0) { $0 + $1.1 }
      let mean = own.reduce(0) { $0 + $1.0 } / sum
      squares += own.reduce(0) { $0 + $1.1 * ($1.0 / $1.1 - mean) * ($1.0 / $1.1 - mean) }
      tokens += sum
      pieces += own.count
      freedom += own.count - 1
    }
    guard pieces >= ForgettingGate.fewest, freedom > 0 else { return nil }
    variance = squares / tokens * Double(pieces) / Double(freedom)
  }

  /// Of the mean change of pieces of so many tokens each, nats per token.
  func standardError(of tokens: [Double]) -> Double {
    let sum = tokens.reduce(0, +)
    return sum > 0 ? (variance * tokens.reduce(0) { $0 + $1 * $1 }).squareRoot() / sum : 0
  }
}
