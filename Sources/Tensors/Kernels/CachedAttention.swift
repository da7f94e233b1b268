// T tokens in the cache · N new queries · H query heads, sharing key-value heads · D head dimension

import Foundation

/// Attention of new tokens over a cache of keys and values, one query head at a time.
package struct CachedAttention: Sendable {
  package static let block = 64

  private let blas: BLAS
  private let dimension: Int
  private let scale: Float

  package init(blas: BLAS, headDimension: Int) {
    self.blas = blas
    dimension = headDimension
    scale = 1 / Float(headDimension).squareRoot()
  }

  /// Floats of scratch that `block` queries over `length` tokens need.
  package static func scratchCount(length: Int) -> Int { block * length }

  /// o ← softmax(q·kᵀ/√D)·v for `queries` of `count` new tokens, which follow `past` tokens and are in the cache already.
  package func prompt(
    q: CausalAttention.Head, k: CausalAttention.Head, v: CausalAttention.Head, into o: CausalAttention.Head,
    queries: Range<Int>, past: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    var start = queries.lowerBound
    while start < queries.upperBound {
      let end = min(start + Self.block, queries.upperBound)
      let keys = past + end
      unsafe blas.multiply(
        end - start, keys, dimension, alpha: scale, q.at(start), q.stride, k.base, k.stride, transposeB: true, scratch,
        keys)
      for t in start..<end {
        let row = unsafe scratch + (t - start) * keys
        let visible = past + t + 1
        let sum = unsafe Softmax.exponentiate(row, visible, shift: Softmax.maximum(row, visible))
        unsafe Softmax.scale(row, visible, by: 1 / sum)
        if visible < keys { unsafe (row + visible).update(repeating: 0, count: keys - visible) }
      }
      unsafe blas.multiply(
        end - start, dimension, keys, scratch, keys, v.base, v.stride, o.at(start), o.stride)
      start = end
    }
  }

  /// The same for the one newest of `length` tokens; `scratch` holds `length` floats.
  package func newest(
    q: UnsafePointer<Float>, k: CausalAttention.Head, v: CausalAttention.Head, length: Int,
    into o: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    for t in 0..<length { unsafe scratch[t] = unsafe VectorMath.dot(q, k.at(t), dimension) * scale }
    let sum = unsafe Softmax.exponentiate(scratch, length, shift: Softmax.maximum(scratch, length))
    let inverse = 1 / sum
    var i = 0
    while i + 32 <= dimension {
      unsafe mix(v.base + i, v.stride, scratch, length, inverse, into: o + i)
      i += 32
    }
    while i < dimension {
      var total: Float = 0
      for t in 0..<length { unsafe total += scratch[t] * v.base[t * v.stride + i] }
      unsafe o[i] = total * inverse
      i += 1
    }
  }

  /// Thirty-two columns of p·v.
  @inline(__always)
  private func mix(
    _ v: UnsafePointer<Float>, _ stride: Int, _ p: UnsafePointer<Float>, _ length: Int, _ factor: Float,
    into o: UnsafeMutablePointer<Float>
  ) {
    var (a, b, c, d) = (VectorMath.Lane.zero, VectorMath.Lane.zero, VectorMath.Lane.zero, VectorMath.Lane.zero)
    for t in 0..<length {
      let row = unsafe v + t &* stride
      let weight = unsafe VectorMath.Lane(repeating: p[t])
      unsafe a.addProduct(weight, VectorMath.load(row))
      unsafe b.addProduct(weight, VectorMath.load(row + 8))
      unsafe c.addProduct(weight, VectorMath.load(row + 16))
      unsafe d.addProduct(weight, VectorMath.load(row + 24))
    }
    unsafe VectorMath.store(a * factor, o)
    unsafe VectorMath.store(b * factor, o + 8)
    unsafe VectorMath.store(c * factor, o + 16)
    unsafe VectorMath.store(d * factor, o + 24)
  }
}
