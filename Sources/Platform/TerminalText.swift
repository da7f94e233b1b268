/// Text from strangers made safe for a terminal, a log line and a journal.
package enum TerminalText {
  /// Control characters, escape sequences, marks of direction and invisible characters as visible escapes, on one line.
  ///
  /// A newline in a file's name could otherwise forge a log line or its priority, an escape sequence could rewrite the
  /// screen, and a mark of direction could make `exe.txt` of `txt.exe`.
  /// - Parameter keepingLines: newlines and tabs stay, for text that may span lines.
  package static func escaped(_ text: String, keepingLines: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: { isUnsafe($0) }) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars { append(scalar, to: &result, keepingLines: keepingLines) }
    return result
  }

  /// The same for bytes that should be UTF-8; what is not shows as `\xNN`.
  package static func escaped(bytes: some Collection<UInt8>) -> String {
    var result = ""
    result.reserveCapacity(bytes.count)
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var consumed = bytes.startIndex
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        consumed = bytes.index(consumed, offsetBy: encoded.count)
        append(UTF8.decode(encoded), to: &result, keepingLines: false)
      case .error(let length):
        for _ in 0..<length {
          result += "\\x" + hexadecimal(UInt32(bytes[consumed]), digits: 2)
          consumed = bytes.index(after: consumed)
        }
      case .emptyInput:
        return result
      }
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String, keepingLines: Bool) {
    guard isUnsafe(scalar) else {
      result.unicodeScalars.append(scalar)
      return
    }
    switch scalar {
    case "\n": result += keepingLines ? "\n" : "\\n"
    case "\t": result += keepingLines ? "\t" : "\\t"
    case "\r": result += "\\r"
    default:
      result +=
        scalar.value < 0x100
        ? "\\x\(hexadecimal(scalar.value, digits: 2))" : "\\u{\(hexadecimal(scalar.value, digits: 4))}"
    }
  }

  /// Whether a scalar can move the cursor, change direction, or hide. Joiners that scripts and emoji need are kept.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E: false
    case 0...0x1F, 0x7F...0x9F: true
    case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F: true
    case 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
    case 0xE0000...0xE007F: true
    default: false
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
