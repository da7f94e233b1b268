/// GPT-2's alphabet: every byte has a printable character, so that token texts are strings without spaces or controls.
///
/// Bytes 0x21–0x7E, 0xA1–0xAC and 0xAE–0xFF stand for themselves; the other 68, in order, for U+0100 and up.
enum ByteAlphabet {
  /// The scalar value of each byte's character.
  static let scalars: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 256)
    var next: UInt32 = 0x100
    for byte in 0..<256 {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: table[byte] = UInt32(byte)
      default:
        table[byte] = next
        next += 1
      }
    }
    return table
  }()

  /// The byte of each character below U+0144; −1 where a character stands for none.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    for byte in 0..<256 { table[Int(scalars[byte])] = Int16(byte) }
    return table
  }()

  /// The bytes that `text` stands for, appended to `bytes`; false, with nothing appended, where a character is outside the alphabet.
  static func append(_ text: String, to out: inout [UInt8]) -> Bool {
    let table = bytes
    let start = out.count
    for scalar in text.unicodeScalars {
      guard scalar.value < 0x144, table[Int(scalar.value)] >= 0 else {
        out.removeSubrange(start...)
        return false
      }
      out.append(UInt8(truncatingIfNeeded: table[Int(scalar.value)]))
    }
    return true
  }
}
