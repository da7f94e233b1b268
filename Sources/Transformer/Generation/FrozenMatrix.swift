// S streams · O outputs · I inputs

import ModelFiles
import Tensors

/// A frozen matrix as decoding reads it: the file's blocks, or resident fp32 rows.
struct FrozenMatrix {
  private enum Storage {
    case blocks(StoredMatrix)
    /// Rows start at `offset`, `stride` floats apart.
    case floats(FloatBuffer, offset: Int, stride: Int)
  }

  let rows: Int
  let columns: Int
  private let storage: Storage

  init(_ matrix: StoredMatrix) {
    rows = matrix.rows
    columns = matrix.columns
    storage = .blocks(matrix)
  }

  init(_ buffer: FloatBuffer, rows: Int, columns: Int, offset: Int = 0, stride: Int? = nil) {
    self.rows = rows
    self.columns = columns
    storage = .floats(buffer, offset: offset, stride: stride ?? columns)
  }

  /// y ← x·Wᵀ for `outputs` of W's rows; see `RowProduct.multiply`.
  func multiply(
    outputs: Range<Int>, _ x: UnsafePointer<Float>, stride xStride: Int, streams: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int
  ) {
    switch storage {
    case .blocks(let matrix):
      unsafe matrix.bytes.withUnsafeBytes { raw in
        guard let base = raw.baseAddress else { return }
        let weights = unsafe WeightRows(
          base, format: matrix.format, columns: columns, bytesPerRow: matrix.bytesPerRow)
        unsafe RowProduct.multiply(
          weights, rows: outputs, x, stride: xStride, streams: streams, into: y, stride: yStride)
      }
    case .floats(let buffer, let offset, let stride):
      let weights = unsafe WeightRows(
        buffer.pointer + offset, format: .f32, columns: columns, bytesPerRow: stride * MemoryLayout<Float>.size)
      unsafe RowProduct.multiply(weights, rows: outputs, x, stride: xStride, streams: streams, into: y, stride: yStride)
    }
  }
}

extension LanguageModel {
  /// One projection as decoding reads it: the stored blocks where they are kept, else the resident copy.
  func frozen(layer: Int, part: LinearShape.Part, group: LinearGroup) -> FrozenMatrix {
    if !stored.isEmpty { return FrozenMatrix(stored[layer][part.projection]) }
    let stride = shapes[group].inputStride
    return FrozenMatrix(
      resident[layer].buffer, rows: part.outputs, columns: shapes[group].inputs,
      offset: resident[layer].offset(of: group) + part.outputOffset * stride, stride: stride)
  }
}
