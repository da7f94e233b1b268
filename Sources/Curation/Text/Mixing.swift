/// 64-bit hashing for counting and sketching: quick, seedable, not cryptographic.
enum Mixing {
  static let start: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Takes one more value into a running hash.
  @inline(__always)
  static func step(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ value).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low ^ value &* 0xE703_7ED1_A0B4_28DB
  }

  /// Spreads every bit of `value` over the whole word (SplitMix64's finaliser).
  @inline(__always)
  static func finish(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The hash of `bytes`, under `seed`.
  static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64 = start) -> UInt64 {
    var hash = seed
    var word: UInt64 = 0
    var filled: UInt64 = 0
    for byte in bytes {
      word = word << 8 | UInt64(byte)
      filled += 1
      if filled & 7 == 0 {
        hash = step(hash, word)
        word = 0
      }
    }
    return finish(step(step(hash, word), filled))
  }
}

/// SplitMix64: a short reproducible stream for choices that a key decides.
struct KeyedStream: RandomNumberGenerator {
  private var state: UInt64

  init(key: UInt64) { state = key }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Mixing.finish(state)
  }
}
