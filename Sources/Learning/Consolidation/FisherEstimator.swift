import Transformer

/// The diagonal empirical Fisher: Fᵢ = mean over samples of (∂ Σₜ NLLₜ/∂θᵢ)².
///
/// The square is taken of each *sample's* gradient of its *summed* loss. Squaring a batch's gradient would shrink F by
/// about the batch size, and packed rows are batches.
package enum FisherEstimator {
  /// Samples between two pauses: a second or two of work.
  private static let atOnce = 4

  /// Tokens of a sample that count: a square needs many samples more than long ones.
  private static let tokens = 128

  /// The part of a sample that its Fisher is taken over, from some context before its first target on.
  package static func part(of row: PackedRow) -> PackedRow {
    let first = row.supervised.firstIndex(of: true) ?? 0
    let start = max(0, first - tokens / 2)
    let range = start..<min(row.tokens.count, start + tokens)
    return PackedRow(tokens: Array(row.tokens[range]), supervised: Array(row.supervised[range]))
  }

  /// - Parameters:
  ///   - samples: one segment each; those without a target count for nothing. Taken from new data only, or old domains
  ///     would count twice.
  ///   - pause: called between a few samples and the next; what it throws ends the estimate.
  /// - Returns: nats² per unit²; zero where no sample has a target.
  package static func estimate(
    samples: [PackedRow], parameters: [Float], using source: some GradientSource, pause: () throws -> Void = {}
  ) throws -> [Float] {
    precondition(samples.allSatisfy { $0.segmentStarts.count <= 1 }, "a Fisher over packed rows")
    let targets = samples.filter { $0.supervisedCount > 0 }
    var sum = [Float](repeating: 0, count: parameters.count)
    var broken: Int?
    for first in stride(from: 0, to: targets.count, by: atOnce) {
      try pause()
      let rows = Array(targets[first..<min(first + atOnce, targets.count)])
      source.eachRowGradient(rows: rows, parameters: parameters) { row, gradient, loss in
        if broken == nil, !loss.nll.isFinite || !FlatVector.sumOfSquares(gradient).isFinite { broken = first + row }
        FlatVector.addSquares(of: gradient, to: &sum)
      }
      if let broken { throw LearningError.fisherNotFinite(sample: broken) }
    }
    FlatVector.scale(&sum, sum.indices, by: 1 / Float(max(targets.count, 1)))
    return sum
  }
}
