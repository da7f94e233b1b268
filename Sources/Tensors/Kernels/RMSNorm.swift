// T rows (tokens) · C width

import Foundation

/// Root mean square normalisation (Zhang and Sennrich, 2019): y = x · r · w with r = 1/√(mean(x²) + ε).
package enum RMSNorm {
  /// Normalises `rows` of `x` into `y`; `reciprocal[t]` keeps r of row t for `backward`.
  package static func forward(
    _ x: UnsafePointer<Float>, stride: Int, weight: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    outputStride: Int, reciprocal: UnsafeMutablePointer<Float>, rows: Range<Int>, width: Int, epsilon: Float
  ) {
    for t in rows {
      let row = unsafe x + t * stride
      let mean = unsafe VectorMath.dot(row, row, width) / Float(width)
      let r = 1 / (mean + epsilon).squareRoot()
      unsafe reciprocal[t] = r
      unsafe scale(row, weight, r, into: y + t * outputStride, width)
    }
  }

  /// Repeats `forward`'s result from the kept reciprocals.
  package static func recompute(
    _ x: UnsafePointer<Float>, stride: Int, weight: UnsafePointer<Float>, reciprocal: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>, outputStride: Int, rows: Range<Int>, width: Int
  ) {
    for t in rows { unsafe scale(x + t * stride, weight, reciprocal[t], into: y + t * outputStride, width) }
  }

  /// Adds the gradient to `dx`: dx += r·(w∘dy) − x · r³/C · Σ(w∘dy∘x).
  package static func backward(
    _ dy: UnsafePointer<Float>, gradientStride: Int, x: UnsafePointer<Float>, stride: Int,
    weight: UnsafePointer<Float>, reciprocal: UnsafePointer<Float>, addingTo dx: UnsafeMutablePointer<Float>,
    outputStride: Int, rows: Range<Int>, width: Int
  ) {
    for t in rows {
      let (row, gradient, out) = unsafe (x + t * stride, dy + t * gradientStride, dx + t * outputStride)
      let r = unsafe reciprocal[t]
      var lanes = VectorMath.Lane.zero
      var i = 0
      while i + 8 <= width {
        unsafe lanes += VectorMath.load(weight + i) * VectorMath.load(gradient + i) * VectorMath.load(row + i)
        i += 8
      }
      var sum = lanes.sum()
      while i < width {
        unsafe sum += weight[i] * gradient[i] * row[i]
        i += 1
      }
      let pull = r * r * r / Float(width) * sum
      i = 0
      while i + 8 <= width {
        let own = unsafe VectorMath.load(weight + i) * VectorMath.load(gradient + i) * r
        unsafe VectorMath.store(VectorMath.load(out + i) + own - VectorMath.load(row + i) * pull, out + i)
        i += 8
      }
      while i < width {
        unsafe out[i] += weight[i] * gradient[i] * r - row[i] * pull
        i += 1
      }
    }
  }

  @inline(__always)
  private static func scale(
    _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ r: Float, into y: UnsafeMutablePointer<Float>,
    _ width: Int
  ) {
    var i = 0
    while i + 8 <= width {
      unsafe VectorMath.store(VectorMath.load(x + i) * r * VectorMath.load(weight + i), y + i)
      i += 8
    }
    while i < width {
      unsafe y[i] = unsafe x[i] * r * weight[i]
      i += 1
    }
  }
}
