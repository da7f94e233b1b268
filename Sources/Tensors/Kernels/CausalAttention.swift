// T tokens of one segment · D head dimension; q, k, v, o are one head's columns of wider rows

import Foundation

/// Scaled dot-product attention of one head over one segment, causal, in blocks of queries.
///
/// Keys after a block's last query are never touched, so nothing above the causal diagonal's blocks is computed; scores
/// exist for one block at a time and are recomputed in `backward` (Dao et al., 2022).
package struct CausalAttention: Sendable {
  package static let block = 64

  /// One head's rows of a packed matrix: element (t, i) lies at `base[t * stride + i]`.
  @safe
  package struct Head {
    package let base: UnsafeMutablePointer<Float>
    package let stride: Int

    package init(_ base: UnsafeMutablePointer<Float>, stride: Int) {
      unsafe self.base = unsafe base
      self.stride = stride
    }

    func at(_ t: Int) -> UnsafeMutablePointer<Float> { unsafe base + t * stride }
  }

  private let blas: BLAS
  private let dimension: Int
  private let scale: Float

  package init(blas: BLAS, headDimension: Int) {
    self.blas = blas
    dimension = headDimension
    scale = 1 / Float(headDimension).squareRoot()
  }

  /// Floats of scratch that a segment of `length` tokens needs.
  package static func scratchCount(length: Int) -> Int { 2 * block * length }

  /// o ← softmax(q·kᵀ/√D)·v; `logSumExp[t]` keeps each query's normaliser.
  /// - Parameter prefixes: earlier segments that this one goes on from, in order: its queries see all of them, and their
  ///   own segment up to them. Empty where the segment starts afresh.
  package func forward(
    q: Head, k: Head, v: Head, into o: Head, logSumExp: UnsafeMutablePointer<Float>, segment: Range<Int>,
    after prefixes: [Range<Int>] = [], scratch: UnsafeMutablePointer<Float>
  ) {
    let past = prefixes.reduce(0) { $0 + $1.count }
    var start = segment.lowerBound
    while start < segment.upperBound {
      let end = min(start + Self.block, segment.upperBound)
      let own = end - segment.lowerBound
      let keys = past + own
      var column = 0
      for prefix in prefixes {
        unsafe blas.multiply(
          end - start, prefix.count, dimension, alpha: scale, q.at(start), q.stride, k.at(prefix.lowerBound), k.stride,
          transposeB: true, scratch + column, keys)
        column += prefix.count
      }
      unsafe blas.multiply(
        end - start, own, dimension, alpha: scale, q.at(start), q.stride, k.at(segment.lowerBound), k.stride,
        transposeB: true, scratch + past, keys)
      for t in start..<end {
        let row = unsafe scratch + (t - start) * keys
        let visible = past + t - segment.lowerBound + 1
        let shift = unsafe Softmax.maximum(row, visible)
        let sum = unsafe Softmax.exponentiate(row, visible, shift: shift)
        unsafe Softmax.scale(row, visible, by: 1 / sum)
        if visible < keys { unsafe (row + visible).update(repeating: 0, count: keys - visible) }
        unsafe logSumExp[t] = shift + log(sum)
      }
      unsafe blas.multiply(
        end - start, dimension, own, scratch + past, keys, v.at(segment.lowerBound), v.stride, o.at(start), o.stride)
      column = 0
      for prefix in prefixes {
        unsafe blas.multiply(
          end - start, dimension, prefix.count, scratch + column, keys, v.at(prefix.lowerBound), v.stride, beta: 1,
          o.at(start), o.stride)
        column += prefix.count
      }
      start = end
    }
  }

  /// Writes dq; adds to dk and dv, which several query heads may share.
  ///
  /// P = exp(S − logSumExp), dS = P ∘ (dO·Vᵀ − rowsum(dO ∘ O)).
  package func backward(
    q: Head, k: Head, v: Head, o: Head, dO: Head, logSumExp: UnsafePointer<Float>, dq: Head, dk: Head, dv: Head,
    segment: Range<Int>, after prefixes: [Range<Int>] = [], scratch: UnsafeMutablePointer<Float>
  ) {
    let (first, past) = (segment.lowerBound, prefixes.reduce(0) { $0 + $1.count })
    var start = first
    while start < segment.upperBound {
      let end = min(start + Self.block, segment.upperBound)
      let (rows, own) = (end - start, end - first)
      let keys = past + own
      let (p, dp) = unsafe (scratch, scratch + Self.block * keys)
      // The segment's own keys, then those of its prefixes.
      func eachSpan(_ body: (_ row: Int, _ count: Int, _ column: Int) -> Void) {
        body(first, own, past)
        var column = 0
        for prefix in prefixes {
          body(prefix.lowerBound, prefix.count, column)
          column += prefix.count
        }
      }
      eachSpan { row, count, column in
        unsafe blas.multiply(
          rows, count, dimension, alpha: scale, q.at(start), q.stride, k.at(row), k.stride, transposeB: true,
          p + column, keys)
        unsafe blas.multiply(
          rows, count, dimension, dO.at(start), dO.stride, v.at(row), v.stride, transposeB: true, dp + column, keys)
      }
      for t in start..<end {
        let (row, gradient) = unsafe (p + (t - start) * keys, dp + (t - start) * keys)
        let visible = past + t - first + 1
        _ = unsafe Softmax.exponentiate(row, visible, shift: logSumExp[t])
        let centre = unsafe VectorMath.dot(dO.at(t), o.at(t), dimension)
        var i = 0
        while i + 8 <= visible {
          unsafe VectorMath.store(VectorMath.load(row + i) * (VectorMath.load(gradient + i) - centre), gradient + i)
          i += 8
        }
        while i < visible {
          unsafe gradient[i] = unsafe row[i] * (gradient[i] - centre)
          i += 1
        }
        if visible < keys {
          unsafe (row + visible).update(repeating: 0, count: keys - visible)
          unsafe (gradient + visible).update(repeating: 0, count: keys - visible)
        }
      }
      eachSpan { row, count, column in
        unsafe blas.multiply(
          count, dimension, rows, p + column, keys, transposeA: true, dO.at(start), dO.stride, beta: 1, dv.at(row),
          dv.stride)
        unsafe blas.multiply(
          rows, dimension, count, alpha: scale, dp + column, keys, k.at(row), k.stride, beta: row == first ? 0 : 1,
          dq.at(start), dq.stride)
        unsafe blas.multiply(
          count, dimension, rows, alpha: scale, dp + column, keys, transposeA: true, q.at(start), q.stride, beta: 1,
          dk.at(row), dk.stride)
      }
      start = end
    }
  }
}
