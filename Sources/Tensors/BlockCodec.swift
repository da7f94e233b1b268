/// Decodes and encodes runs of blocks; one function a format, after ggml's `dequantize_row_*`.
package enum BlockCodec {
  /// Decodes `count` elements (a whole number of blocks) from `source` to `out`.
  package static func decode(
    _ format: BlockFormat, _ source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch format {
    case .f32: unsafe out.update(from: source.assumingMemoryBound(to: Float.self), count: count)
    case .f16:
      for i in 0..<count { unsafe out[i] = Float(source.loadUnaligned(fromByteOffset: i * 2, as: Float16.self)) }
    case .bf16:
      for i in 0..<count {
        unsafe out[i] = Float(
          bitPattern: UInt32(source.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self)) << 16)
      }
    case .q4x0:
      for block in 0..<count / 32 {
        unsafe decodeQ4(source + block * 18, quants: 2, offset: nil, into: out + block * 32)
      }
    case .q4x1:
      for block in 0..<count / 32 {
        let offset = unsafe Float((source + block * 20).loadUnaligned(fromByteOffset: 2, as: Float16.self))
        unsafe decodeQ4(source + block * 20, quants: 4, offset: offset, into: out + block * 32)
      }
    case .q8x0:
      for block in 0..<count / 32 { unsafe decodeQ8(source + block * 34, into: out + block * 32) }
    }
  }

  /// Low nibbles are elements 0…15, high nibbles 16…31; `offset` nil means Q4_0's (q − 8)·d.
  @inline(__always)
  private static func decodeQ4(
    _ block: UnsafeRawPointer, quants: Int, offset: Float?, into out: UnsafeMutablePointer<Float>
  ) {
    let scale = unsafe Float(block.loadUnaligned(as: Float16.self))
    let minimum = offset ?? -8 * scale
    let packed = unsafe block.loadUnaligned(fromByteOffset: quants, as: SIMD16<UInt8>.self)
    let low = SIMD16<Float>(packed & 15) * scale + minimum
    let high = SIMD16<Float>(packed &>> 4) * scale + minimum
    unsafe UnsafeMutableRawPointer(out).storeBytes(of: low, as: SIMD16<Float>.self)
    unsafe UnsafeMutableRawPointer(out + 16).storeBytes(of: high, as: SIMD16<Float>.self)
  }

  @inline(__always)
  private static func decodeQ8(_ block: UnsafeRawPointer, into out: UnsafeMutablePointer<Float>) {
    let scale = unsafe Float(block.loadUnaligned(as: Float16.self))
    for half in 0..<2 {
      let quants = unsafe block.loadUnaligned(fromByteOffset: 2 + half * 16, as: SIMD16<Int8>.self)
      unsafe UnsafeMutableRawPointer(out + half * 16)
        .storeBytes(of: SIMD16<Float>(quants) * scale, as: SIMD16<Float>.self)
    }
  }
}
