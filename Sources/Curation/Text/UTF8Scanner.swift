/// Walks the scalars of well-formed UTF-8 without leaving bounds: what is malformed reads as U+FFFD, one byte long.
struct UTF8Scanner {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The next scalar, `nil` at the end.
  @inline(__always)
  mutating func next() -> UInt32? {
    guard position < bytes.count else { return nil }
    let lead = bytes[position]
    if lead < 0x80 {
      position += 1
      return UInt32(lead)
    }
    return nextMultibyte(lead)
  }

  private mutating func nextMultibyte(_ lead: UInt8) -> UInt32 {
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
    guard length > 1, position + length <= bytes.count else {
      position += 1
      return 0xFFFD
    }
    var scalar = UInt32(lead) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
    for offset in 1..<length {
      let byte = bytes[position + offset]
      guard byte & 0xC0 == 0x80 else {
        position += 1
        return 0xFFFD
      }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    position += length
    return scalar
  }
}

/// Counts of scalars in UTF-8.
enum UTF8Length {
  /// Scalars that begin in `bytes[range]`: every byte but continuation bytes.
  static func scalars(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var count = 0
    for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}
