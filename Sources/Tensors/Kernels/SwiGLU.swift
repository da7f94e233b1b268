// T rows (tokens) · I intermediate width

/// The gated unit of Llama's feed-forward part (Shazeer, 2020): act = silu(gate) ∘ up, silu(x) = x·σ(x).
package enum SwiGLU {
  /// `gateUp` is [T, 2·I], gate first; writes [T, I].
  package static func forward(
    _ gateUp: UnsafePointer<Float>, stride: Int, into act: UnsafeMutablePointer<Float>, outputStride: Int,
    rows: Range<Int>, width: Int
  ) {
    unsafe forward(
      gate: gateUp, up: gateUp + width, stride: stride, into: act, outputStride: outputStride, rows: rows, width: width)
  }

  /// The same with gate and up wherever they lie.
  package static func forward(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, stride: Int, into act: UnsafeMutablePointer<Float>,
    outputStride: Int, rows: Range<Int>, width: Int
  ) {
    for t in rows {
      let (gate, up, out) = unsafe (gate + t * stride, up + t * stride, act + t * outputStride)
      var i = 0
      while i + 8 <= width {
        let g = unsafe VectorMath.load(gate + i)
        unsafe VectorMath.store(g / (1 + VectorMath.exp(-g)) * VectorMath.load(up + i), out + i)
        i += 8
      }
      if i < width {
        let g = unsafe VectorMath.loadTail(gate + i, width - i, padding: 0)
        let u = unsafe VectorMath.loadTail(up + i, width - i, padding: 0)
        unsafe VectorMath.storeTail(g / (1 + VectorMath.exp(-g)) * u, out + i, width - i)
      }
    }
  }

  /// From dact [T, I]: writes d(gateUp) [T, 2·I] and, in the same pass, act itself, which the weight gradients need.
  package static func backward(
    _ dact: UnsafePointer<Float>, gradientStride: Int, gateUp: UnsafePointer<Float>, stride: Int,
    into dgateUp: UnsafeMutablePointer<Float>, outputStride: Int, act: UnsafeMutablePointer<Float>, actStride: Int,
    rows: Range<Int>, width: Int
  ) {
    for t in rows {
      let (gate, up, d) = unsafe (gateUp + t * stride, gateUp + t * stride + width, dact + t * gradientStride)
      let (dgate, dup, out) = unsafe (
        dgateUp + t * outputStride, dgateUp + t * outputStride + width, act + t * actStride
      )
      var i = 0
      while i + 8 <= width {
        let parts = unsafe differentiate(VectorMath.load(gate + i), VectorMath.load(up + i), VectorMath.load(d + i))
        unsafe VectorMath.store(parts.act, out + i)
        unsafe VectorMath.store(parts.dgate, dgate + i)
        unsafe VectorMath.store(parts.dup, dup + i)
        i += 8
      }
      if i < width {
        let rest = width - i
        let parts = unsafe differentiate(
          VectorMath.loadTail(gate + i, rest, padding: 0), VectorMath.loadTail(up + i, rest, padding: 0),
          VectorMath.loadTail(d + i, rest, padding: 0))
        unsafe VectorMath.storeTail(parts.act, out + i, rest)
        unsafe VectorMath.storeTail(parts.dgate, dgate + i, rest)
        unsafe VectorMath.storeTail(parts.dup, dup + i, rest)
      }
    }
  }

  @inline(__always)
  private static func differentiate(
    _ gate: VectorMath.Lane, _ up: VectorMath.Lane, _ d: VectorMath.Lane
  ) -> (act: VectorMath.Lane, dgate: VectorMath.Lane, dup: VectorMath.Lane) {
    let sigmoid = 1 / (1 + VectorMath.exp(-gate))
    let silu = gate * sigmoid
    return (silu * up, d * up * (sigmoid + silu * (1 - sigmoid)), d * silu)
  }
}
