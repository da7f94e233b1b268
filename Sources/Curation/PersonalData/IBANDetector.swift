/// International bank account numbers (ISO 13616): the country's length and the remainder 1 modulo 97.
enum IBANDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.iban

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index + 14 < bytes.count {
      guard isUpper(bytes[index]), isUpper(bytes[index + 1]), ASCII.isDigit(bytes[index + 2]),
        ASCII.isDigit(bytes[index + 3]), !ASCII.continuesBefore(bytes, index),
        let length = lengths[String(decoding: bytes[index..<(index + 2)], as: UTF8.self)],
        let end = end(bytes, index, length: length)
      else {
        index += 1
        continue
      }
      found.append(index..<end)
      index = end
    }
    return found
  }

  /// The byte after the number that starts at `start`; `nil` where its characters, check or length are wrong.
  private static func end(_ bytes: [UInt8], _ start: Int, length: Int) -> Int? {
    var characters: [UInt8] = []
    var index = start
    while characters.count < length, index < bytes.count {
      let byte = bytes[index]
      if isUpper(byte) || ASCII.isDigit(byte) {
        characters.append(byte)
      } else if byte != 0x20 || !characters.count.isMultiple(of: 4) || bytes[index - 1] == 0x20 {
        return nil
      }
      index += 1
    }
    guard characters.count == length, !ASCII.continuesAfter(bytes, index), remainder(characters) == 1 else {
      return nil
    }
    return index
  }

  private static func remainder(_ characters: [UInt8]) -> Int {
    var remainder = 0
    for byte in characters.dropFirst(4) + characters.prefix(4) {
      remainder =
        ASCII.isDigit(byte) ? (remainder * 10 + Int(byte - 0x30)) % 97 : (remainder * 100 + Int(byte - 0x41) + 10) % 97
    }
    return remainder
  }

  private static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

  /// Characters by country (SWIFT's registry).
  private static let lengths: [String: Int] = [
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18,
    "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23,
    "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25,
    "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25,
    "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
  ]
}
