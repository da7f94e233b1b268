/// Thirty-two weights of one row, decoded into two registers of sixteen.
struct WideWeights {
  var a: SIMD16<Float>
  var b: SIMD16<Float>
}

/// Reads thirty-two stored weights at a time; one type a format, after ggml's `dequantize_row_*`.
///
/// Sixteen lanes are always made of two eights: conversions of `SIMD16` itself are calls, and their bodies would be shared
/// with modules that processors without AVX-512 run.
protocol WideLanes {
  /// Bytes from one thirty-two weights to the next.
  static var stride: Int { get }
  static func load(_ block: UnsafeRawPointer) -> WideWeights
  /// Weight `index` after the last whole block of a row; quantised rows have none.
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float
}

extension WideLanes {
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float { 0 }
}

/// Half scale, half minimum, 16 bytes of nibbles: q·d + m.
enum WideQ4x1: WideLanes {
  static var stride: Int { 20 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    let halves = unsafe block.loadUnaligned(as: SIMD4<Float16>.self)
    return unsafe nibbles(
      block + 4, scale: SIMD16<Float>(repeating: Float(halves.x)), offset: SIMD16<Float>(repeating: Float(halves.y)))
  }
}

/// Half scale, 16 bytes of nibbles: (q − 8)·d.
enum WideQ4x0: WideLanes {
  static var stride: Int { 18 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    let scale = unsafe SIMD16<Float>(repeating: Float(block.loadUnaligned(as: Float16.self)))
    return unsafe nibbles(block + 2, scale: scale, offset: scale * -8)
  }
}

/// Half scale, 32 signed bytes: q·d.
enum WideQ8x0: WideLanes {
  static var stride: Int { 34 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    let scale = unsafe SIMD16<Float>(repeating: Float(block.loadUnaligned(as: Float16.self)))
    return unsafe WideWeights(
      a: SIMD16(lowHalf: eight(block + 2), highHalf: eight(block + 10)) * scale,
      b: SIMD16(lowHalf: eight(block + 18), highHalf: eight(block + 26)) * scale)
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> SIMD8<Float> {
    unsafe LaneConversion.floats(LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<Int8>.self)))
  }
}

enum WideF32: WideLanes {
  static var stride: Int { 128 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    unsafe WideWeights(
      a: block.loadUnaligned(as: SIMD16<Float>.self),
      b: block.loadUnaligned(fromByteOffset: 64, as: SIMD16<Float>.self))
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    unsafe rest.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
  }
}

enum WideF16: WideLanes {
  static var stride: Int { 64 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    unsafe WideWeights(
      a: SIMD16(lowHalf: eight(block), highHalf: eight(block + 16)),
      b: SIMD16(lowHalf: eight(block + 32), highHalf: eight(block + 48)))
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> SIMD8<Float> {
    unsafe LaneConversion.floats(bytes.loadUnaligned(as: SIMD8<Float16>.self))
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    unsafe Float(rest.loadUnaligned(fromByteOffset: index * 2, as: Float16.self))
  }
}

/// The upper half of a float.
enum WideBF16: WideLanes {
  static var stride: Int { 64 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WideWeights {
    unsafe WideWeights(
      a: SIMD16(lowHalf: eight(block), highHalf: eight(block + 16)),
      b: SIMD16(lowHalf: eight(block + 32), highHalf: eight(block + 48)))
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> SIMD8<Float> {
    let words = unsafe LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<UInt16>.self)) &<< 16
    return unsafe unsafeBitCast(words, to: SIMD8<Float>.self)
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    Float(bitPattern: UInt32(unsafe rest.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)) << 16)
  }
}

/// Sixteen bytes of two four-bit numbers: low nibbles are elements 0…15, high nibbles 16…31.
@inline(__always)
private func nibbles(_ bytes: UnsafeRawPointer, scale: SIMD16<Float>, offset: SIMD16<Float>) -> WideWeights {
  let first = unsafe LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<UInt8>.self))
  let second = unsafe LaneConversion.widened((bytes + 8).loadUnaligned(as: SIMD8<UInt8>.self))
  let low = SIMD16(lowHalf: LaneConversion.floats(first & 15), highHalf: LaneConversion.floats(second & 15))
  let high = SIMD16(lowHalf: LaneConversion.floats(first &>> 4), highHalf: LaneConversion.floats(second &>> 4))
  return WideWeights(a: offset.addingProduct(low, scale), b: offset.addingProduct(high, scale))
}
