/// Branch-free vector forms of elementary functions, operators only: `SIMD` methods such as `rounded` run lane by lane.
package enum VectorMath {
  package typealias Lane = SIMD8<Float>

  /// eˣ for eight lanes: Cody and Waite's reduction, a polynomial of degree 6 on [−ln 2/2, ln 2/2] (Cephes `expf`).
  ///
  /// Relative error below 2e-7; inputs below −87 give about 1e-38, above 88 about 1.7e38.
  @inline(__always)
  package static func exp(_ input: Lane) -> Lane {
    var x = input.replacing(with: Lane(repeating: -87), where: input .< -87)
    x = x.replacing(with: Lane(repeating: 88), where: x .> 88)
    // 1.5 · 2²³ pushes the fraction out of the mantissa: round to nearest, and the integer sits in the low bits.
    let magic = Lane(repeating: 12_582_912)
    let shifted = x * 1.442_695_04 + magic
    let n = shifted - magic
    let r = x - n * 0.693_359_375 - n * -2.121_944_4e-4
    var p = r * 1.987_569_15e-4 + 1.398_199_95e-3
    p = p * r + 8.333_451_9e-3
    p = p * r + 4.166_579_59e-2
    p = p * r + 1.666_666_55e-1
    p = p * r + 5.000_000_12e-1
    p = p * r * r + r + 1
    let exponent = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
    return unsafe unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int32>.self) &+ exponent, to: Lane.self)
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> Lane {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Lane.self)
  }

  @inline(__always)
  static func load(_ pointer: UnsafeMutablePointer<Float>) -> Lane {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Lane.self)
  }

  @inline(__always)
  static func store(_ value: Lane, _ pointer: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lane.self)
  }

  /// The first `count` < 8 floats at `pointer`, the rest `padding`.
  @inline(__always)
  static func loadTail(_ pointer: UnsafePointer<Float>, _ count: Int, padding: Float) -> Lane {
    var lane = Lane(repeating: padding)
    for i in 0..<count { unsafe lane[i] = pointer[i] }
    return lane
  }

  @inline(__always)
  static func storeTail(_ value: Lane, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { unsafe pointer[i] = value[i] }
  }

  /// Σ aᵢ·bᵢ over `count` floats, in eight running sums.
  @inline(__always)
  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var sum = Lane.zero
    var i = 0
    while i + 8 <= count {
      unsafe sum += load(a + i) * load(b + i)
      i += 8
    }
    var total = sum.sum()
    while i < count {
      unsafe total += a[i] * b[i]
      i += 1
    }
    return total
  }
}
