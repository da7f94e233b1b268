/// Telephone numbers in international form: `+` or `00`, a country code that exists, 8 to 15 digits (ITU E.164).
enum PhoneDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.phone

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      guard let first = numberStart(bytes, index), let end = end(bytes, first) else {
        index += 1
        continue
      }
      found.append(index..<end)
      index = end
    }
    return found
  }

  /// Where the country code begins after a prefix at `index`.
  private static func numberStart(_ bytes: [UInt8], _ index: Int) -> Int? {
    guard !ASCII.continuesBefore(bytes, index), index + 8 < bytes.count else { return nil }
    if index > 0, [0x2B, 0x2E, 0x2C, 0x2D].contains(bytes[index - 1]) { return nil }
    if bytes[index] == 0x2B {
      let open = bytes[index + 1] == 0x28 ? 2 : 1
      return ASCII.isDigit(bytes[index + open]) ? index + open : nil
    }
    if bytes[index] == 0x30, bytes[index + 1] == 0x30, bytes[index + 2] != 0x30, ASCII.isDigit(bytes[index + 2]) {
      return index + 2
    }
    return nil
  }

  /// The byte after the number: digits with single separators, one pair of brackets, an extension.
  private static func end(_ bytes: [UInt8], _ start: Int) -> Int? {
    var digits: [UInt8] = []
    var index = start
    var lastDigit = start
    while index < bytes.count, digits.count <= 16, index - lastDigit < 4 {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        digits.append(byte - 0x30)
        lastDigit = index
      } else if ![0x20, 0x2D, 0x2E, 0x28, 0x29, 0x2F].contains(byte) {
        break
      }
      index += 1
    }
    var end = lastDigit + 1
    guard (8...15).contains(digits.count), hasCountry(digits) else { return nil }
    if end < bytes.count, bytes[end] | 0x20 == 0x78, end + 1 < bytes.count, ASCII.isDigit(bytes[end + 1]) {
      end += 1
      while end < bytes.count, ASCII.isDigit(bytes[end]) { end += 1 }
    }
    return ASCII.continuesAfter(bytes, end) ? nil : end
  }

  /// Country codes: one digit (1, 7), the two-digit ones, and the zones where all have three digits.
  private static func hasCountry(_ digits: [UInt8]) -> Bool {
    let two = Int(digits[0]) * 10 + Int(digits[1])
    switch digits[0] {
    case 1, 7: return digits[0] == 1 ? digits.count == 11 && digits[1] > 1 : digits.count == 11
    case 0: return false
    default: break
    }
    if twoDigit.contains(two) { return true }
    return threeDigitZones.contains(two)
  }

  private static let twoDigit: Set<Int> = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63,
    64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
  ]

  private static let threeDigitZones: Set<Int> = [
    21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99,
  ]
}
