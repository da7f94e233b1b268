/// RFC 8259, strict, over bytes: bounded depth, errors with their byte offset.
struct JSONParser {
  /// Why some bytes are no JSON.
  struct Failure: Error, Hashable {
    enum Fact: String { case syntax, depth }
    let fact: Fact
    /// Bytes from the start of what was parsed.
    let offset: Int
    let expected: String
  }

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private let start: Int
  private let mostDepth: Int

  /// - Parameter depth: arrays and objects inside one another at most.
  init(_ bytes: [UInt8], range: Range<Int>, depth: Int) {
    self.bytes = bytes
    position = range.lowerBound
    start = range.lowerBound
    end = range.upperBound
    mostDepth = depth
  }

  /// Parses one value that fills the whole range.
  mutating func parse() throws(Failure) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard position == end else { throw failure("the end of the value") }
    return value
  }

  private var peek: UInt8? { position < end ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func failure(_ expected: String, _ fact: Failure.Fact = .syntax) -> Failure {
    Failure(fact: fact, offset: position - start, expected: expected)
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    skipSpace()
    guard let byte = peek else { throw failure("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    let expected = "\(text)"
    guard bytes[position..<end].starts(with: expected.utf8) else { throw failure(expected) }
    position += expected.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= mostDepth else { throw failure("at most \(mostDepth) levels", .depth) }
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if peek == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("a key") }
      let key = try string()
      skipSpace()
      guard peek == UInt8(ascii: ":") else { throw failure("':'") }
      position += 1
      members[key] = try value(depth: depth)
      skipSpace()
      guard let next = peek else { throw failure("',' or '}'") }
      position += 1
      if next == UInt8(ascii: "}") { return .object(members) }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw failure("',' or '}'")
      }
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= mostDepth else { throw failure("at most \(mostDepth) levels", .depth) }
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if peek == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      guard let next = peek else { throw failure("',' or ']'") }
      position += 1
      if next == UInt8(ascii: "]") { return .array(elements) }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw failure("',' or ']'")
      }
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let first = position
    if peek == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole.count > 0, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
      position = first
      throw failure("a value")
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      guard !digits().isEmpty else { throw failure("a digit") }
    }
    if let mark = peek, mark | 0x20 == UInt8(ascii: "e") {
      position += 1
      if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard !digits().isEmpty else { throw failure("a digit") }
    }
    return .number(String(decoding: bytes[first..<position], as: UTF8.self))
  }

  private mutating func digits() -> Range<Int> {
    let first = position
    while position < end, (0x30...0x39).contains(bytes[position]) { position += 1 }
    return first..<position
  }

  private mutating func string() throws(Failure) -> String {
    position += 1
    var collected: [UInt8] = []
    var runStart = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        collected.append(contentsOf: bytes[runStart..<position])
        position += 1
        guard let text = String(validating: collected, as: UTF8.self) else { throw failure("UTF-8 in a string") }
        return text
      }
      guard byte >= 0x20 else { throw failure("no control character in a string") }
      if byte == UInt8(ascii: "\\") {
        collected.append(contentsOf: bytes[runStart..<position])
        position += 1
        collected.append(contentsOf: String(try escape()).utf8)
        runStart = position
      } else {
        position += 1
      }
    }
    throw failure("'\"'")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let byte = peek else { throw failure("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      position -= 1
      throw failure("an escape")
    }
  }

  /// `\uXXXX`, with a second one after a leading surrogate; a surrogate alone reads as U+FFFD.
  private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
    let unit = try hexUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    let mark = position
    position += 2
    let trail = try hexUnit()
    guard (0xDC00..<0xE000).contains(trail) else {
      position = mark
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (trail - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func hexUnit() throws(Failure) -> UInt32 {
    guard position + 4 <= end else { throw failure("four hexadecimal digits") }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = HexDigit.value(bytes[position]) else { throw failure("a hexadecimal digit") }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }
}

/// One hexadecimal digit.
enum HexDigit {
  static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
