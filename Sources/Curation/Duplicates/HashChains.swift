/// A multimap from hashes to entries, eight bytes an entry and about two for its bucket: entries are numbered in the
/// order of their coming, and what an entry means is the caller's to say.
///
/// Hashes are told apart by 32 bits: among 14 million entries one look-up in three hundred finds a stranger's.
struct HashChains: Sendable {
  /// Of each entry.
  private var marks: [UInt32] = []
  /// Entry → the next older one in its bucket, plus 1; 0 ends a chain.
  private var older: [UInt32] = []
  /// Newest entry of a bucket, plus 1; 0 where it is empty.
  private var heads = [UInt32](repeating: 0, count: 1 << 8)
  /// Entries of one hash that are kept, the newest: text that thousands share bounds the work.
  private let most: Int

  /// One entry in so many looks whether its hash has too many, for a walk along a chain costs the most of all. A prime,
  /// or of entries that come in turns some would never look.
  private static let trimming = 17
  /// Entries a bucket, about, before there are twice as many buckets.
  private static let load = 3

  init(most: Int) { self.most = most }

  /// Entries so far, those that have been let go of too.
  var count: Int { marks.count }

  /// Adds an entry; its number is the count before it. Now and then the oldest of its hash are let go where there are
  /// more than are kept.
  mutating func append(_ hash: UInt64) {
    if marks.count >= heads.count * Self.load { grow() }
    let mark = Self.mark(hash)
    marks.append(mark)
    older.append(heads[bucket(mark)])
    heads[bucket(mark)] = UInt32(marks.count)
    if marks.count.isMultiple(of: Self.trimming) { trim(mark) }
  }

  /// Calls `body` with the entries of a hash that are kept, the newest first.
  func forEach(of hash: UInt64, _ body: (_ entry: Int) -> Void) {
    let mark = Self.mark(hash)
    var (found, next) = (0, heads[bucket(mark)])
    while next != 0, found < most {
      let entry = Int(next - 1)
      if marks[entry] == mark {
        body(entry)
        found += 1
      }
      next = older[entry]
    }
  }

  private mutating func trim(_ mark: UInt32) {
    var (kept, before) = (0, nil as Int?)
    var next = heads[bucket(mark)]
    while next != 0 {
      let entry = Int(next - 1)
      next = older[entry]
      if marks[entry] == mark { kept += 1 }
      if kept > most, marks[entry] == mark, let before { older[before] = next } else { before = entry }
    }
  }

  /// Chains keep their order, so that what was let go of stays so.
  private mutating func grow() {
    var larger = [UInt32](repeating: 0, count: heads.count * 2)
    var last = larger
    for head in heads {
      var next = head
      while next != 0 {
        let entry = Int(next - 1)
        let bucket = Int(marks[entry]) & (larger.count - 1)
        if last[bucket] == 0 { larger[bucket] = next } else { older[Int(last[bucket] - 1)] = next }
        last[bucket] = next
        (next, older[entry]) = (older[entry], 0)
      }
    }
    heads = larger
  }

  private func bucket(_ mark: UInt32) -> Int { Int(mark) & (heads.count - 1) }

  private static func mark(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }
}
