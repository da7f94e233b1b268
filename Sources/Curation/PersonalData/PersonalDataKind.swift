/// What kind of personal data a span is; the raw value is what `stet screen` shows.
package enum PersonalDataKind: String, Codable, CaseIterable, Sendable {
  case urlCredentials = "url_credentials"
  case iban, card, email, ssn, ip, phone

  /// What stands in its place, before its number.
  var mask: String {
    switch self {
    case .urlCredentials: "CREDENTIALS"
    case .iban: "IBAN"
    case .card: "CARD"
    case .email: "EMAIL"
    case .ssn: "SSN"
    case .ip: "IP"
    case .phone: "PHONE"
    }
  }
}

/// Where personal data stands in a text.
package struct PersonalDataSpan: Codable, Hashable, Sendable {
  package var kind: PersonalDataKind
  /// Unicode scalars from the start of the text, half open.
  package var start: Int
  package var end: Int

  package init(kind: PersonalDataKind, start: Int, end: Int) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// A rule that finds one kind of personal data in UTF-8, in time linear in its length.
protocol PersonalDataDetector: Sendable {
  static var kind: PersonalDataKind { get }
  /// Byte ranges, in order, none overlapping another.
  static func ranges(in bytes: [UInt8]) -> [Range<Int>]
}

/// Byte classes that the detectors share.
enum ASCII {
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  /// Whether a number or word that starts at `index` is cut out of a longer one.
  static func continuesBefore(_ bytes: [UInt8], _ index: Int) -> Bool {
    index > 0 && (isAlphanumeric(bytes[index - 1]) || bytes[index - 1] >= 0x80 || bytes[index - 1] == 0x5F)
  }

  /// Whether a number or word that ends before `index` goes on.
  static func continuesAfter(_ bytes: [UInt8], _ index: Int) -> Bool {
    index < bytes.count && (isAlphanumeric(bytes[index]) || bytes[index] >= 0x80 || bytes[index] == 0x5F)
  }
}
