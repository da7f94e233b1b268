import Foundation
import Learning
import Tensors
import Transformer

/// Softmax regression of a token on the one before it, with its exact gradient: θ is [V, V], the logits of the next token.
struct BigramRegression: GradientSource {
  let vocabulary: Int

  var parameterCount: Int { vocabulary * vocabulary }

  func lossAndGradient(
    rows: [PackedRow], parameters: [Float], noise: StepNoise, into gradient: inout [Float], pause: () throws -> Void
  ) rethrows -> LossSum {
    try rows.reduce(into: LossSum()) {
      try pause()
      $0 += add($1, parameters, &gradient)
    }
  }

  func eachRowGradient(rows: [PackedRow], parameters: [Float], _ body: (Int, Span<Float>, LossSum) -> Void) {
    for (i, row) in rows.enumerated() {
      var gradient = [Float](repeating: 0, count: parameterCount)
      let loss = add(row, parameters, &gradient)
      body(i, gradient.span, loss)
    }
  }

  func losses(rows: [PackedRow], parameters: [Float]) -> [LossSum] {
    rows.map { row in
      var unused = [Float](repeating: 0, count: parameterCount)
      return add(row, parameters, &unused)
    }
  }

  private func add(_ row: PackedRow, _ parameters: [Float], _ gradient: inout [Float]) -> LossSum {
    var sum = LossSum()
    for t in row.tokens.indices where row.supervised[t] {
      let start = Int(row.tokens[t - 1]) * vocabulary
      let target = Int(row.tokens[t])
      let logits = (0..<vocabulary).map { Double(parameters[start + $0]) }
      let normaliser = log(logits.reduce(0) { $0 + exp($1) })
      for next in 0..<vocabulary {
        gradient[start + next] += Float(exp(logits[next] - normaliser) - (next == target ? 1 : 0))
      }
      sum += LossSum(nll: normaliser - logits[target], tokens: 1)
    }
    return sum
  }

  /// Text in which each token is followed by itself plus `shift`, nine times out of ten.
  func text(shift: Int, rows: Int, length: Int, seed: UInt64) -> [PackedRow] {
    var rng = SeededGenerator(seed: seed)
    return (0..<rows).map { _ in
      var token = Int.random(in: 0..<vocabulary, using: &rng)
      var tokens = [Int32(token)]
      while tokens.count < length {
        let isRegular = Int.random(in: 0..<10, using: &rng) > 0
        token = isRegular ? (token + shift) % vocabulary : Int.random(in: 0..<vocabulary, using: &rng)
        tokens.append(Int32(token))
      }
      return PackedRow(text: tokens)
    }
  }

  func meanLoss(_ rows: [PackedRow], _ parameters: [Float]) -> Double {
    losses(rows: rows, parameters: parameters).reduce(into: LossSum()) { $0 += $1 }.mean
  }
}
