import Platform

/// Tells older encodings of Cyrillic and East Asian text by what they decode to: words of a language that uses them.
enum LegacyGuess {
  /// Bytes looked at.
  private static let window = 1 << 16

  private static let candidates: [(encoding: TextEncoding, languages: Set<String>)] = [
    (.windows1251, ["ru", "uk", "bg", "sr"]), (.koi8R, ["ru", "bg"]), (.koi8U, ["uk"]), (.iso5, ["ru", "bg", "sr"]),
    (.shiftJIS, ["ja"]), (.eucJP, ["ja"]), (.eucKR, ["ko"]), (.gb18030, ["zh"]), (.big5, ["zh"]),
    (.windows1253, ["el"]),
  ]

  /// `nil` where it is no text of these languages in any of these encodings.
  static func decode(_ bytes: [UInt8]) -> DecodedText? {
    // Cut at a line's end, so that no character is divided.
    let cut = bytes.count <= window ? bytes.count : bytes[..<window].lastIndex(of: 0x0A) ?? bytes.count
    let head = Array(bytes[..<cut])
    guard mayBeLegacy(head) else { return nil }
    var found: [(encoding: TextEncoding, score: Double)] = []
    for candidate in candidates {
      guard let decoded = TextConversion.utf8(head, from: candidate.encoding.charset) else { continue }
      let statistics = TextStatistics(utf8: Array(decoded.prefix(window)))
      guard candidate.languages.contains(LanguageGuess.guess(statistics).rawValue) else { continue }
      let score = score(decoded, statistics)
      if score > 0.5 { found.append((candidate.encoding, score)) }
    }
    for (encoding, _) in found.sorted(by: { $0.score > $1.score }) {
      guard let utf8 = TextConversion.utf8(bytes, from: encoding.charset) else { continue }
      return DecodedText(text: String(decoding: utf8, as: UTF8.self), encoding: encoding)
    }
    return nil
  }

  /// Whether half of the letters can be those of another script: opening ten converters costs more than most documents.
  private static func mayBeLegacy(_ bytes: [UInt8]) -> Bool {
    let high = bytes.count { $0 >= 0x80 }
    return high >= 4 && high * 2 >= bytes.count(where: ASCII.isLetter)
  }

  /// Of the characters beyond ASCII, those that are common in running text.
  private static func score(_ utf8: [UInt8], _ statistics: TextStatistics) -> Double {
    var scanner = UTF8Scanner(Array(utf8.prefix(window)))
    var beyond = 0
    var common = 0
    var frequent = 0
    while let scalar = scanner.next() {
      guard scalar >= 0x80 else { continue }
      beyond += 1
      switch scalar {
      case 0x3B1...0x3CE, 0x430...0x45F, 0xAC00...0xD7A3, 0x3040...0x30FF, 0x3000...0x3002, 0xFF0C, 0x4E00...0x9FFF:
        common += 1
      default: break
      }
      if frequentIdeographs.contains(scalar) { frequent += 1 }
    }
    guard beyond > 0 else { return 0 }
    let share = Double(common) / Double(beyond)
    // Wrongly decoded, ideographs are rare ones.
    let ideographs = statistics.scripts[Int(Script.han.rawValue)]
    let isChinese = statistics.scripts[Int(Script.kana.rawValue)] == 0 && ideographs > 0
    return isChinese ? share * min(1, 20 * Double(frequent) / Double(ideographs)) : share
  }

  private static let frequentIdeographs: Set<UInt32> = Set(
    "的一是不了在人有我他这個这们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着下自之年".unicodeScalars.map(\.value))
}
