/// Loops over flat parameter vectors, millions of floats long: safe signatures over the module's only unsafe code.
///
/// Sums run in lanes of eight within blocks and in `Double` over blocks, in an order that depends on the length only.
enum FlatVector {
  private typealias Lanes = SIMD8<Float>
  private static let width = 8
  private static let block = 4096

  /// Σ xᵢ².
  static func sumOfSquares(_ x: [Float]) -> Double { sumOfSquares(x.span) }

  static func sumOfSquares(_ x: Span<Float>) -> Double {
    unsafe x.withUnsafeBufferPointer { x in
      blockwise(x.count) { range in
        var lanes = Lanes()
        var i = range.lowerBound
        while i + width <= range.upperBound {
          let value = unsafe load(x, i)
          lanes += value * value
          i += width
        }
        var rest: Float = 0
        while i < range.upperBound {
          unsafe rest += x[i] * x[i]
          i += 1
        }
        return (lanes, rest)
      }
    }
  }

  /// Σ wᵢ(xᵢ − yᵢ)².
  static func weightedSquaredDistance(_ x: [Float], _ y: [Float], weight: [Float]) -> Double {
    precondition(x.count == y.count && x.count == weight.count, "distance: \(x.count), \(y.count), \(weight.count)")
    return unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeBufferPointer { y in
        unsafe weight.withUnsafeBufferPointer { w in
          blockwise(x.count) { range in
            var lanes = Lanes()
            var i = range.lowerBound
            while i + width <= range.upperBound {
              let difference = unsafe load(x, i) - load(y, i)
              unsafe lanes += load(w, i) * (difference * difference)
              i += width
            }
            var rest: Float = 0
            while i < range.upperBound {
              unsafe rest += w[i] * ((x[i] - y[i]) * (x[i] - y[i]))
              i += 1
            }
            return (lanes, rest)
          }
        }
      }
    }
  }

  /// Σ xᵢ over a range.
  static func sum(_ x: [Float], _ range: Range<Int>) -> Double {
    precondition(range.upperBound <= x.count, "sum over \(range) of \(x.count)")
    var total = 0.0
    for i in range { total += Double(x[i]) }
    return total
  }

  /// x ← c·x over a range.
  static func scale(_ x: inout [Float], _ range: Range<Int>, by factor: Float) {
    precondition(range.lowerBound >= 0 && range.upperBound <= x.count, "scale over \(range) of \(x.count)")
    unsafe x.withUnsafeMutableBufferPointer { x in
      for i in range { unsafe x[i] *= factor }
    }
  }

  /// x ← 0, in place.
  static func clear(_ x: inout [Float]) {
    unsafe x.withUnsafeMutableBufferPointer { unsafe $0.update(repeating: 0) }
  }

  /// sum ← sum + x∘x.
  static func addSquares(of x: Span<Float>, to sum: inout [Float]) {
    precondition(x.count == sum.count, "squares: \(x.count) into \(sum.count)")
    unsafe x.withUnsafeBufferPointer { x in
      unsafe sum.withUnsafeMutableBufferPointer { sum in
        for i in 0..<sum.count { unsafe sum[i] += x[i] * x[i] }
      }
    }
  }

  /// x ← a·x + b·y.
  static func combine(_ x: inout [Float], times a: Float, plus y: [Float], times b: Float) {
    precondition(x.count == y.count, "combine: \(x.count) and \(y.count)")
    unsafe y.withUnsafeBufferPointer { y in
      unsafe x.withUnsafeMutableBufferPointer { x in
        for i in 0..<x.count { unsafe x[i] = a * x[i] + b * y[i] }
      }
    }
  }

  /// The place of the first value that is not finite.
  static func firstNotFinite(_ x: [Float]) -> Int? {
    sumOfSquares(x).isFinite ? nil : x.firstIndex { !$0.isFinite }
  }

  /// The numbers of one AdamW step that are the same for every parameter.
  struct AdamWStep {
    var rate: Float
    var decay: Float
    var keepFirst: Float
    var keepSecond: Float
    var stepSize: Float
    /// 1/√(1 − β₂ᵗ).
    var inverseSecondCorrection: Float
    var epsilon: Float
  }

  /// One step of `AdamW` without a penalty.
  static func adamW(
    _ step: AdamWStep, parameters: inout [Float], gradient: [Float], first: inout [Float], second: inout [Float]
  ) {
    unsafe withMoments(&parameters, gradient, &first, &second) { p, g, m, v in
      eachBlock(p.count) { range in
        unsafe updateMoments(step, g, m, v, range)
        for i in range {
          unsafe p[i] = p[i] * step.decay - step.stepSize * m[i] * inverseDenominator(step, v[i])
        }
      }
    }
  }

  /// One step of `AdamW` and the proximal step of λ/2·Σ Fᵢ(θᵢ − θ*ᵢ)² with the same step sizes.
  static func adamW(
    _ step: AdamWStep, parameters: inout [Float], gradient: [Float], first: inout [Float], second: inout [Float],
    strength: Float, fisher: [Float], anchor: [Float]
  ) {
    precondition(
      fisher.count == parameters.count && anchor.count == parameters.count,
      "penalty: \(fisher.count) and \(anchor.count) for \(parameters.count) parameters")
    unsafe fisher.withUnsafeBufferPointer { fisher in
      unsafe anchor.withUnsafeBufferPointer { anchor in
        unsafe withMoments(&parameters, gradient, &first, &second) { p, g, m, v in
          eachBlock(p.count) { range in
            unsafe updateMoments(step, g, m, v, range)
            for i in range {
              let inverse = unsafe inverseDenominator(step, v[i])
              let moved = unsafe p[i] * step.decay - step.stepSize * m[i] * inverse
              let pull = unsafe step.rate * inverse * (strength * fisher[i])
              // (θ + pull·θ*)/(1 + pull), written so that a parameter at its anchor stays there exactly.
              unsafe p[i] = moved + (anchor[i] - moved) * (pull / (1 + pull))
            }
          }
        }
      }
    }
  }

  /// Apart from the parameters' loop, or there would be too many pointers that may overlap for the compiler to vectorise.
  @inline(__always)
  private static func updateMoments(
    _ step: AdamWStep, _ g: UnsafeBufferPointer<Float>, _ m: UnsafeMutableBufferPointer<Float>,
    _ v: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>
  ) {
    for i in range {
      unsafe m[i] += (g[i] - m[i]) * (1 - step.keepFirst)
      unsafe v[i] = v[i] * step.keepSecond + g[i] * g[i] * (1 - step.keepSecond)
    }
  }

  /// 1/(√v̂ + ε).
  @inline(__always)
  private static func inverseDenominator(_ step: AdamWStep, _ second: Float) -> Float {
    1 / (squareRoot(second) * step.inverseSecondCorrection + step.epsilon)
  }

  /// √x within 3e-7, relative, for x that are normal floats, and 0 for 0. `Float.squareRoot()` is a call that keeps a loop from being vectorised; this is
  /// the classic start from the exponent's bits and three of Newton's steps towards 1/√x.
  @inline(__always)
  static func squareRoot(_ x: Float) -> Float {
    let half = 0.5 * x
    var y = Float(bitPattern: 0x5F37_59DF &- (x.bitPattern >> 1))
    y *= 1.5 - half * y * y
    y *= 1.5 - half * y * y
    y *= 1.5 - half * y * y
    return x * y
  }

  @inline(__always)
  private static func withMoments(
    _ parameters: inout [Float], _ gradient: [Float], _ first: inout [Float], _ second: inout [Float],
    _ body: (
      UnsafeMutableBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>,
      UnsafeMutableBufferPointer<Float>
    ) -> Void
  ) {
    let count = parameters.count
    precondition(
      gradient.count == count && first.count == count && second.count == count,
      "AdamW: \(count) parameters, \(gradient.count) gradients, \(first.count) and \(second.count) moments")
    unsafe parameters.withUnsafeMutableBufferPointer { p in
      unsafe gradient.withUnsafeBufferPointer { g in
        unsafe first.withUnsafeMutableBufferPointer { m in
          unsafe second.withUnsafeMutableBufferPointer { v in unsafe body(p, g, m, v) }
        }
      }
    }
  }

  @inline(__always)
  private static func eachBlock(_ count: Int, _ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: count, by: block) { body(start..<min(start + block, count)) }
  }

  @inline(__always)
  private static func load(_ x: UnsafeBufferPointer<Float>, _ i: Int) -> Lanes {
    unsafe UnsafeRawBufferPointer(x).loadUnaligned(fromByteOffset: i * 4, as: Lanes.self)
  }

  @inline(__always)
  private static func blockwise(_ count: Int, _ part: (Range<Int>) -> (Lanes, Float)) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: count, by: block) {
      let (lanes, rest) = part(start..<min(start + block, count))
      total += Double(lanes.sum()) + Double(rest)
    }
    return total
  }
}
