/// A reproducible random stream: xoshiro256** (Blackman and Vigna, 2018) seeded by SplitMix64.
///
/// The state is `Codable`, so that a checkpoint goes on with the very next number. Not for secrets.
package struct SeededGenerator: RandomNumberGenerator, Codable, Hashable, Sendable {
  private var state: [UInt64]

  package init(seed: UInt64) {
    var mixer = seed
    state = (0..<4).map { _ in Self.splitMix(&mixer) }
  }

  /// A stream of its own for each name, so that one consumer's draws do not move another's.
  package init(seed: UInt64, stream: String) {
    // FNV-1a over the name, folded into the seed.
    let hash = stream.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    self.init(seed: seed ^ hash)
  }

  package mutating func next() -> UInt64 {
    let result = Self.rotate(state[1] &* 5, by: 7) &* 9
    let shifted = state[1] << 17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = Self.rotate(state[3], by: 45)
    return result
  }

  /// One step of SplitMix64 (Steele, Lea and Flood, 2014); also a good hash of a counter.
  package static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func rotate(_ x: UInt64, by count: UInt64) -> UInt64 { (x << count) | (x >> (64 - count)) }
}
