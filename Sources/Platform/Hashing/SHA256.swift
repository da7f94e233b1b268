import Foundation

/// SHA-256 (FIPS 180-4), a stream at a time.
package struct SHA256: Sendable {
  /// Of a digest.
  package static let byteCount = 32
  static let blockSize = 64

  private var state: SHA256State = .initial
  /// Fewer than 64 bytes that wait for the rest of their block.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  package init() {
    pending.reserveCapacity(SHA256.blockSize)
  }

  package mutating func update(_ bytes: some ContiguousBytes) {
    unsafe bytes.withUnsafeBytes { unsafe absorb($0) }
  }

  package mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe absorb($0) }
  }

  /// The digest of everything so far; more can follow.
  package func finalized() -> Digest {
    var tail = self
    let bits = length &* 8
    // A one bit, zeros up to 56 bytes of a block, the length in bits as a big-endian number (§5.1.1).
    let zeros = (SHA256.blockSize + 55 - pending.count) % SHA256.blockSize
    var padding: [UInt8] = [0x80]
    padding.append(contentsOf: repeatElement(0, count: zeros))
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    tail.update(padding)
    return Digest(words: tail.state.words)
  }

  private mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    length &+= UInt64(bytes.count)
    var offset = 0
    if !pending.isEmpty {
      offset = min(SHA256.blockSize - pending.count, bytes.count)
      unsafe pending.append(contentsOf: bytes[..<offset])
      guard pending.count == SHA256.blockSize else { return }
      unsafe pending.withUnsafeBytes { block in
        if let start = block.baseAddress { unsafe state.compress(start, blocks: 1) }
      }
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - offset) / SHA256.blockSize
    unsafe state.compress(base + offset, blocks: blocks)
    unsafe pending.append(contentsOf: bytes.dropFirst(offset + blocks * SHA256.blockSize))
  }
}
