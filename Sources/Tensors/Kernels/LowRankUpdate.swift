// S streams · O outputs · R rank

/// The second of an adapter's two thin products, for a few streams.
package enum LowRankUpdate {
  /// y += h·B for `outputs`; h is [S, R], B is [R, O] (transposed, so that outputs lie side by side), y is [S, O].
  package static func add(
    _ h: UnsafePointer<Float>, stride hStride: Int, rank: Int, _ b: UnsafePointer<Float>, width: Int,
    to y: UnsafeMutablePointer<Float>, stride yStride: Int, streams: Int, outputs: Range<Int>
  ) {
    for stream in 0..<streams {
      let (input, output) = unsafe (h + stream * hStride, y + stream * yStride)
      var o = outputs.lowerBound
      while o + 8 <= outputs.upperBound {
        var sum = unsafe VectorMath.load(output + o)
        for k in 0..<rank {
          unsafe sum.addProduct(VectorMath.Lane(repeating: input[k]), VectorMath.load(b + (k &* width &+ o)))
        }
        unsafe VectorMath.store(sum, output + o)
        o += 8
      }
      while o < outputs.upperBound {
        var sum = unsafe output[o]
        for k in 0..<rank { unsafe sum.addProduct(input[k], b[k &* width &+ o]) }
        unsafe output[o] = sum
        o += 1
      }
    }
  }
}
