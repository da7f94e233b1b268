// O outputs · I inputs · r rank

import ModelFiles
import Tensors
import Transformer

/// λ/2 · Σ Fᵢⱼ(ΔW − ΔW*)²ᵢⱼ on the weights' change ΔW = s·BA, with a compact Fisher, as a gradient.
///
/// With P = [B − B*, B*] [O, 2r] and Q = [A; A − A*] [2r, I] the difference is s·PQ, and F = rcᵀ/Σr lets all of it be done
/// in the rank's dimension: no matrix of the weights' size exists, and no small difference of large numbers is taken.
package struct ProductPenalty: StepMethod {
  package let strength: Float
  private let fisher: CompactFisher
  private let anchor: [Float]
  private let layout: AdapterLayout
  private let places: [WeightSquares.Place]
  private let blas: BLAS

  /// - Parameter anchor: the factors whose product is ΔW*.
  /// - Precondition: the anchor is of the layout's length.
  package init(strength: Float, fisher: CompactFisher, anchor: [Float], layout: AdapterLayout, blas: BLAS) {
    precondition(anchor.count == layout.count, "an anchor of \(anchor.count) for \(layout.count) parameters")
    self.strength = strength
    self.fisher = fisher
    self.anchor = anchor
    self.layout = layout
    self.blas = blas
    places = WeightSquares.places(layout)
  }

  package func adjust(_ gradient: inout [Float], at parameters: [Float]) -> Double {
    guard strength > 0, fisher.rounds > 0 else { return 0 }
    var penalty = 0.0
    for place in places {
      guard let a = layout.entry(layer: place.layer, projection: place.projection, factor: .a),
        let b = layout.entry(layer: place.layer, projection: place.projection, factor: .b)
      else { continue }
      penalty += add(place, a, b, at: parameters, to: &gradient)
    }
    return penalty
  }

  /// One matrix. ∂B = λs²/Σr · R·P·(Q·C·Aᵀ), ∂A = λs²/Σr · (Bᵀ·R·P)·Q·C, with R and C diagonal.
  private func add(
    _ place: WeightSquares.Place, _ a: AdapterLayout.Entry, _ b: AdapterLayout.Entry, at parameters: [Float],
    to gradient: inout [Float]
  ) -> Double {
    let total = FlatVector.sum(fisher.rows, place.rows)
    guard total > 0 else { return 0 }
    let (rank, outputs, inputs) = (a.rows, b.rows, a.columns)
    let (wide, scaling) = (2 * rank, layout.lora.scaling)
    let factor = strength * scaling * scaling / Float(total)

    var p = [Float](repeating: 0, count: outputs * wide)
    var weightedP = p
    for o in 0..<outputs {
      let weight = fisher.rows[place.rows.lowerBound + o]
      for k in 0..<rank {
        let old = anchor[b.offset + o * rank + k]
        let change = parameters[b.offset + o * rank + k] - old
        p[o * wide + k] = change
        p[o * wide + rank + k] = old
        weightedP[o * wide + k] = weight * change
        weightedP[o * wide + rank + k] = weight * old
      }
    }
    var q = [Float](repeating: 0, count: wide * inputs)
    var weightedQ = q
    for k in 0..<rank {
      for i in 0..<inputs {
        let (weight, place) = (fisher.columns[place.columns.lowerBound + i], a.offset + k * inputs + i)
        let (now, change) = (parameters[place], parameters[place] - anchor[place])
        q[k * inputs + i] = now
        q[(rank + k) * inputs + i] = change
        weightedQ[k * inputs + i] = weight * now
        weightedQ[(rank + k) * inputs + i] = weight * change
      }
    }
    let (partP, partQ) = (
      BLAS.Part(rows: outputs, columns: wide), BLAS.Part(rows: wide, columns: inputs)
    )
    let square = BLAS.Part(rows: wide, columns: wide)
    var left = [Float](repeating: 0, count: wide * wide)
    var right = left
    blas.multiply(p, partP.transposed, weightedP, partP, into: &left, square)
    blas.multiply(q, partQ, weightedQ, partQ.transposed, into: &right, square)

    // Q·C·Aᵀ: the columns of the right square that belong to A, which is Q's upper half.
    var toA = [Float](repeating: 0, count: wide * rank)
    for k in 0..<wide { for l in 0..<rank { toA[k * rank + l] = right[k * wide + l] } }
    blas.multiply(
      weightedP, partP, toA, BLAS.Part(rows: wide, columns: rank), factor: factor, beta: 1, into: &gradient,
      BLAS.Part(b.offset, rows: outputs, columns: rank))
    // Bᵀ·R·P: B is the sum of P's halves.
    var fromB = [Float](repeating: 0, count: rank * wide)
    for k in 0..<rank { for l in 0..<wide { fromB[k * wide + l] = left[k * wide + l] + left[(rank + k) * wide + l] } }
    blas.multiply(
      fromB, BLAS.Part(rows: rank, columns: wide), weightedQ, partQ, factor: factor, beta: 1, into: &gradient,
      BLAS.Part(a.offset, rows: rank, columns: inputs))
    return Double(factor) / 2 * zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
  }
}

extension AdapterLayout {
  /// ‖ΔW‖_F = ‖s·BA‖_F over all matrices.
  package func changeNorm(_ parameters: [Float], blas: BLAS) -> Double {
    let zero = [Float](repeating: 0, count: count)
    var unused = zero
    let twice = ProductPenalty(
      strength: 2, fisher: .uniform(layout: self), anchor: zero, layout: self, blas: blas
    ).adjust(&unused, at: parameters)
    return max(twice, 0).squareRoot()
  }
}
