/// Tells UTF-16 without a byte order mark from other bytes.
///
/// Western text has zeros in one half of each unit. Text of any script has its own letters and spaces or stops in one
/// byte order and unassigned or stray values in the other.
enum UTF16Guess {
  /// Bytes looked at: statistics need no more.
  private static let window = 1 << 16

  static func encoding(of bytes: [UInt8]) -> TextEncoding? {
    guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return nil }
    let little = plausibility(bytes, .utf16LittleEndian)
    let big = plausibility(bytes, .utf16BigEndian)
    guard max(little, big) >= 0.9, abs(little - big) > 0.05 else { return nil }
    return little > big ? .utf16LittleEndian : .utf16BigEndian
  }

  /// The share of units that text would have, 0 where the bytes cannot be text in this byte order.
  private static func plausibility(_ bytes: [UInt8], _ encoding: TextEncoding) -> Double {
    let units = UTF16Text.units(bytes.prefix(window), encoding)
    var good = 0
    var breaks = 0
    var scripts = [Int](repeating: 0, count: Script.allCases.count)
    var index = 0
    while index < units.count {
      let unit = units[index]
      index += 1
      if UTF16.isLeadSurrogate(unit) {
        guard index < units.count else { continue }
        guard UTF16.isTrailSurrogate(units[index]) else { return 0 }
        index += 1
        good += 2
        continue
      }
      if UTF16.isTrailSurrogate(unit) || unit == 0 { return 0 }
      switch unit {
      case 0x0A, 0x0D, 0x20, 0x3000...0x3002, 0xFF0C, 0xFF0E, 0x2E, 0x2C: breaks += 1
      default: break
      }
      let value = UInt32(unit)
      switch CharacterClass.of(value) {
      case .letter, .ideograph:
        scripts[Int(Script.of(value).rawValue)] += 1
        good += 1
      case .mark, .digit, .space, .newline, .punctuation, .symbol: good += 1
      case .control: break
      }
    }
    guard breaks > 0, breaks * 200 >= units.count else { return 0 }
    // Letters of many scripts at once are noise: the wrong byte order or no text at all.
    let letters = scripts.reduce(0, +)
    let leading = scripts.sorted(by: >).prefix(3).reduce(0, +)
    let together = letters == 0 ? 0 : Double(leading) / Double(letters)
    return Double(good) / Double(units.count) * together
  }
}
