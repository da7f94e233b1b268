// N supervised positions · C hidden · V vocabulary

import ModelFiles
import Tensors

/// Embedding lookup and the projection onto the vocabulary, which share one matrix where the model ties them.
///
/// Logits exist for a few positions at a time only.
package final class VocabularyHead {
  /// Positions whose logits exist at once.
  static let chunk = 128

  let vocabulary: Int
  let hidden: Int
  private let blas: BLAS
  /// [V, C] in fp32 (fast mode).
  private let resident: FloatBuffer?
  /// The file's blocks, where they are kept.
  private let projection: StoredMatrix?
  private let embedding: StoredMatrix?
  /// Eᵀ [C, V] and E [V, C], for the products of training.
  private let half: (forward: BFloat16Matrix, backward: BFloat16Matrix)?

  init(
    file: BaseModelFile, memory: MemoryMode, precision: Precision, keepsBlocks: Bool, blas: BLAS, team: Team
  ) {
    vocabulary = file.configuration.vocabulary
    hidden = file.configuration.hidden
    self.blas = blas
    let matrix = file.outputHead ?? file.embedding
    switch memory {
    case .fast:
      let buffer = FloatBuffer(count: vocabulary * hidden)
      let hidden = hidden
      team.split(vocabulary, grain: 64) { rows in
        for row in rows { unsafe matrix.decode(row: row, into: buffer.pointer + row * hidden) }
      }
      resident = buffer
      projection = keepsBlocks ? matrix : nil
      embedding = file.outputHead == nil ? nil : file.embedding
    case .small:
      resident = nil
      projection = matrix
      embedding = file.embedding
    }
    half = precision == .bf16 ? Self.half(of: matrix, team: team) : nil
  }

  private static func half(
    of matrix: StoredMatrix, team: Team
  ) -> (forward: BFloat16Matrix, backward: BFloat16Matrix) {
    let (vocabulary, hidden) = (matrix.rows, matrix.columns)
    let forward = BFloat16Matrix(depth: hidden, columns: vocabulary)
    let backward = BFloat16Matrix(depth: vocabulary, columns: hidden)
    team.split(vocabulary, grain: 64) { rows in
      let row = FloatBuffer(count: hidden)
      for token in rows {
        unsafe matrix.decode(row: token, into: row.pointer)
        unsafe forward.setColumn(token, row.pointer, count: hidden)
        unsafe backward.setDepth(token, row.pointer, count: hidden)
      }
    }
    return (forward, backward)
  }

  /// The projection as decoding reads it: the stored blocks where they are kept.
  var frozen: FrozenMatrix {
    if let projection { return FrozenMatrix(projection) }
    return FrozenMatrix(resident ?? FloatBuffer(count: 0), rows: vocabulary, columns: hidden)
  }

  /// Writes the embedding of `token`, `hidden` floats, to `out`.
  func embed(_ token: Int32, into out: UnsafeMutablePointer<Float>) {
    precondition(token >= 0 && Int(token) < vocabulary, "token \(token) of \(vocabulary)")
    if let embedding {
      unsafe embedding.decode(row: Int(token), into: out)
    } else if let resident {
      unsafe out.update(from: resident.pointer + Int(token) * hidden, count: hidden)
    }
  }

  /// Rows of the vocabulary decoded at once in small mode: 4,096 × 576 floats are 9 MB.
  private static let slice = 4_096

  /// Floats of scratch that a row needs beside the logits.
  static func scratchCount(_ model: LlamaConfiguration, _ memory: MemoryMode) -> Int {
    memory == .small ? min(slice, model.vocabulary) * model.hidden : 0
  }

  /// logits [N, V] ← x [N, C]·Eᵀ.
  /// - Parameter rows: of a lane that multiplies in bf16.
  func project(
    _ x: UnsafePointer<Float>, count: Int, into logits: UnsafeMutablePointer<Float>, scratch: FloatBuffer?,
    rows: BFloat16Rows? = nil, team: Team
  ) {
    if let half, let rows {
      unsafe BFloat16Matrix.convert(
        x, stride: hidden, count: hidden, rows: 0..<count, into: rows.words, stride: rows.stride)
      team.split(half.forward.panels) { panels in
        unsafe half.forward.multiply(
          rows.words, stride: rows.stride, rows: 0..<count, panels: panels, into: logits, stride: vocabulary,
          accumulating: false)
      }
      return
    }
    if let resident {
      team.split(vocabulary, grain: 16) { rows in
        unsafe blas.multiply(
          count, rows.count, hidden, x, hidden, resident.pointer + rows.lowerBound * hidden, hidden, transposeB: true,
          logits + rows.lowerBound, vocabulary)
      }
      return
    }
    unsafe forEachSlice(scratch, team: team) { rows, weights in
      team.split(rows.count, grain: 16) { part in
        unsafe blas.multiply(
          count, part.count, hidden, x, hidden, weights + part.lowerBound * hidden, hidden, transposeB: true,
          logits + rows.lowerBound + part.lowerBound, vocabulary)
      }
    }
  }

  /// dx [N, C] ← dlogits [N, V]·E.
  /// - Parameter rows: of a lane that multiplies in bf16.
  func backward(
    _ dlogits: UnsafePointer<Float>, count: Int, into dx: UnsafeMutablePointer<Float>, scratch: FloatBuffer?,
    rows: BFloat16Rows? = nil, team: Team
  ) {
    if let half, let rows {
      // As much of the vocabulary at once as a row has room for.
      let size = 2 * rows.stride
      for first in stride(from: 0, to: vocabulary, by: size) {
        let part = min(size, vocabulary - first)
        team.split(count) {
          unsafe BFloat16Matrix.convert(
            dlogits + first, stride: vocabulary, count: part, rows: $0, into: rows.words, stride: rows.stride)
        }
        team.split(half.backward.panels) { panels in
          unsafe half.backward.multiply(
            rows.words, stride: rows.stride, first: first, count: part, rows: 0..<count, panels: panels, into: dx,
            stride: hidden, accumulating: first > 0)
        }
      }
      return
    }
    if let resident {
      team.split(hidden, grain: 16) { columns in
        unsafe blas.multiply(
          count, columns.count, vocabulary, dlogits, vocabulary, resident.pointer + columns.lowerBound, hidden,
          dx + columns.lowerBound, hidden)
      }
      return
    }
    var beta: Float = 0
    unsafe forEachSlice(scratch, team: team) { rows, weights in
      team.split(hidden, grain: 16) { columns in
        unsafe blas.multiply(
          count, columns.count, rows.count, dlogits + rows.lowerBound, vocabulary, weights + columns.lowerBound, hidden,
          beta: beta, dx + columns.lowerBound, hidden)
      }
      beta = 1
    }
  }

  private func forEachSlice(
    _ scratch: FloatBuffer?, team: Team, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    guard let projection else { return }
    let buffer = scratch ?? FloatBuffer(count: min(Self.slice, vocabulary) * hidden)
    var start = 0
    while start < vocabulary {
      let rows = start..<min(start + Self.slice, vocabulary)
      let hidden = hidden
      team.split(rows.count, grain: 64) { part in
        for row in part { unsafe projection.decode(row: rows.lowerBound + row, into: buffer.pointer + row * hidden) }
      }
      unsafe body(rows, buffer.pointer)
      start = rows.upperBound
    }
  }
}
