/// Reads the settings file: JSON (RFC 8259) with `//` and `/* */` comments, and a comma allowed after the last member.
///
/// People write this file, so failures have a line.
struct ConfigParser {
  struct Failure: Error, Hashable, Sendable {
    /// From 1.
    let line: Int
    let reason: String
  }

  static let depthLimit = 16

  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var line = 1

  /// The members of the one object in `text`; an empty text has none.
  static func parse(_ text: String) throws(Failure) -> [ConfigMember] {
    var parser = ConfigParser(text)
    try parser.skipBlank()
    if parser.next == nil { return [] }
    guard parser.next == "{" else { throw parser.failure("the file must hold one object, { … }") }
    let members = try parser.members(depth: 0)
    try parser.skipBlank()
    guard parser.next == nil else { throw parser.failure("something follows the closing brace") }
    return members
  }

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" })
  }

  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private func failure(_ reason: String) -> Failure { Failure(line: line, reason: reason) }

  private mutating func advance() {
    if next == "\n" { line += 1 }
    place += 1
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    advance()
    return true
  }

  private mutating func skipBlank() throws(Failure) {
    while let scalar = next {
      switch scalar {
      case " ", "\t", "\r", "\n": advance()
      case "/": try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(Failure) {
    advance()
    if take("/") {
      while let scalar = next, scalar != "\n" { advance() }
    } else if take("*") {
      let start = line
      while true {
        guard next != nil else { throw Failure(line: start, reason: "a comment does not end") }
        if take("*") {
          if take("/") { return }
        } else {
          advance()
        }
      }
    } else {
      throw failure("a / stands alone; comments begin with // or /*")
    }
  }

  private mutating func value(depth: Int) throws(Failure) -> ConfigValue {
    guard depth < Self.depthLimit else { throw failure("nested more than \(Self.depthLimit) deep") }
    guard let scalar = next else { throw failure("the file ends where a value is expected") }
    switch scalar {
    case "{": return .object(try members(depth: depth + 1))
    case "[": return .list(try elements(depth: depth + 1))
    case "\"": return .text(try string())
    default: return try word()
    }
  }

  private mutating func members(depth: Int) throws(Failure) -> [ConfigMember] {
    advance()
    var members: [ConfigMember] = []
    while true {
      try skipBlank()
      if take("}") { return members }
      guard next == "\"" else { throw failure("a key in quotes is expected") }
      let start = line
      let key = try string()
      guard !members.contains(where: { $0.key == key }) else { throw failure("“\(key)” is there twice") }
      try skipBlank()
      guard take(":") else { throw failure("a colon is expected after “\(key)”") }
      try skipBlank()
      members.append(ConfigMember(key: key, value: try value(depth: depth), line: start))
      try skipBlank()
      guard take(",") || next == "}" else { throw failure("a comma or a closing brace is expected") }
    }
  }

  private mutating func elements(depth: Int) throws(Failure) -> [ConfigValue] {
    advance()
    var values: [ConfigValue] = []
    while true {
      try skipBlank()
      if take("]") { return values }
      values.append(try value(depth: depth))
      try skipBlank()
      guard take(",") || next == "]" else { throw failure("a comma or a closing bracket is expected") }
    }
  }

  /// `true`, `false`, `null` or a number.
  private mutating func word() throws(Failure) -> ConfigValue {
    var text = ""
    while let scalar = next, scalar.properties.isAlphabetic || "+-.0123456789_".unicodeScalars.contains(scalar) {
      text.unicodeScalars.append(scalar)
      advance()
    }
    switch text {
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "null": return .null
    case "": throw failure("a value is expected")
    default:
      guard let first = text.unicodeScalars.first, first == "-" || ("0"..."9").contains(first),
        let number = Double(text), number.isFinite, !text.lowercased().hasPrefix("0x")
      else { throw failure("“\(text)” is no value; text needs quotes") }
      return .number(text)
    }
  }

  private mutating func string() throws(Failure) -> String {
    advance()
    var text = ""
    while let scalar = next {
      if scalar.value < 0x20 { throw failure("a text in quotes does not end on its line") }
      advance()
      switch scalar {
      case "\"": return text
      case "\\": text.unicodeScalars.append(try escape())
      default: text.unicodeScalars.append(scalar)
      }
    }
    throw failure("a text in quotes does not end")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let scalar = next else { throw failure("a text in quotes does not end") }
    advance()
    switch scalar {
    case "\"", "\\", "/": return scalar
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code), take("\\"), take("u") {
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("\\u stands before half a pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("\\u stands before half a pair") }
      return scalar
    default: throw failure("\\\(scalar) is no escape; a backslash is written \\\\")
    }
  }

  private mutating func fourDigits() throws(Failure) -> UInt32 {
    guard place + 4 <= scalars.count, scalars[place..<place + 4].allSatisfy({ Character($0).isHexDigit }),
      let code = UInt32(String(String.UnicodeScalarView(scalars[place..<place + 4])), radix: 16)
    else { throw failure("\\u needs four hexadecimal digits") }
    place += 4
    return code
  }
}
