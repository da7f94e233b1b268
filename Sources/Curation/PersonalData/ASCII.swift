/// Byte classes that the detectors share.
enum ASCII {
  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  @inline(__always) static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
  @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
  @inline(__always) static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
  @inline(__always) static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

  /// Whether a number or word that starts at `index` is cut out of a longer one.
  static func continuesBefore(_ bytes: [UInt8], _ index: Int) -> Bool {
    index > 0 && (isAlphanumeric(bytes[index - 1]) || bytes[index - 1] >= 0x80 || bytes[index - 1] == 0x5F)
  }

  /// Whether a number or word that ends before `index` goes on.
  static func continuesAfter(_ bytes: [UInt8], _ index: Int) -> Bool {
    index < bytes.count && (isAlphanumeric(bytes[index]) || bytes[index] >= 0x80 || bytes[index] == 0x5F)
  }
}
