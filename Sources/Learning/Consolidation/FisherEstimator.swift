import Transformer

/// The diagonal empirical Fisher: Fᵢ = mean over samples of (∂ Σₜ NLLₜ/∂θᵢ)².
///
/// The square is taken of each *sample's* gradient of its *summed* loss. Squaring a batch's gradient would shrink F by
/// about the batch size, and packed rows are batches.
package enum FisherEstimator {
  /// - Parameter samples: one segment each; those without a target count for nothing. Taken from new data only, or old
  ///   domains would count twice.
  /// - Returns: nats² per unit²; zero where no sample has a target.
  package static func estimate(
    samples: [PackedRow], parameters: [Float], using source: some GradientSource
  ) throws(LearningError) -> [Float] {
    precondition(samples.allSatisfy { $0.segmentStarts.count <= 1 }, "a Fisher over packed rows")
    let targets = samples.filter { $0.supervisedCount > 0 }
    var sum = [Float](repeating: 0, count: parameters.count)
    var broken: Int?
    source.eachRowGradient(rows: targets, parameters: parameters) { row, gradient, loss in
      if broken == nil, !loss.nll.isFinite || !FlatVector.sumOfSquares(gradient).isFinite { broken = row }
      FlatVector.addSquares(of: gradient, to: &sum)
    }
    if let broken { throw .fisherNotFinite(sample: broken) }
    FlatVector.scale(&sum, sum.indices, by: 1 / Float(max(targets.count, 1)))
    return sum
  }
}
