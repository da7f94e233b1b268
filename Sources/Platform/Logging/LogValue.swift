import Foundation

/// A value of a log line's field, as JSON knows it. Never text of a document.
package enum LogValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([LogValue])
  case object([String: LogValue])

  /// Any encodable value, such as a report, as a field. Times are RFC 3339.
  package init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try JSONDecoder().decode(LogValue.self, from: encoder.encode(value))
  }
}

/// What can be written as a field: `["version": 3, "path": path]`.
package protocol LogConvertible {
  var logValue: LogValue { get }
}

extension LogValue: LogConvertible {
  package var logValue: LogValue { self }
}

extension Bool: LogConvertible {
  package var logValue: LogValue { .bool(self) }
}

extension String: LogConvertible {
  package var logValue: LogValue { .string(self) }
}

extension Double: LogConvertible {
  package var logValue: LogValue { .number(self) }
}

extension Float: LogConvertible {
  /// By its shortest decimal form: 0.1, not 0.10000000149.
  package var logValue: LogValue { .number(Double(description) ?? Double(self)) }
}

extension LogConvertible where Self: BinaryInteger {
  package var logValue: LogValue { .integer(Int64(clamping: self)) }
}

extension Int: LogConvertible {}
extension Int32: LogConvertible {}
extension Int64: LogConvertible {}
extension UInt32: LogConvertible {}
extension UInt64: LogConvertible {}

extension Path: LogConvertible {
  package var logValue: LogValue { .string(description) }
}

extension Digest: LogConvertible {
  package var logValue: LogValue { .string(hex) }
}

extension PlatformError: LogConvertible {
  package var logValue: LogValue { .string(description) }
}

extension Duration: LogConvertible {
  /// Seconds.
  package var logValue: LogValue { .number(Double(components.seconds) + Double(components.attoseconds) * 1e-18) }
}

extension Date: LogConvertible {
  package var logValue: LogValue { .string(RFC3339.string(from: self)) }
}

extension Array: LogConvertible where Element: LogConvertible {
  package var logValue: LogValue { .array(map(\.logValue)) }
}

extension Dictionary: LogConvertible where Key == String, Value: LogConvertible {
  package var logValue: LogValue { .object(mapValues(\.logValue)) }
}

extension Optional: LogConvertible where Wrapped: LogConvertible {
  package var logValue: LogValue { self?.logValue ?? .null }
}

extension LogValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([LogValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: LogValue].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try value.isFinite ? container.encode(value) : container.encodeNil()
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
