// T tokens · O outputs · I inputs

import ModelFiles
import Tensors

/// Σ over samples of the row sums and the column sums of (Σₜ gₜxₜᵀ)∘², for each adapted weight: what a compact Fisher on
/// ΔW keeps of a full diagonal. The gradient of a frozen weight and that of ΔW are one.
package final class WeightSquares {
  /// One matrix in the flat vectors.
  package struct Place: Hashable, Sendable {
    package let layer: Int
    package let projection: Projection
    package let rows: Range<Int>
    package let columns: Range<Int>
  }

  package let places: [Place]
  private let rowSums: FloatBuffer
  private let columnSums: FloatBuffer

  package init(layout: AdapterLayout) {
    places = Self.places(layout)
    rowSums = FloatBuffer(count: places.last?.rows.upperBound ?? 0)
    columnSums = FloatBuffer(count: places.last?.columns.upperBound ?? 0)
    rowSums.fill(0)
    columnSums.fill(0)
  }

  /// Layer by layer, within a layer by the layout's targets.
  package static func places(_ layout: AdapterLayout) -> [Place] {
    var (row, column) = (0, 0)
    var places: [Place] = []
    for layer in 0..<layout.model.layers {
      for projection in layout.lora.targets {
        let (outputs, inputs) = (layout.model.outputs(of: projection), layout.model.inputs(of: projection))
        places.append(
          Place(
            layer: layer, projection: projection, rows: row..<row + outputs, columns: column..<column + inputs))
        (row, column) = (row + outputs, column + inputs)
      }
    }
    return places
  }

  /// All rows' sums, nats² per unit², in the order of `places`.
  package var rows: [Float] { (0..<rowSums.count).map { unsafe rowSums.pointer[$0] } }
  package var columns: [Float] { (0..<columnSums.count).map { unsafe columnSums.pointer[$0] } }

  func add(_ other: WeightSquares) {
    for i in 0..<rowSums.count { unsafe rowSums.pointer[i] += other.rowSums.pointer[i] }
    for i in 0..<columnSums.count { unsafe columnSums.pointer[i] += other.columnSums.pointer[i] }
  }

  private static let block = 64

  /// Adds one sample's squares, of one group of projections.
  /// - Parameters:
  ///   - dy: output gradients, stride `shape.outputStride`.
  ///   - x: inputs, stride `shape.inputStride`.
  func add(
    _ shape: LinearShape, layer: Int, dy: UnsafePointer<Float>, x: UnsafePointer<Float>, tokens: Int, blas: BLAS
  ) {
    let product = FloatBuffer(count: Self.block * shape.inputs)
    for part in shape.parts where part.rank > 0 {
      guard let place = places.first(where: { $0.layer == layer && $0.projection == part.projection }) else { continue }
      let columns = unsafe columnSums.pointer + place.columns.lowerBound
      for first in stride(from: 0, to: part.outputs, by: Self.block) {
        let count = min(Self.block, part.outputs - first)
        unsafe blas.multiply(
          count, shape.inputs, tokens, dy + part.outputOffset + first, shape.outputStride, transposeA: true, x,
          shape.inputStride, product.pointer, shape.inputs)
        unsafe SquareSums.add(
          product.pointer, rows: count, columns: shape.inputs,
          toRows: rowSums.pointer + place.rows.lowerBound + first, toColumns: columns)
      }
    }
  }
}
