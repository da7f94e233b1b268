/// RFC 8259 over bytes that strangers wrote: bounded depth, errors with their byte offset, nothing after the value but
/// white space.
package struct JSONParser {
  /// Why some bytes are no JSON.
  package struct Failure: Error, Hashable, Sendable {
    package enum Fact: Sendable { case syntax, depth }

    package let fact: Fact
    /// What is wrong, as a clause.
    package let reason: String
    /// Bytes from the start of what was parsed.
    package let offset: Int
  }

  /// What is read though it says two things, or nothing.
  package enum Tolerance: Sendable {
    /// Nothing: doubled keys, halves of surrogate pairs and numbers beyond a double are refused.
    case none
    /// What other programs read too: all of these. A half of a pair becomes U+FFFD.
    case documents
  }

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private let start: Int
  private let mostDepth: Int
  private let tolerance: Tolerance

  /// Parses one value that fills `range`, by default all bytes.
  /// - Parameter depth: arrays and objects inside one another at most.
  package static func parse(
    _ bytes: [UInt8], range: Range<Int>? = nil, depth: Int = 32, tolerating tolerance: Tolerance = .none
  ) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes, range ?? 0..<bytes.count, depth, tolerance)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == parser.end else { throw parser.failure("something follows the value") }
    return value
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>, _ depth: Int, _ tolerance: Tolerance) {
    self.bytes = bytes
    position = range.lowerBound
    start = range.lowerBound
    end = range.upperBound
    mostDepth = depth
    self.tolerance = tolerance
  }

  private var peek: UInt8? { position < end ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func failure(_ reason: String, _ fact: Failure.Fact = .syntax) -> Failure {
    Failure(fact: fact, reason: reason, offset: position - start)
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    skipSpace()
    guard let byte = peek else { throw failure("a value is expected") }
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
    guard bytes[position..<end].starts(with: expected.utf8) else { throw failure("a value is expected") }
    position += expected.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= mostDepth else { throw failure("it is nested more than \(mostDepth) deep", .depth) }
    position += 1
    var members: [JSONMember] = []
    var keys: Set<String> = []
    skipSpace()
    if peek == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("a key is expected") }
      let key = try string()
      guard tolerance == .documents || keys.insert(key).inserted else {
        throw failure("the key “\(key)” is there twice")
      }
      skipSpace()
      guard peek == UInt8(ascii: ":") else { throw failure("a colon is expected") }
      position += 1
      members.append(JSONMember(key: key, value: try value(depth: depth)))
      skipSpace()
      guard let next = peek else { throw failure("a comma or a closing brace is expected") }
      position += 1
      if next == UInt8(ascii: "}") { return .object(members) }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw failure("a comma or a closing brace is expected")
      }
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= mostDepth else { throw failure("it is nested more than \(mostDepth) deep", .depth) }
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
      guard let next = peek else { throw failure("a comma or a closing bracket is expected") }
      position += 1
      if next == UInt8(ascii: "]") { return .array(elements) }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw failure("a comma or a closing bracket is expected")
      }
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let first = position
    if peek == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole.count > 0, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
      position = first
      throw failure("a value is expected")
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      guard !digits().isEmpty else { throw failure("a digit is expected") }
    }
    if let mark = peek, mark | 0x20 == UInt8(ascii: "e") {
      position += 1
      if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard !digits().isEmpty else { throw failure("a digit is expected") }
    }
    let text = String(decoding: bytes[first..<position], as: UTF8.self)
    if tolerance == .none, Double(text)?.isFinite != true { throw failure("the number \(text) is out of range") }
    return .number(text)
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
        guard let text = String(validating: collected, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return text
      }
      guard byte >= 0x20 else { throw failure("a control character stands in a string") }
      if byte == UInt8(ascii: "\\") {
        collected.append(contentsOf: bytes[runStart..<position])
        position += 1
        collected.append(contentsOf: String(try escape()).utf8)
        runStart = position
      } else {
        position += 1
      }
    }
    throw failure("a string does not end")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let byte = peek else { throw failure("a string does not end") }
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
      throw failure("an unknown escape stands in a string")
    }
  }

  /// `\uXXXX`, with a second one after the first half of a surrogate pair.
  private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
    let unit = try hexUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let mark = position
    if unit < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let trail = try hexUnit()
      if (0xDC00..<0xE000).contains(trail),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (trail - 0xDC00))
      {
        return scalar
      }
      position = mark
    }
    guard tolerance == .documents else { throw failure("half a surrogate pair stands in a string") }
    return "\u{FFFD}"
  }

  private mutating func hexUnit() throws(Failure) -> UInt32 {
    guard position + 4 <= end else { throw failure("four hexadecimal digits are expected") }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = HexDigit.value(bytes[position]) else { throw failure("four hexadecimal digits are expected") }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }
}
