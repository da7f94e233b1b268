import Platform

/// Bytes → text: by byte order mark, by declaration, then as strict UTF-8, then by statistics; what is no text is
/// refused by name.
enum TextDecoding {
  /// Stands for a line that was no UTF-8: the noncharacter U+FDD0, which no text holds.
  static let damagedLine = String(decoding: [0xEF, 0xB7, 0x90], as: UTF8.self)

  /// - Parameter keepsDamagedLines: reads damaged UTF-8 with `damagedLine` in place of its bad lines, for formats that
  ///   report them one by one.
  /// - Parameter declares: where the document's format lets it name its encoding.
  /// - Throws: `Rejected` with `empty`, `compressed`, `binary`, `encoding.damaged_utf8` or `encoding.unknown`.
  static func decode(_ bytes: [UInt8], keepsDamagedLines: Bool = false, declares: EncodingDeclaration = .nowhere)
    throws(Rejected) -> DecodedText
  {
    var decoded = try read(bytes, keepsDamagedLines: keepsDamagedLines, declares: declares)
    if decoded.encoding == .utf8, let text = DoubleEncoding.undone(decoded.text) { decoded.text = text }
    return decoded
  }

  private static func read(
    _ bytes: [UInt8], keepsDamagedLines: Bool, declares: EncodingDeclaration
  ) throws(Rejected) -> DecodedText {
    guard !bytes.isEmpty else { throw Rejected(.empty, detail: "the file has no bytes") }
    if let container = FileSignature.of(bytes) { throw Rejected(container.reason, detail: container.detail) }
    if let marked = try decodeMarked(bytes, keepsDamagedLines: keepsDamagedLines) { return marked }
    let hasZero = bytes.contains(0)
    if !hasZero {
      // Bytes beyond ASCII that are UTF-8 are that, whatever an old declaration says.
      let isASCII = bytes.allSatisfy { $0 < 0x80 }
      if !isASCII, let text = strictUTF8(bytes[...]) { return DecodedText(text: text, encoding: .utf8) }
      if let declared = declares.encoding(of: bytes), let decoded = decode(bytes, as: declared) { return decoded }
      if isASCII { return DecodedText(text: String(decoding: bytes, as: UTF8.self), encoding: .utf8) }
    }
    if let encoding = UTF16Guess.encoding(of: bytes), let text = UTF16Text.decode(bytes[...], encoding) {
      return DecodedText(text: text, encoding: encoding)
    }
    if hasZero { throw Rejected(.binary, detail: "NUL bytes that are no UTF-16") }
    return try decodeUnmarkedBytes(bytes, keepsDamagedLines: keepsDamagedLines)
  }

  /// Strictly, `nil` where the bytes are not in that encoding.
  private static func decode(_ bytes: [UInt8], as encoding: TextEncoding) -> DecodedText? {
    switch encoding {
    case .utf8: return strictUTF8(bytes[...]).map { DecodedText(text: $0, encoding: .utf8) }
    case .latin1, .windows1252:
      let isASCII = bytes.allSatisfy { $0 < 0x80 }
      return DecodedText(text: SingleByteText.decode(bytes, .windows1252), encoding: isASCII ? .utf8 : .windows1252)
    default:
      guard let utf8 = TextConversion.utf8(bytes, from: encoding.charset) else { return nil }
      return strictUTF8(utf8[...]).map { DecodedText(text: $0, encoding: encoding) }
    }
  }

  static func strictUTF8(_ bytes: ArraySlice<UInt8>) -> String? { String(validating: bytes, as: UTF8.self) }

  private static func wholeLines(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { strictUTF8($0) ?? damagedLine }
      .joined(separator: "\n")
  }

  private static func decodeMarked(_ bytes: [UInt8], keepsDamagedLines: Bool) throws(Rejected) -> DecodedText? {
    let found: (encoding: TextEncoding, text: String?)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      let text = bytes.dropFirst(3)
      found = (.utf8, strictUTF8(text) ?? (keepsDamagedLines ? wholeLines(text) : nil))
    } else if bytes.starts(with: [0xFF, 0xFE, 0, 0]) {
      found = (.utf32LittleEndian, UTF32Text.decode(bytes.dropFirst(4), .utf32LittleEndian))
    } else if bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      found = (.utf32BigEndian, UTF32Text.decode(bytes.dropFirst(4), .utf32BigEndian))
    } else if bytes.starts(with: [0xFF, 0xFE]) {
      found = (.utf16LittleEndian, UTF16Text.decode(bytes.dropFirst(2), .utf16LittleEndian))
    } else if bytes.starts(with: [0xFE, 0xFF]) {
      found = (.utf16BigEndian, UTF16Text.decode(bytes.dropFirst(2), .utf16BigEndian))
    } else {
      return nil
    }
    guard let text = found.text else {
      throw Rejected(
        found.encoding == .utf8 ? .damagedUTF8 : .unknownEncoding,
        detail: "a mark says \(found.encoding.rawValue), the bytes are not that; save the file again as UTF-8")
    }
    guard !text.unicodeScalars.contains("\0") else { throw Rejected(.binary, detail: "NUL characters") }
    return DecodedText(text: text, encoding: found.encoding)
  }

  private static func decodeUnmarkedBytes(_ bytes: [UInt8], keepsDamagedLines: Bool) throws(Rejected) -> DecodedText {
    let damage = UTF8Damage.measure(bytes)
    let isMostlyWhole = damage.wholeSequences > 0 && damage.wholeSequences >= 4 * damage.brokenSequences
    if isMostlyWhole, !keepsDamagedLines {
      throw Rejected(
        .damagedUTF8,
        detail: "\(damage.brokenSequences) broken of \(damage.wholeSequences + damage.brokenSequences) sequences, "
          + "the first at byte \(damage.firstBroken); save the file again as UTF-8")
    }
    if !isMostlyWhole, let encoding = SingleByteText.encoding(of: bytes) {
      return DecodedText(text: SingleByteText.decode(bytes, encoding), encoding: encoding)
    }
    if !isMostlyWhole, let legacy = LegacyGuess.decode(bytes) { return legacy }
    if SingleByteText.controlShare(of: bytes) > SingleByteText.largestControlShare {
      throw Rejected(.binary, detail: "control bytes throughout")
    }
    if keepsDamagedLines { return DecodedText(text: wholeLines(bytes[...]), encoding: .utf8) }
    throw Rejected(.unknownEncoding, detail: "neither UTF-8, UTF-16 nor Western text; save the file as UTF-8")
  }
}
