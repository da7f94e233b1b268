import Curation
import Foundation

/// What the store keeps of a document for the duplicate search.
///
/// ```
/// 0      1     2                    450         482
/// ├──────┼─────┼────────────────────┼───────────┤
/// │ 1    │unit │ 112 × u32          │content key│   little endian; unit 0 words, 1 letters
/// ```
struct SignatureBlob: Hashable, Sendable {
  static let keyLength = 32
  private static let format: UInt8 = 1
  private static let length = 2 + 4 * MinHashSignature.count + keyLength

  let signature: MinHashSignature
  /// SHA-256 of the curated text.
  let contentKey: [UInt8]

  init(signature: MinHashSignature, contentKey: [UInt8]) {
    self.signature = signature
    self.contentKey = contentKey
  }

  var shortKey: UInt64 { Self.shortKey(contentKey) }

  /// The first eight bytes: what is kept in memory of a content's key.
  static func shortKey(_ contentKey: [UInt8]) -> UInt64 { contentKey.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  /// `nil` for anything but what `data` makes.
  init?(_ data: Data) {
    let bytes = [UInt8](data)
    guard bytes.count == Self.length, bytes[0] == Self.format, bytes[1] < 2 else { return nil }
    let values = (0..<MinHashSignature.count).map { index in
      let place = 2 + 4 * index
      return UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
    }
    guard let signature = MinHashSignature(values: values, unit: bytes[1] == 0 ? .words : .letters) else { return nil }
    self.signature = signature
    contentKey = Array(bytes.suffix(Self.keyLength))
  }

  /// - Precondition: the content key has 32 bytes.
  var data: Data {
    precondition(contentKey.count == Self.keyLength, "a content key of \(contentKey.count) bytes")
    var bytes: [UInt8] = [Self.format, signature.unit == .words ? 0 : 1]
    bytes.reserveCapacity(Self.length)
    for value in signature.values {
      for shift in stride(from: 0 as UInt32, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    return Data(bytes + contentKey)
  }
}
