import Foundation

/// A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 32 of them.
  package let bytes: [UInt8]

  /// `nil` unless there are 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == SHA256.byteCount else { return nil }
    self.bytes = bytes
  }

  /// `nil` unless `hex` is 64 hexadecimal digits, of either case.
  package init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * SHA256.byteCount else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(SHA256.byteCount)
    for pair in 0..<SHA256.byteCount {
      guard let high = Digest.value(digits[2 * pair]), let low = Digest.value(digits[2 * pair + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  init(words: [UInt32]) {
    bytes = words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  package var description: String { hex }

  package static func < (left: Digest, right: Digest) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

  package static func of(_ data: some ContiguousBytes) -> Digest {
    var hash = SHA256()
    hash.update(data)
    return hash.finalized()
  }

  package static func of(_ text: String) -> Digest { of(Array(text.utf8)) }

  /// The digest of a whole file of our own, read a chunk at a time.
  package static func ofFile(
    _ path: some PathConvertible, through fileSystem: some FileSystem = LocalFileSystem()
  ) throws -> Digest {
    let file = try fileSystem.open(path.asPath, for: .read)
    defer { file.close() }
    return try ofRest(of: file, through: fileSystem)
  }

  /// The digest of what follows in an open file.
  package static func ofRest(of file: OpenFile, through fileSystem: some FileSystem) throws -> Digest {
    var hash = SHA256()
    try fileSystem.readChunks(of: file) { chunk in
      hash.update(chunk)
      return true
    }
    return hash.finalized()
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let hex = try container.decode(String.self)
    guard let digest = Digest(hex: hex) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a SHA-256 is 64 hexadecimal digits")
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
