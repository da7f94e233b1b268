/// The distinct shingles of a text, as sorted 64-bit hashes: what near-duplicates and contamination are measured on.
package struct ShingleSet: Hashable, Sendable {
  /// What one shingle is.
  package enum Unit: String, Codable, Sendable {
    /// Five words.
    case words
    /// Five letters, spaces left out: scripts without spaces, and short texts, where five words are too coarse.
    case letters
  }

  package let unit: Unit
  /// Sorted, each once.
  package let hashes: [UInt64]

  /// Shingles are this long, in their unit.
  package static let length = 5
  /// Hashes of one bucket that insertion still sorts quickly.
  private static let shortBucket = 32
  /// Texts of fewer words are compared by letters.
  package static let fewestWords = 40

  /// The shingles of `text` by the unit that fits it.
  package init(_ text: String) { self.init(FoldedText(text)) }

  /// The shingles of `text` by words, or by letters in scripts without spaces, however short it is: parts of texts
  /// are compared with whole texts this way.
  package init(partOf text: String) {
    let folded = FoldedText(text)
    self.init(folded, unit: folded.isMostlyIdeographs ? .letters : .words)
  }

  package init(_ folded: FoldedText) {
    self.init(folded, unit: folded.isMostlyIdeographs || folded.words.count < Self.fewestWords ? .letters : .words)
  }

  init(_ folded: FoldedText, unit: Unit) {
    self.unit = unit
    hashes = Self.shingles(of: unit == .words ? folded.words : folded.letters())
  }

  /// For tests and stores: hashes that are known already.
  package init(unit: Unit, hashes: some Sequence<UInt64>) {
    self.unit = unit
    self.hashes = Self.sortedDistinct(Array(hashes))
  }

  /// |A ∩ B| / |A ∪ B|; 0 where the units differ or both are empty.
  package func jaccard(_ other: ShingleSet) -> Double {
    guard unit == other.unit else { return 0 }
    let shared = sharedCount(other)
    let union = hashes.count + other.hashes.count - shared
    return union == 0 ? 0 : Double(shared) / Double(union)
  }

  /// |A ∩ B|.
  package func sharedCount(_ other: ShingleSet) -> Int {
    var shared = 0
    var left = 0
    var right = 0
    while left < hashes.count, right < other.hashes.count {
      let a = hashes[left]
      let b = other.hashes[right]
      if a == b { shared += 1 }
      if a <= b { left += 1 }
      if b <= a { right += 1 }
    }
    return shared
  }

  private static func shingles(of items: [UInt64]) -> [UInt64] {
    guard !items.isEmpty else { return [] }
    // A text shorter than one shingle is one shingle.
    let length = min(Self.length, items.count)
    var hashes: [UInt64] = []
    hashes.reserveCapacity(items.count)
    for start in 0...(items.count - length) {
      var hash = Mixing.start
      for item in items[start..<(start + length)] { hash = Mixing.step(hash, item) }
      hashes.append(Mixing.finish(hash))
    }
    return sortedDistinct(hashes)
  }

  private static func sortedDistinct(_ hashes: [UInt64]) -> [UInt64] {
    var distinct: [UInt64] = []
    distinct.reserveCapacity(hashes.count)
    for hash in sorted(hashes) where hash != distinct.last { distinct.append(hash) }
    return distinct
  }

  /// Hashes are spread evenly, so about one falls into each of as many buckets by their leading bits; what is left to
  /// sort lies next to its place.
  private static func sorted(_ hashes: [UInt64]) -> [UInt64] {
    guard hashes.count > 1 else { return hashes }
    let bits = min(16, UInt64.bitWidth - hashes.count.leadingZeroBitCount)
    let shift = UInt64(UInt64.bitWidth - bits)
    var ends = [Int](repeating: 0, count: (1 << bits) + 1)
    for hash in hashes { ends[Int(hash >> shift) + 1] += 1 }
    var most = 0
    for bucket in 1..<ends.count {
      most = max(most, ends[bucket])
      ends[bucket] += ends[bucket - 1]
    }
    var sorted = [UInt64](repeating: 0, count: hashes.count)
    for hash in hashes {
      let bucket = Int(hash >> shift)
      sorted[ends[bucket]] = hash
      ends[bucket] += 1
    }
    // A text that says one thing again and again fills few buckets.
    guard most <= Self.shortBucket else { return hashes.sorted() }
    for index in 1..<sorted.count {
      let hash = sorted[index]
      var place = index
      while place > 0, sorted[place - 1] > hash {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = hash
    }
    return sorted
  }
}
