import Tensors

/// Changes bytes as fuzzers do: flips, ends, boundary numbers, copies, words of the format.
struct Mutator {
  var rng: SeededGenerator
  let words: [[UInt8]]

  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 31, 32, 64, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFE0, 1 << 40,
  ]

  mutating func pick(_ count: Int) -> Int { count <= 1 ? 0 : Int(rng.next() % UInt64(count)) }

  /// Places near the beginning, where headers are, are taken more often.
  private mutating func place(_ count: Int) -> Int { pick(2) == 0 ? pick(count) : pick(min(count, 1024)) }

  mutating func change(_ bytes: inout [UInt8], other: [UInt8]) {
    for _ in 0...pick(4) {
      guard !bytes.isEmpty else {
        bytes = other
        return
      }
      switch pick(9) {
      case 0: bytes[place(bytes.count)] ^= 1 << UInt8(pick(8))
      case 1: bytes[place(bytes.count)] = UInt8(truncatingIfNeeded: rng.next())
      case 2: bytes.removeLast(pick(bytes.count))
      case 3:
        let number = Self.numbers[pick(Self.numbers.count)]
        let (start, width) = (place(bytes.count), [1, 2, 4, 8][pick(4)])
        for index in 0..<width where start + index < bytes.count {
          bytes[start + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
      case 4: bytes.insert(contentsOf: words[pick(words.count)], at: place(bytes.count))
      case 5:
        let word = words[pick(words.count)]
        let start = place(bytes.count)
        bytes.replaceSubrange(start..<min(bytes.count, start + word.count), with: word)
      case 6:
        let start = place(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + 1 + pick(16)))
      case 7:
        let start = place(bytes.count)
        let copy = Array(bytes[start..<min(bytes.count, start + 1 + pick(64))])
        for _ in 0...pick(3) { bytes.insert(contentsOf: copy, at: place(bytes.count)) }
      default:
        guard !other.isEmpty else { continue }
        let start = pick(other.count)
        bytes = Array(bytes[..<place(bytes.count)]) + other[start...]
      }
    }
  }
}
