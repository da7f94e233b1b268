/// What joins two neighbouring tokens: the rank in the high half (lower joins first), the joined token's id in the low half.
struct Merge: Hashable, Comparable, Sendable {
  var bits: UInt64

  static let none = Merge(bits: .max)

  init(bits: UInt64) { self.bits = bits }
  init(rank: Int, id: Int32) { bits = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: id)) }

  var rank: UInt32 { UInt32(truncatingIfNeeded: bits &>> 32) }
  var id: Int32 { Int32(truncatingIfNeeded: bits) }

  @inline(__always) static func < (a: Merge, b: Merge) -> Bool { a.bits < b.bits }
}

/// Pairs of ids to merges: open addressing, linear probing, at most half full.
struct MergeTable: Sendable {
  private struct Slot {
    var pair: UInt64 = .max
    var merge = Merge.none
  }

  private var slots: [Slot]
  private let shift: UInt64

  init(capacity: Int) {
    let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
    slots = [Slot](repeating: Slot(), count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    let mixed = (key ^ key &>> 29) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed &>> shift)
  }

  /// Adds a merge; the first of two for the same pair stays.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    var index = home(key)
    while slots[index].pair != .max {
      if slots[index].pair == key { return }
      index = (index + 1) & (slots.count - 1)
    }
    slots[index] = Slot(pair: key, merge: merge)
  }

  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge {
    let key = Self.key(left, right)
    var index = home(key)
    while true {
      let slot = slots[index]
      if slot.pair == key { return slot.merge }
      if slot.pair == .max { return .none }
      index = (index &+ 1) & (slots.count &- 1)
    }
  }
}
