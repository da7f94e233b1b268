/// A parsed JSON value; an object's members keep their order and the last of equal keys counts.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number as written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// A string, number or truth value as a label is written.
  var scalarText: String? {
    switch self {
    case .string(let value), .number(let value): value
    case .bool(let value): value ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
