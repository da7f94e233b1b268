/// Decodes runs of blocks.
package enum BlockCodec {
  /// Decodes `count` elements (a whole number of blocks) from `source` to `out`.
  package static func decode(
    _ format: BlockFormat, _ source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch format {
    case .f32: unsafe out.update(from: source.assumingMemoryBound(to: Float.self), count: count)
    case .f16: unsafe decode(F16Lanes.self, source, count, into: out)
    case .bf16: unsafe decode(BF16Lanes.self, source, count, into: out)
    case .q4x0: unsafe decode(Q4x0Lanes.self, source, count, into: out)
    case .q4x1: unsafe decode(Q4x1Lanes.self, source, count, into: out)
    case .q8x0: unsafe decode(Q8x0Lanes.self, source, count, into: out)
    }
  }

  private static func decode<Lanes: BlockLanes>(
    _: Lanes.Type, _ source: UnsafeRawPointer, _ count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count / 32 {
      let lanes = unsafe Lanes.load(source + block &* Lanes.stride)
      let target = unsafe out + block &* 32
      unsafe VectorMath.store(lanes.a, target)
      unsafe VectorMath.store(lanes.b, target + 8)
      unsafe VectorMath.store(lanes.c, target + 16)
      unsafe VectorMath.store(lanes.d, target + 24)
    }
    let done = count / 32 * 32
    for i in 0..<count - done { unsafe out[done + i] = Lanes.element(source + count / 32 * Lanes.stride, i) }
  }
}
