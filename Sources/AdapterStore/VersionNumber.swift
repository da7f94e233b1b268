/// A version's number: given once, never again; 0 is the base.
package struct VersionNumber: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: Int

  /// `nil` for a negative number.
  package init?(rawValue: Int) {
    guard rawValue >= 0 else { return nil }
    self.rawValue = rawValue
  }

  private init(unchecked rawValue: Int) { self.rawValue = rawValue }

  package static let base = VersionNumber(unchecked: 0)

  package var next: VersionNumber { VersionNumber(unchecked: rawValue + 1) }

  /// `0007`; longer from 10,000 on.
  package var directoryName: String {
    let digits = String(rawValue)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// `nil` unless `name` is exactly the directory name of some version.
  package init?(directoryName name: String) {
    guard name.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(name)
    else { return nil }
    self.init(unchecked: number)
    guard directoryName == name else { return nil }
  }

  package var description: String { String(rawValue) }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension VersionNumber: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let number = VersionNumber(rawValue: try container.decode(Int.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a version's number is not negative")
    }
    self = number
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
