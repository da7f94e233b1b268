import CAVX512
import Foundation

/// Thirty-two weights of one row, decoded into registers.
struct WeightLanes {
  var a: VectorMath.Lane
  var b: VectorMath.Lane
  var c: VectorMath.Lane
  var d: VectorMath.Lane
}

/// Reads thirty-two stored weights at a time; one type a format, after ggml's `dequantize_row_*`.
protocol BlockLanes {
  /// Bytes from one thirty-two weights to the next.
  static var stride: Int { get }
  static func load(_ block: UnsafeRawPointer) -> WeightLanes
  /// Weight `index` after the last whole block of a row; quantised rows have none.
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float

  /// Blocks of a row to floats, the same numbers as `load`'s, where the processor has AVX-512; fetches what lies `ahead` bytes
  /// behind each.
  static func decodeWide(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int)
}

extension BlockLanes {
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float { 0 }

  @inline(__always)
  static func decodeWide(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int) {
    unsafe decode(row, blocks: blocks, into: out, ahead: ahead)
  }

  /// As `decodeWide`, on any processor.
  @inline(__always)
  static func decode(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int = 0) {
    for block in 0..<blocks {
      let source = unsafe row + block &* stride
      unsafe stet_prefetch(source + ahead)
      let lanes = unsafe load(source)
      let place = unsafe out + block &* 32
      unsafe VectorMath.store(lanes.a, place)
      unsafe VectorMath.store(lanes.b, place + 8)
      unsafe VectorMath.store(lanes.c, place + 16)
      unsafe VectorMath.store(lanes.d, place + 24)
    }
  }
}

#if arch(x86_64)
  extension Q4x1Lanes {
    static func decodeWide(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int) {
      unsafe stet_decode_q4_1(row.assumingMemoryBound(to: UInt8.self), blocks, out, ahead)
    }
  }

  extension Q4x0Lanes {
    static func decodeWide(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int) {
      unsafe stet_decode_q4_0(row.assumingMemoryBound(to: UInt8.self), blocks, out, ahead)
    }
  }

  extension Q8x0Lanes {
    static func decodeWide(_ row: UnsafeRawPointer, blocks: Int, into out: UnsafeMutablePointer<Float>, ahead: Int) {
      unsafe stet_decode_q8_0(row.assumingMemoryBound(to: UInt8.self), blocks, out, ahead)
    }
  }
#endif

/// Half scale, half minimum, 16 bytes of nibbles: q·d + m.
enum Q4x1Lanes: BlockLanes {
  static var stride: Int { 20 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    // One conversion for both; the other two lanes are quants.
    let halves = unsafe block.loadUnaligned(as: SIMD4<Float16>.self)
    return unsafe Nibbles(block + 4)
      .scaled(by: VectorMath.Lane(repeating: Float(halves.x)), plus: VectorMath.Lane(repeating: Float(halves.y)))
  }
}

/// Half scale, 16 bytes of nibbles: (q − 8)·d.
enum Q4x0Lanes: BlockLanes {
  static var stride: Int { 18 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    let scale = unsafe VectorMath.Lane(repeating: Float(block.loadUnaligned(as: Float16.self)))
    return unsafe Nibbles(block + 2).scaled(by: scale, plus: scale * -8)
  }
}

/// Half scale, 32 signed bytes: q·d.
enum Q8x0Lanes: BlockLanes {
  static var stride: Int { 34 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    let scale = unsafe VectorMath.Lane(repeating: Float(block.loadUnaligned(as: Float16.self)))
    return unsafe WeightLanes(
      a: eight(block + 2) * scale, b: eight(block + 10) * scale, c: eight(block + 18) * scale,
      d: eight(block + 26) * scale)
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> VectorMath.Lane {
    unsafe LaneConversion.floats(LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<Int8>.self)))
  }
}

enum F32Lanes: BlockLanes {
  static var stride: Int { 128 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    unsafe WeightLanes(
      a: block.loadUnaligned(as: VectorMath.Lane.self),
      b: block.loadUnaligned(fromByteOffset: 32, as: VectorMath.Lane.self),
      c: block.loadUnaligned(fromByteOffset: 64, as: VectorMath.Lane.self),
      d: block.loadUnaligned(fromByteOffset: 96, as: VectorMath.Lane.self))
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    unsafe rest.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
  }
}

enum F16Lanes: BlockLanes {
  static var stride: Int { 64 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    unsafe WeightLanes(a: eight(block), b: eight(block + 16), c: eight(block + 32), d: eight(block + 48))
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> VectorMath.Lane {
    unsafe LaneConversion.floats(bytes.loadUnaligned(as: SIMD8<Float16>.self))
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    unsafe Float(rest.loadUnaligned(fromByteOffset: index * 2, as: Float16.self))
  }
}

/// The upper half of a float.
enum BF16Lanes: BlockLanes {
  static var stride: Int { 64 }

  @inline(__always)
  static func load(_ block: UnsafeRawPointer) -> WeightLanes {
    unsafe WeightLanes(a: eight(block), b: eight(block + 16), c: eight(block + 32), d: eight(block + 48))
  }

  @inline(__always)
  private static func eight(_ bytes: UnsafeRawPointer) -> VectorMath.Lane {
    let words = unsafe LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<UInt16>.self)) &<< 16
    return unsafe unsafeBitCast(words, to: VectorMath.Lane.self)
  }

  @inline(__always)
  static func element(_ rest: UnsafeRawPointer, _ index: Int) -> Float {
    Float(bitPattern: UInt32(unsafe rest.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)) << 16)
  }
}

/// Sixteen bytes of two four-bit numbers: low nibbles are elements 0…15, high nibbles 16…31.
private struct Nibbles {
  let first: SIMD8<Int32>
  let second: SIMD8<Int32>

  @inline(__always)
  init(_ bytes: UnsafeRawPointer) {
    first = unsafe LaneConversion.widened(bytes.loadUnaligned(as: SIMD8<UInt8>.self))
    second = unsafe LaneConversion.widened((bytes + 8).loadUnaligned(as: SIMD8<UInt8>.self))
  }

  @inline(__always)
  func scaled(by scale: VectorMath.Lane, plus offset: VectorMath.Lane) -> WeightLanes {
    WeightLanes(
      a: offset.addingProduct(LaneConversion.floats(first & 15), scale),
      b: offset.addingProduct(LaneConversion.floats(second & 15), scale),
      c: offset.addingProduct(LaneConversion.floats(first &>> 4), scale),
      d: offset.addingProduct(LaneConversion.floats(second &>> 4), scale))
  }
}
