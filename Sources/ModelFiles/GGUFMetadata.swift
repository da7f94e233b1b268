/// A GGUF file's keys and values in the file's order.
package struct GGUFMetadata: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: GGUFValue
  }

  /// The file, for error messages.
  package let file: String
  package private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  package init(file: String) { self.file = file }

  package subscript(_ key: String) -> GGUFValue? { places[key].map { entries[$0].value } }

  /// Sets `key`, at the end where it is new.
  package mutating func set(_ key: String, _ value: GGUFValue) {
    if let place = places[key] {
      entries[place].value = value
    } else {
      places[key] = entries.count
      entries.append(Entry(key: key, value: value))
    }
  }

  // The accessors with `IfPresent` give `nil` where the key is missing; all throw where it has another type.

  package func string(_ key: String) throws(GGUFError) -> String { try present(key, stringIfPresent(key)) }
  package func integer(_ key: String) throws(GGUFError) -> Int { try present(key, integerIfPresent(key)) }
  package func float(_ key: String) throws(GGUFError) -> Float { try present(key, floatIfPresent(key)) }
  package func strings(_ key: String) throws(GGUFError) -> [String] { try present(key, stringsIfPresent(key)) }
  package func integers(_ key: String) throws(GGUFError) -> [Int32] { try present(key, integersIfPresent(key)) }

  package func stringIfPresent(_ key: String) throws(GGUFError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else { throw wrongType(key, "a string") }
    return text
  }

  package func boolIfPresent(_ key: String) throws(GGUFError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .bool(let flag) = value else { throw wrongType(key, "a truth value") }
    return flag
  }

  /// Any integer type that fits in `Int`.
  package func integerIfPresent(_ key: String) throws(GGUFError) -> Int? {
    guard let value = self[key] else { return nil }
    guard let number = value.integer else { throw wrongType(key, "an integer") }
    return number
  }

  /// A 32- or 64-bit float.
  package func floatIfPresent(_ key: String) throws(GGUFError) -> Float? {
    guard let value = self[key] else { return nil }
    if case .float32(let number) = value { return number }
    if case .float64(let number) = value { return Float(number) }
    throw wrongType(key, "a floating-point number")
  }

  package func stringsIfPresent(_ key: String) throws(GGUFError) -> [String]? {
    guard let value = self[key] else { return nil }
    guard case .array(.string(let texts)) = value else { throw wrongType(key, "an array of strings") }
    return texts
  }

  /// An array of any integer type whose elements fit in 32 bits.
  package func integersIfPresent(_ key: String) throws(GGUFError) -> [Int32]? {
    guard let value = self[key] else { return nil }
    guard case .array(let array) = value, let numbers = array.int32s else {
      throw wrongType(key, "an array of 32-bit integers")
    }
    return numbers
  }

  private func present<Value>(_ key: String, _ value: Value?) throws(GGUFError) -> Value {
    guard let value else { throw GGUFError(file, .missingKey(key)) }
    return value
  }

  private func wrongType(_ key: String, _ expected: String) -> GGUFError {
    GGUFError(file, .wrongKeyType(key: key, expected: expected))
  }
}
