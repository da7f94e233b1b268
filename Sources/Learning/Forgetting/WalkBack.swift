/// Steps from a candidate back towards current: θ = θ_current + scale·(θ_candidate − θ_current).
package enum WalkBack {
  /// Scales tried after the whole step, largest first.
  package static let grid = [0.7, 0.5, 0.3]

  /// - Precondition: vectors of one length.
  package static func parameters(from current: [Float], towards candidate: [Float], scale: Double) -> [Float] {
    var result = candidate
    if scale == 1 { return result }
    FlatVector.combine(&result, times: Float(scale), plus: current, times: Float(1 - scale))
    return result
  }
}
