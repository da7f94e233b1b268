/// Western text of one byte a character: ISO 8859-1, or Windows-1252, which adds 27 characters between 0x80 and 0x9F.
enum SingleByteText {
  /// Above it the bytes are no text.
  static let largestControlShare = 0.02
  /// Western languages stay far below; other single- and double-byte encodings are far above.
  private static let largestHighShare = 0.25
  /// Accented letters come alone or in pairs.
  private static let largestLongRunShare = 0.1

  /// `nil` where the statistics are not those of Western text.
  static func encoding(of bytes: [UInt8]) -> TextEncoding? {
    guard controlShare(of: bytes) <= largestControlShare else { return nil }
    var letters = 0
    var high = 0
    var inLongRuns = 0
    var beside = 0
    var run = 0
    var usesWindows = false
    for (index, byte) in bytes.enumerated() {
      if byte < 0x80 {
        if isLetter(byte) { letters += 1 }
        if run > 2 { inLongRuns += run }
        run = 0
        continue
      }
      if byte < 0xA0 {
        guard windows[Int(byte) - 0x80] != 0 else { return nil }
        usesWindows = true
      }
      high += 1
      run += 1
      let besideLetter =
        (index > 0 && isLetter(bytes[index - 1])) || (index + 1 < bytes.count && isLetter(bytes[index + 1]))
      if byte < 0xC0 || besideLetter { beside += 1 }
    }
    if run > 2 { inLongRuns += run }
    guard high > 0, Double(high) <= largestHighShare * Double(letters + high),
      Double(inLongRuns) <= largestLongRunShare * Double(high), beside * 2 >= high
    else { return nil }
    return usesWindows ? .windows1252 : .latin1
  }

  static func decode(_ bytes: [UInt8], _ encoding: TextEncoding) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = (0x80..<0xA0).contains(byte) && encoding == .windows1252 ? windows[Int(byte) - 0x80] : UInt16(byte)
      scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return String(scalars)
  }

  static func controlShare(of bytes: [UInt8]) -> Double {
    var controls = 0
    for byte in bytes where byte < 0x20 || byte == 0x7F {
      switch byte {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1B: break
      default: controls += 1
      }
    }
    return bytes.isEmpty ? 0 : Double(controls) / Double(bytes.count)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Windows-1252 from 0x80 to 0x9F; 0 where nothing is assigned.
  private static let windows: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
  ]
}
