import Foundation

/// JSON as INTERFACE promises it: snake_case keys, RFC 3339 times in UTC, `null` where nothing was measured.
package enum ReportCoding {
  /// One indented object, keys sorted so that two reports can be compared by `diff`; ends in a newline.
  /// - Throws: `EncodingError` for a number that JSON cannot say.
  package static func object(_ value: some Encodable) throws -> Data {
    let encoder = encoder([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// One object on one line, for verbs that print lines; ends in a newline.
  /// - Throws: `EncodingError` for a number that JSON cannot say.
  package static func line(_ value: some Encodable) throws -> Data {
    try encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value) + Data("\n".utf8)
  }

  /// - Throws: `DecodingError` with the path of the field that is missing or of another kind.
  package static func read<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: data)
  }

  private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }
}

/// An optional that is written as `null`, not left out, so that readers can rely on the key.
@propertyWrapper
package struct OrNull<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  package var wrappedValue: Value?

  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue, (wrappedValue as? Double)?.isFinite ?? true {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

/// A measured number. NaN and the infinities, which a diverged candidate can have, are written as `null` and read as NaN.
@propertyWrapper
package struct Figure: Codable, Hashable, Sendable {
  package var wrappedValue: Double

  package init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? .nan : try container.decode(Double.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if wrappedValue.isFinite { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension KeyedDecodingContainer {
  /// A missing key reads as `nil`: reports of older versions lack newer fields.
  package func decode<Value>(_ type: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
    try decodeIfPresent(type, forKey: key) ?? OrNull(wrappedValue: nil)
  }

  func decode(_ type: Figure.Type, forKey key: Key) throws -> Figure {
    try decodeIfPresent(type, forKey: key) ?? Figure(wrappedValue: .nan)
  }
}
