/// A document's number: given once, never again.
package struct DocumentID: RawRepresentable, Hashable, Comparable, Codable, Sendable, SQLConvertible {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

package struct SampleID: RawRepresentable, Hashable, Comparable, Codable, Sendable, SQLConvertible {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A held-out piece's number: given once, never again, since evaluations outlive their pieces.
package struct PieceID: RawRepresentable, Hashable, Comparable, Codable, Sendable, SQLConvertible {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

package struct RequestID: RawRepresentable, Hashable, Comparable, Codable, Sendable, SQLConvertible {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
