import Foundation

/// Softmax over rows of scores, with the log of the sum of exponentials.
package enum Softmax {
  /// The largest of `count` ≥ 1 floats.
  @inline(__always)
  package static func maximum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var best = unsafe x[0]
    var i = 0
    if count >= 8 {
      var lanes = unsafe VectorMath.load(x)
      i = 8
      while i + 8 <= count {
        let next = unsafe VectorMath.load(x + i)
        lanes.replace(with: next, where: next .> lanes)
        i += 8
      }
      best = lanes.max()
    }
    while i < count {
      best = unsafe max(best, x[i])
      i += 1
    }
    return best
  }

  /// x ← exp(x − shift) in place; returns the sum.
  @inline(__always)
  package static func exponentiate(_ x: UnsafeMutablePointer<Float>, _ count: Int, shift: Float) -> Float {
    var lanes = VectorMath.Lane.zero
    var i = 0
    while i + 8 <= count {
      let e = unsafe VectorMath.exp(VectorMath.load(x + i) - shift)
      unsafe VectorMath.store(e, x + i)
      lanes += e
      i += 8
    }
    var sum = lanes.sum()
    if i < count {
      let e = unsafe VectorMath.exp(VectorMath.loadTail(x + i, count - i, padding: -.infinity) - shift)
      unsafe VectorMath.storeTail(e, x + i, count - i)
      for rest in 0..<count - i { sum += e[rest] }
    }
    return sum
  }

  /// Σ exp(x − shift) without writing.
  package static func sumOfExponentials(_ x: UnsafePointer<Float>, _ count: Int, shift: Float) -> Float {
    var lanes = VectorMath.Lane.zero
    var i = 0
    while i + 8 <= count {
      unsafe lanes += VectorMath.exp(VectorMath.load(x + i) - shift)
      i += 8
    }
    var sum = lanes.sum()
    if i < count {
      let e = unsafe VectorMath.exp(VectorMath.loadTail(x + i, count - i, padding: -.infinity) - shift)
      for rest in 0..<count - i { sum += e[rest] }
    }
    return sum
  }

  /// log Σ exp(x).
  package static func logSumExp(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    let shift = unsafe maximum(x, count)
    return unsafe shift + log(sumOfExponentials(x, count, shift: shift))
  }

  /// x ← x · factor in place.
  @inline(__always)
  package static func scale(_ x: UnsafeMutablePointer<Float>, _ count: Int, by factor: Float) {
    var i = 0
    while i + 8 <= count {
      unsafe VectorMath.store(VectorMath.load(x + i) * factor, x + i)
      i += 8
    }
    while i < count {
      unsafe x[i] *= factor
      i += 1
    }
  }
}
