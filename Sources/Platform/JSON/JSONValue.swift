/// A JSON value whose objects keep their order, and numbers their digits.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number as written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// A member of an object, the last of that name; `nil` where it is missing or this is no object.
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  package var integerValue: Int? { if case .number(let text) = self { Int(text) } else { nil } }
  package var arrayValue: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  package var doubleValue: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  /// A string, number or truth value as it is written.
  package var scalarText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  package static func integer(_ number: Int) -> JSONValue { .number("\(number)") }

  /// `null` where it is not finite.
  package static func real(_ number: Double) -> JSONValue { number.isFinite ? .number("\(number)") : .null }
}

/// A key and its value.
package struct JSONMember: Hashable, Sendable {
  package let key: String
  package let value: JSONValue

  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}

extension JSONValue {
  /// On one line without spaces.
  package var compact: String { rendered(depth: nil) }

  /// Indented by two, keys sorted, as Python's `json.dumps(…, indent=2, sort_keys=True)` writes it.
  package var pretty: String { rendered(depth: 0) }

  /// - Parameter depth: of the line that the value starts on; `nil` for a single line in the object's own order.
  private func rendered(depth: Int?) -> String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .array(let values):
      Self.bracketed("[", values.map { $0.rendered(depth: depth.map { $0 + 1 }) }, "]", depth: depth)
    case .object(let members):
      Self.bracketed(
        "{",
        (depth == nil ? members : members.sorted { $0.key < $1.key }).map {
          Self.quoted($0.key) + (depth == nil ? ":" : ": ") + $0.value.rendered(depth: depth.map { $0 + 1 })
        }, "}", depth: depth)
    }
  }

  private static func bracketed(_ open: String, _ items: [String], _ close: String, depth: Int?) -> String {
    guard let depth, !items.isEmpty else { return open + items.joined(separator: ",") + close }
    let inner = "\n" + String(repeating: "  ", count: depth + 1)
    return open + inner + items.joined(separator: "," + inner) + "\n" + String(repeating: "  ", count: depth) + close
  }

  /// A JSON string.
  /// - Parameter isUnsafe: scalars that are written as their numbers, control characters among them.
  static func quoted(
    _ text: String, escaping isUnsafe: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || $0.value == 0x7F }
  ) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where isUnsafe(scalar):
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          let digits = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
