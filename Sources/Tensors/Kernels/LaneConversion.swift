/// Conversions of eight lanes, spelled lane by lane: they become one instruction each wherever they stand, while the
/// standard library's own initialisers are calls in a large function (four of them a block were most of decoding's time).
enum LaneConversion {
  @inline(__always)
  static func floats(_ v: SIMD8<Int32>) -> SIMD8<Float> {
    SIMD8<Float>(
      Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]))
  }

  @inline(__always)
  static func floats(_ v: SIMD8<Float16>) -> SIMD8<Float> {
    SIMD8<Float>(
      Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]))
  }

  @inline(__always)
  static func widened(_ v: SIMD8<UInt8>) -> SIMD8<Int32> {
    SIMD8<Int32>(
      Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3]), Int32(v[4]), Int32(v[5]), Int32(v[6]), Int32(v[7]))
  }

  @inline(__always)
  static func widened(_ v: SIMD8<Int8>) -> SIMD8<Int32> {
    SIMD8<Int32>(
      Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3]), Int32(v[4]), Int32(v[5]), Int32(v[6]), Int32(v[7]))
  }

  @inline(__always)
  static func widened(_ v: SIMD8<UInt16>) -> SIMD8<UInt32> {
    SIMD8<UInt32>(
      UInt32(v[0]), UInt32(v[1]), UInt32(v[2]), UInt32(v[3]), UInt32(v[4]), UInt32(v[5]), UInt32(v[6]), UInt32(v[7]))
  }
}
