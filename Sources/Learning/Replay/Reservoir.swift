import Tensors

/// A uniform sample of all that was ever offered, under a token budget: each offer has a random key, the largest stay.
///
/// What stays does not depend on the order or the grouping of the offers.
package struct Reservoir: Codable, Hashable, Sendable {
  package struct Entry: Codable, Hashable, Sendable {
    package let id: Int64
    package let tokens: Int
    package let key: UInt64
  }

  package let seed: UInt64
  /// Most tokens that stay.
  package let budget: Int
  /// Largest key first.
  package private(set) var entries: [Entry] = []
  /// The largest key that had to leave: nothing at or below it may stay, or short samples would crowd out long ones.
  private var threshold: UInt64?

  package init(seed: UInt64, budget: Int) {
    self.seed = seed
    self.budget = budget
  }

  package var tokens: Int { entries.reduce(0) { $0 + $1.tokens } }

  /// A sample's key: the same whenever it is asked for.
  package static func key(id: Int64, seed: UInt64) -> UInt64 {
    var state = seed ^ UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15
    return SeededGenerator.splitMix(&state)
  }

  /// Offers a sample.
  /// - Returns: the ids that leave, the offered one among them where it does not get in.
  @discardableResult
  package mutating func offer(id: Int64, tokens: Int) -> [Int64] {
    let entry = Entry(id: id, tokens: tokens, key: Self.key(id: id, seed: seed))
    if let threshold, entry.key <= threshold { return [id] }
    let place = entries.firstIndex { $0.key < entry.key } ?? entries.endIndex
    entries.insert(entry, at: place)
    var kept = 0
    var total = 0
    while kept < entries.count, total + entries[kept].tokens <= budget {
      total += entries[kept].tokens
      kept += 1
    }
    let leaving = entries[kept...].map { $0 }
    if let first = leaving.first { threshold = max(threshold ?? 0, first.key) }
    entries.removeSubrange(kept...)
    return leaving.map(\.id)
  }
}
