/// How often each 64-bit hash came, by open addressing: the filters and the language guess count words a million times.
struct CountTable {
  private var keys: [UInt64]
  private var counts: [UInt32]
  private var mask: Int
  private(set) var distinct = 0

  /// - Parameter capacity: how many distinct keys are expected; more make it grow.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: 0, count: size)
    counts = [UInt32](repeating: 0, count: size)
    mask = size - 1
  }

  /// Counts `key` once more.
  /// - Returns: how often it has come, this time included.
  @inline(__always)
  mutating func add(_ key: UInt64) -> UInt32 {
    var slot = Int(truncatingIfNeeded: Mixing.finish(key)) & mask
    while counts[slot] != 0 {
      if keys[slot] == key {
        counts[slot] &+= 1
        return counts[slot]
      }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    counts[slot] = 1
    distinct += 1
    if distinct * 2 > mask { grow() }
    return 1
  }

  /// How often `key` came.
  func count(_ key: UInt64) -> UInt32 {
    var slot = Int(truncatingIfNeeded: Mixing.finish(key)) & mask
    while counts[slot] != 0 {
      if keys[slot] == key { return counts[slot] }
      slot = (slot + 1) & mask
    }
    return 0
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldCounts = counts
    let size = (mask + 1) * 2
    keys = [UInt64](repeating: 0, count: size)
    counts = [UInt32](repeating: 0, count: size)
    mask = size - 1
    for index in oldCounts.indices where oldCounts[index] != 0 {
      var slot = Int(truncatingIfNeeded: Mixing.finish(oldKeys[index])) & mask
      while counts[slot] != 0 { slot = (slot + 1) & mask }
      keys[slot] = oldKeys[index]
      counts[slot] = oldCounts[index]
    }
  }
}
