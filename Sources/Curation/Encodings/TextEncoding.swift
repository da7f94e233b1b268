/// How a document's bytes spelled its text.
package enum TextEncoding: String, CaseIterable, Codable, Sendable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case utf32LittleEndian = "UTF-32LE"
  case utf32BigEndian = "UTF-32BE"
  case latin1 = "ISO-8859-1"
  case windows1252 = "windows-1252"
  case latin2 = "ISO-8859-2"
  case latin9 = "ISO-8859-15"
  case iso5 = "ISO-8859-5"
  case iso7 = "ISO-8859-7"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  case windows1253 = "windows-1253"
  case windows1254 = "windows-1254"
  case windows1255 = "windows-1255"
  case windows1256 = "windows-1256"
  case windows1257 = "windows-1257"
  case koi8R = "KOI8-R"
  case koi8U = "KOI8-U"
  case shiftJIS = "Shift_JIS"
  case eucJP = "EUC-JP"
  case gb18030 = "GB18030"
  case big5 = "Big5"
  case eucKR = "EUC-KR"

  /// The encoding that a document's declaration names (labels of the Encoding standard); `nil` for unknown ones.
  static func named(_ label: String) -> TextEncoding? {
    let name = label.lowercased()
    if let alias = aliases[name] { return alias }
    return allCases.first { $0.rawValue.lowercased() == name }
  }

  /// As `iconv` calls it.
  var charset: String {
    switch self {
    case .windows1250, .windows1251, .windows1253, .windows1254, .windows1255, .windows1256, .windows1257:
      "CP" + rawValue.suffix(4)
    case .shiftJIS: "CP932"
    case .eucKR: "CP949"
    default: rawValue
    }
  }

  private static let aliases: [String: TextEncoding] = [
    "utf8": .utf8, "unicode-1-1-utf-8": .utf8, "us-ascii": .windows1252, "ascii": .windows1252,
    "latin1": .windows1252, "iso-8859-1": .windows1252, "iso8859-1": .windows1252, "cp1252": .windows1252,
    "x-cp1252": .windows1252, "latin2": .latin2, "iso8859-2": .latin2, "l2": .latin2, "iso8859-15": .latin9,
    "latin-9": .latin9, "iso8859-5": .iso5, "iso8859-7": .iso7, "greek": .iso7, "iso8859-9": .windows1254,
    "iso-8859-9": .windows1254, "latin5": .windows1254, "cp1250": .windows1250, "x-cp1250": .windows1250,
    "cp1251": .windows1251, "x-cp1251": .windows1251, "cp1253": .windows1253, "cp1254": .windows1254,
    "cp1255": .windows1255, "cp1256": .windows1256, "cp1257": .windows1257, "koi8": .koi8R, "koi": .koi8R,
    "sjis": .shiftJIS, "shift-jis": .shiftJIS, "x-sjis": .shiftJIS, "windows-31j": .shiftJIS, "ms_kanji": .shiftJIS,
    "x-euc-jp": .eucJP, "gb2312": .gb18030, "gbk": .gb18030, "x-gbk": .gb18030, "gb_2312-80": .gb18030,
    "big5-hkscs": .big5, "x-x-big5": .big5, "cn-big5": .big5, "ks_c_5601-1987": .eucKR, "ksc5601": .eucKR,
    "windows-949": .eucKR, "korean": .eucKR,
  ]
}

/// Text and how it was spelled.
struct DecodedText {
  var text: String
  var encoding: TextEncoding
}

/// Where a format lets a document name its own encoding.
enum EncodingDeclaration {
  case nowhere
  /// `<meta charset=…>`, `<meta http-equiv … charset=…>`, `<?xml encoding=…>`.
  case markup

  /// Bytes that are looked at, as the HTML standard has it.
  private static let window = 1024

  /// The encoding named in the first bytes; `nil` where none is, or one that nobody knows.
  func encoding(of bytes: [UInt8]) -> TextEncoding? {
    guard self == .markup else { return nil }
    let head = bytes.prefix(Self.window).map(ASCII.lower)
    for key in ["charset", "encoding"] {
      var rest = head[...]
      while let range = rest.firstRange(of: Array(key.utf8)) {
        var index = range.upperBound
        while index < head.count, ASCII.isSpace(head[index]) { index += 1 }
        if index < head.count, head[index] == 0x3D {
          index += 1
          while index < head.count, ASCII.isSpace(head[index]) || head[index] == 0x22 || head[index] == 0x27 {
            index += 1
          }
          let name = head[index...].prefix { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
          // UTF-16 that could be read as far as this is none.
          if let found = TextEncoding.named(String(decoding: name, as: UTF8.self)) {
            return found.rawValue.hasPrefix("UTF-") ? .utf8 : found
          }
        }
        rest = head[range.upperBound...]
      }
    }
    return nil
  }
}
