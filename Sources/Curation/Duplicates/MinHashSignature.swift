/// 112 minima of hash permutations over a shingle set (Broder, 1997), in 14 bands of 8 (FineWeb's layout).
///
/// P(two signatures share a band | Jaccard s) = 1 − (1 − s⁸)¹⁴.
package struct MinHashSignature: Hashable, Sendable {
  package static let bands = 14
  package static let rows = 8
  package static let count = bands * rows

  /// Band after band.
  package let values: [UInt32]
  /// Letters and words are never compared with each other.
  package let unit: ShingleSet.Unit

  package init(_ shingles: ShingleSet) {
    unit = shingles.unit
    values = Self.minima(of: shingles.hashes.map { UInt32(truncatingIfNeeded: $0 >> 32) })
  }

  /// A stored signature; `nil` where the number of values is wrong.
  package init?(values: [UInt32], unit: ShingleSet.Unit) {
    guard values.count == Self.count else { return nil }
    self.values = values
    self.unit = unit
  }

  /// The share of equal minima: an estimate of the Jaccard index with a standard error below 0.05.
  package func estimatedJaccard(_ other: MinHashSignature) -> Double {
    guard unit == other.unit else { return 0 }
    let equal = zip(values, other.values).count { $0 == $1 }
    return Double(equal) / Double(Self.count)
  }

  /// One key for each band; equal keys make two texts candidates.
  package var bandKeys: [UInt64] {
    (0..<Self.bands).map { band in
      let start = unit == .words ? Mixing.start : ~Mixing.start
      return Mixing.finish(
        values[(band * Self.rows)..<((band + 1) * Self.rows)].reduce(start ^ UInt64(band)) {
          Mixing.step($0, UInt64($1))
        })
    }
  }

  /// min over shingles x of ((x ⊕ bᵢ) · aᵢ mod 2³²) for the 112 permutations i, a odd: each a bijection of 32-bit
  /// words.
  ///
  /// Fourteen vectors of eight: one band a vector, so that the running minima stay in a register.
  private static func minima(of shingles: [UInt32]) -> [UInt32] {
    var values: [UInt32] = []
    values.reserveCapacity(count)
    for band in 0..<bands {
      let multiplier = multipliers[band]
      let offset = offsets[band]
      var least = SIMD8<UInt32>(repeating: .max)
      for shingle in shingles {
        var mixed = (SIMD8<UInt32>(repeating: shingle) ^ offset) &* multiplier
        mixed ^= mixed &>> 15
        least.replace(with: mixed, where: mixed .< least)
      }
      for lane in 0..<rows { values.append(least[lane]) }
    }
    return values
  }

  private static let multipliers: [SIMD8<UInt32>] = parameters(key: 0x4D69_6E48_6173_6831).map { $0 | 1 }
  private static let offsets: [SIMD8<UInt32>] = parameters(key: 0x4D69_6E48_6173_6832)

  private static func parameters(key: UInt64) -> [SIMD8<UInt32>] {
    var stream = KeyedStream(key: key)
    return (0..<bands).map { _ in
      var vector = SIMD8<UInt32>()
      for lane in 0..<rows { vector[lane] = UInt32(truncatingIfNeeded: stream.next() >> 32) }
      return vector
    }
  }
}
