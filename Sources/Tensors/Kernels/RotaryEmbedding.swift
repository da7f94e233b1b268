// T rows (tokens) · H heads · D head dimension

import Foundation

/// Rotary position embedding (Su et al., 2021) in Hugging Face's order: element i turns with element i + D/2.
package struct RotaryEmbedding: Sendable {
  package let headDimension: Int
  package let positions: Int
  /// [positions, D/2] each.
  private let cosine: FloatBuffer
  private let sine: FloatBuffer

  package init(headDimension: Int, theta: Float, positions: Int) {
    self.headDimension = headDimension
    self.positions = positions
    let half = headDimension / 2
    cosine = FloatBuffer(count: positions * half)
    sine = FloatBuffer(count: positions * half)
    for i in 0..<half {
      let frequency = pow(Float(theta), -Float(2 * i) / Float(headDimension))
      for position in 0..<positions {
        let angle = Double(Float(position) * frequency)
        unsafe cosine.pointer[position * half + i] = Float(cos(angle))
        unsafe sine.pointer[position * half + i] = Float(sin(angle))
      }
    }
  }

  /// Rotates `heads` heads of the row at `x` to `position`; `inverse` turns back, which is also the gradient.
  /// - Precondition: there is such a position.
  @inline(__always)
  package func rotate(_ x: UnsafeMutablePointer<Float>, heads: Int, position: Int, inverse: Bool = false) {
    precondition(0..<positions ~= position, "position \(position) of \(positions)")
    let half = headDimension / 2
    let (c, s) = unsafe (cosine.pointer + position * half, sine.pointer + position * half)
    let sign: Float = inverse ? -1 : 1
    for head in 0..<heads {
      let (first, second) = unsafe (x + head * headDimension, x + head * headDimension + half)
      var i = 0
      while i + 8 <= half {
        let (a, b) = unsafe (VectorMath.load(first + i), VectorMath.load(second + i))
        let (cosine, sine) = unsafe (VectorMath.load(c + i), VectorMath.load(s + i) * sign)
        unsafe VectorMath.store(a * cosine - b * sine, first + i)
        unsafe VectorMath.store(b * cosine + a * sine, second + i)
        i += 8
      }
      while i < half {
        let (a, b) = unsafe (first[i], second[i])
        unsafe first[i] = unsafe a * c[i] - b * s[i] * sign
        unsafe second[i] = unsafe b * c[i] + a * s[i] * sign
        i += 1
      }
    }
  }
}
