/// Joins the tokens of one word, lowest rank first and leftmost among equals, until no pair has a merge.
///
/// Short words look through all pairs for each merge, which costs length² but little; long ones keep the pairs in a heap.
struct WordMerger: Sendable {
  /// Words up to this many tokens take the short way.
  static let shortLimit = 40

  private var ids: [Int32] = []
  private var merges: [Merge] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var heap: [UInt64] = []

  /// Starts a word; its tokens follow one by one.
  mutating func begin() { ids.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func append(_ id: Int32) { ids.append(id) }

  /// Merges what was appended and adds the result to `out`.
  mutating func finish(_ table: borrowing MergeTable, into out: inout [Int32]) {
    if ids.count > Self.shortLimit {
      finishLong(table, into: &out)
    } else {
      finishShort(table, into: &out)
    }
  }

  private mutating func finishShort(_ table: borrowing MergeTable, into out: inout [Int32]) {
    var count = ids.count
    if count > 1 {
      merges.removeAll(keepingCapacity: true)
      for i in 0..<count - 1 { merges.append(table.merge(ids[i], ids[i + 1])) }
    }
    while count > 1 {
      var best = 0
      for i in 1..<count - 1 where merges[i] < merges[best] { best = i }
      let merge = merges[best]
      if merge == .none { break }
      ids[best] = merge.id
      count -= 1
      for i in best + 1..<max(count, best + 1) {
        ids[i] = ids[i + 1]
        merges[i - 1] = merges[i]
      }
      if best > 0 { merges[best - 1] = table.merge(ids[best - 1], ids[best]) }
      if best < count - 1 { merges[best] = table.merge(ids[best], ids[best + 1]) }
    }
    for i in 0..<count { out.append(ids[i]) }
  }

  /// `ids`, `next` and `previous` are a linked list; `merges[i]` joins position i with the next one.
  /// Heap entries are rank and position; one is stale when `merges` at its position no longer has that rank.
  private mutating func finishLong(_ table: borrowing MergeTable, into out: inout [Int32]) {
    let count = ids.count
    merges.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    heap.removeAll(keepingCapacity: true)
    for i in 0..<count {
      next.append(Int32(i + 1))
      previous.append(Int32(i - 1))
      merges.append(.none)
    }
    for i in 0..<count - 1 { offer(i, table.merge(ids[i], ids[i + 1])) }
    while let top = popLowest() {
      let i = Int(top & 0xFFFF_FFFF)
      let merge = merges[i]
      guard merge != .none, merge.rank == UInt32(truncatingIfNeeded: top &>> 32) else { continue }
      let gone = Int(next[i])
      let after = Int(next[gone])
      ids[i] = merge.id
      merges[gone] = .none
      next[i] = Int32(after)
      if after < count { previous[after] = Int32(i) }
      offer(i, after < count ? table.merge(ids[i], ids[after]) : .none)
      let before = Int(previous[i])
      if before >= 0 { offer(before, table.merge(ids[before], ids[i])) }
    }
    var i = 0
    while i < count {
      out.append(ids[i])
      i = Int(next[i])
    }
  }

  private mutating func offer(_ position: Int, _ merge: Merge) {
    merges[position] = merge
    guard merge != .none else { return }
    heap.append(UInt64(merge.rank) << 32 | UInt64(position))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func popLowest() -> UInt64? {
    guard let lowest = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return lowest }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return lowest
  }
}
