// t tasks · r rank of one · I inputs

import ModelFiles
import Tensors

/// O-LoRA (Wang et al., 2023): every task has r ranks of its own in one adapter of t·r, earlier ones stay as they are, and
/// λ·Σᵢ₍ₜ₎ ‖AᵢAₜᵀ‖²_F keeps the new A at right angles to the earlier ones.
package struct OrthogonalSubspace: StepMethod {
  package let strength: Float
  /// The ranks that are trained now.
  package let ranks: Range<Int>
  private let layout: AdapterLayout
  private let blas: BLAS

  /// - Precondition: the ranks are some of the layout's.
  package init(strength: Float, ranks: Range<Int>, layout: AdapterLayout, blas: BLAS) {
    precondition(ranks.lowerBound >= 0 && ranks.upperBound <= layout.lora.rank, "ranks \(ranks)")
    self.strength = strength
    self.ranks = ranks
    self.layout = layout
    self.blas = blas
  }

  package func adjust(_ gradient: inout [Float], at parameters: [Float]) -> Double {
    var penalty = 0.0
    for entry in layout.entries {
      switch entry.factor {
      case .a:
        let own = entry.offset + ranks.lowerBound * entry.columns..<entry.offset + ranks.upperBound * entry.columns
        for i in entry.range where !own.contains(i) { gradient[i] = 0 }
        penalty += addPenalty(entry, at: parameters, to: &gradient)
      case .b:
        for row in 0..<entry.rows {
          for k in 0..<entry.columns where !ranks.contains(k) { gradient[entry.offset + row * entry.columns + k] = 0 }
        }
      }
    }
    return penalty
  }

  /// ∂Aₜ = 2λ·(AₜAᵢᵀ)·Aᵢ, for all earlier ranks i at once.
  private func addPenalty(
    _ entry: AdapterLayout.Entry, at parameters: [Float], to gradient: inout [Float]
  ) -> Double {
    let (earlier, inputs) = (ranks.lowerBound, entry.columns)
    guard strength > 0, earlier > 0 else { return 0 }
    let old = BLAS.Part(entry.offset, rows: earlier, columns: inputs)
    let new = BLAS.Part(entry.offset + earlier * inputs, rows: ranks.count, columns: inputs)
    let overlap = BLAS.Part(rows: ranks.count, columns: earlier)
    var products = [Float](repeating: 0, count: ranks.count * earlier)
    blas.multiply(parameters, new, parameters, old.transposed, into: &products, overlap)
    blas.multiply(products, overlap, parameters, old, factor: 2 * strength, beta: 1, into: &gradient, new)
    return Double(strength) * FlatVector.sumOfSquares(products)
  }
}
