/// Scales a gradient to a global norm of at most `limit`, as PyTorch's `clip_grad_norm_` does:
/// coefficient min(1, limit/(norm + 1e-6)).
///
/// - Returns: the norm before, and the coefficient. Where the norm is not finite nothing is changed and it is 1.
@discardableResult
package func clipGlobalNorm(_ gradient: inout [Float], to limit: Float) -> (norm: Double, coefficient: Float) {
  let norm = FlatVector.sumOfSquares(gradient).squareRoot()
  guard norm.isFinite else { return (norm, 1) }
  let coefficient = Float(min(1, Double(limit) / (norm + 1e-6)))
  if coefficient < 1 { FlatVector.scale(&gradient, gradient.indices, by: coefficient) }
  return (norm, coefficient)
}
