/// A low-rank adapter's hyperparameters (Hu et al., 2021): ΔW = alpha/rank · B·A.
package struct LoRAConfiguration: Codable, Hashable, Sendable {
  package var rank = 16
  package var alpha: Float = 32
  /// In the order of `Projection.allCases`.
  package var targets: [Projection] = Projection.allCases

  package init(rank: Int = 16, alpha: Float = 32, targets: [Projection] = Projection.allCases) {
    self.rank = rank
    self.alpha = alpha
    self.targets = Projection.allCases.filter(targets.contains)
  }

  package var scaling: Float { alpha / Float(rank) }
}
