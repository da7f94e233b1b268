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

  init(file: BaseModelFile, memory: MemoryMode, keepsBlocks: Bool, blas: BLAS, team: Team) {
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
  func project(
    _ x: UnsafePointer<Float>, count: Int, into logits: UnsafeMutablePointer<Float>, scratch: FloatBuffer?, team: Team
  ) {
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
  func backward(
    _ dlogits: UnsafePointer<Float>, count: Int, into dx: UnsafeMutablePointer<Float>, scratch: FloatBuffer?,
    team: Team
  ) {
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
