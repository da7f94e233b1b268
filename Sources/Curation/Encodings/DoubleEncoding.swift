/// UTF-8 that was once taken for Windows-1252 and saved as UTF-8 again: `fÃ¼r` for `für`.
enum DoubleEncoding {
  /// Fewer such sequences may be a text about them.
  private static let fewest = 3

  /// The text as it was before; `nil` where it is none of these. No other text is, as a whole, Windows-1252 whose bytes are
  /// well-formed UTF-8 with characters beyond ASCII in it.
  static func undone(_ text: String) -> String? {
    // What stands first in each such sequence: Â to ß, à to ô.
    guard text.utf8.contains(0xC3) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard let byte = byte(of: scalar.value) else { return nil }
      bytes.append(byte)
    }
    guard bytes.count(where: { $0 >= 0xC2 }) >= fewest else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func byte(of scalar: UInt32) -> UInt8? {
    if scalar < 0x80 || 0xA0...0xFF ~= scalar { return UInt8(scalar) }
    return special[scalar]
  }

  /// By scalar, the bytes 0x80 to 0x9F; those that Windows-1252 does not define stand for themselves.
  private static let special: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: (UInt8(0x80)...0x9F).map { byte in
      let defined = SingleByteText.decode([byte], .windows1252).unicodeScalars.first?.value ?? 0
      return (defined == 0 ? UInt32(byte) : defined, byte)
    })
}
