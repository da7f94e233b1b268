/// A writing system, as far as telling languages apart needs it.
package enum Script: UInt8, CaseIterable, Sendable {
  case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, bengali, gurmukhi, gujarati, tamil, telugu
  case kannada, malayalam, sinhala, georgian, ethiopic, thai, lao, khmer, burmese, tibetan, hangul, kana, han, other

  /// Whether words are set apart by spaces; where not, single letters stand for words.
  package var writesSpaces: Bool {
    switch self {
    case .han, .kana, .thai, .lao, .khmer, .burmese, .tibetan: false
    case .latin, .greek, .cyrillic, .armenian, .hebrew, .arabic, .devanagari, .bengali, .gurmukhi, .gujarati, .tamil,
      .telugu, .kannada, .malayalam, .sinhala, .georgian, .ethiopic, .hangul, .other:
      true
    }
  }

  /// The script of the Unicode block that holds `scalar`; `.other` for what no listed script owns.
  package static func of(_ scalar: UInt32) -> Script {
    switch scalar {
    case 0x41...0x24F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xFF21...0xFF5A: .latin
    case 0x370...0x3FF, 0x1F00...0x1FFF: .greek
    case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: .cyrillic
    case 0x530...0x58F: .armenian
    case 0x590...0x5FF, 0xFB1D...0xFB4F: .hebrew
    case 0x600...0x6FF, 0x750...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC: .arabic
    case 0x900...0x97F: .devanagari
    case 0x980...0x9FF: .bengali
    case 0xA00...0xA7F: .gurmukhi
    case 0xA80...0xAFF: .gujarati
    case 0xB80...0xBFF: .tamil
    case 0xC00...0xC7F: .telugu
    case 0xC80...0xCFF: .kannada
    case 0xD00...0xD7F: .malayalam
    case 0xD80...0xDFF: .sinhala
    case 0xE00...0xE7F: .thai
    case 0xE80...0xEFF: .lao
    case 0xF00...0xFFF: .tibetan
    case 0x1000...0x109F: .burmese
    case 0x10A0...0x10FF, 0x1C90...0x1CBF: .georgian
    case 0x1200...0x139F: .ethiopic
    case 0x1780...0x17FF: .khmer
    case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7FB: .hangul
    case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: .kana
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: .han
    default: .other
    }
  }
}
