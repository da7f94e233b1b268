/// A strict JSON parser (RFC 8259) for headers and configurations that strangers wrote.
///
/// Refuses doubled keys, invalid UTF-8, nesting deeper than `depthLimit`, and anything after the value but white space.
package struct JSONParser {
  package struct Failure: Error, Hashable, Sendable {
    package let reason: String
    /// Byte offset in the text.
    package let offset: Int
  }

  package static let depthLimit = 32

  private let bytes: [UInt8]
  private var place = 0

  package static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure(reason: "it is not UTF-8", offset: 0) }
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == bytes.count else { throw parser.failure("something follows the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func failure(_ reason: String) -> Failure { Failure(reason: reason, offset: place) }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = Array("\(text)".utf8)
    guard bytes[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard depth < Self.depthLimit else { throw failure("it is nested more than \(Self.depthLimit) deep") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t") where take("true"): return .bool(true)
    case UInt8(ascii: "f") where take("false"): return .bool(false)
    case UInt8(ascii: "n") where take("null"): return .null
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    case .none: throw failure("it ends where a value is expected")
    default: throw failure("a value is expected")
    }
  }

  private mutating func members(depth: Int) throws(Failure) -> [JSONMember] {
    place += 1
    var members: [JSONMember] = []
    var keys: Set<[UInt8]> = []
    skipSpace()
    if take("}") { return [] }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a key is expected") }
      let key = try string()
      guard keys.insert(Array(key.utf8)).inserted else { throw failure("the key “\(key)” is there twice") }
      skipSpace()
      guard take(":") else { throw failure("a colon is expected") }
      members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw failure("a comma or a closing brace is expected") }
    }
  }

  private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
    place += 1
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return [] }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return values }
      guard take(",") else { throw failure("a comma or a closing bracket is expected") }
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = place
    var isInteger = true
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") {
      isInteger = false
      try digits()
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw failure("the number \(text) is out of range") }
    return .number(value)
  }

  private mutating func digits() throws(Failure) {
    let start = place
    while let byte = next, Self.isDigit(byte) { place += 1 }
    guard place > start else { throw failure("a digit is expected") }
  }

  private mutating func string() throws(Failure) -> String {
    place += 1
    var out: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"): out.append(contentsOf: Array(String(Character(try escape())).utf8))
      case 0..<0x20: throw failure("a control character stands in a string")
      default: out.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let byte = next else { throw failure("a string does not end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try fourHexDigits()
      if (0xD800..<0xDC00).contains(code) {
        guard take("\\u") else { throw failure("half a surrogate pair stands in a string") }
        let low = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair stands in a string") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair stands in a string") }
      return scalar
    default: throw failure("an unknown escape stands in a string")
    }
  }

  private mutating func fourHexDigits() throws(Failure) -> UInt32 {
    guard bytes.count - place >= 4, bytes[place..<place + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits are expected") }
    place += 4
    return code
  }
}
