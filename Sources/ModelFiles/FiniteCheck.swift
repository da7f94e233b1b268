import Tensors

/// Looks for NaN and infinities in stored numbers without decoding them.
package enum FiniteCheck {
  /// Whether every number that the blocks hold, scales and offsets of quantised ones, is finite.
  package static func allFinite(_ format: BlockFormat, _ bytes: [UInt8]) -> Bool {
    switch format {
    case .f32: all(bytes, stride: 4, at: 2, highMask: 0x7F, lowMask: 0x80)
    case .bf16: all(bytes, stride: 2, at: 0, highMask: 0x7F, lowMask: 0x80)
    case .f16: all(bytes, stride: 2, at: 0, highMask: 0x7C, lowMask: 0)
    case .q4x0: all(bytes, stride: 18, at: 0, highMask: 0x7C, lowMask: 0)
    case .q8x0: all(bytes, stride: 34, at: 0, highMask: 0x7C, lowMask: 0)
    case .q4x1:
      all(bytes, stride: 20, at: 0, highMask: 0x7C, lowMask: 0)
        && all(bytes, stride: 20, at: 2, highMask: 0x7C, lowMask: 0)
    }
  }

  /// A number is not finite where its exponent bits, seen through the masks of its two highest bytes, are all set.
  private static func all(_ bytes: [UInt8], stride: Int, at offset: Int, highMask: UInt8, lowMask: UInt8) -> Bool {
    var place = offset
    var bad = false
    while place + 1 < bytes.count {
      bad = bad || (bytes[place + 1] & highMask == highMask && bytes[place] & lowMask == lowMask)
      place += stride
    }
    return !bad
  }
}
