/// A short word's bytes, and their number in the last one: equality of three integers is equality of words.
struct WordKey: Hashable, Sendable {
  static let longest = 23

  private var a: UInt64 = 0
  private var b: UInt64 = 0
  private var c: UInt64 = 0

  /// The key of no word.
  static let empty = WordKey()

  private init() {}

  /// - Precondition: 1 to `longest` bytes.
  @inline(__always)
  init(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) {
    c = UInt64(end &- start) &<< 56
    a = Self.word(text, start, min(end, start &+ 8))
    if end &- start > 8 {
      b = Self.word(text, start &+ 8, min(end, start &+ 16))
      if end &- start > 16 { c |= Self.word(text, start &+ 16, end) }
    }
  }

  @inline(__always)
  private static func word(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var word: UInt64 = 0
    var i = end
    while i > start {
      i &-= 1
      word = word &<< 8 | UInt64(text[i])
    }
    return word
  }

  /// 64 well mixed bits.
  @inline(__always)
  var mixed: UInt64 {
    let first = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: b ^ c &* 0xD6E8_FEB8_6659_FD93 ^ 0xA076_1D64_78BD_642F)
    return (first.high ^ first.low) &* 0xE703_7ED1_A0B4_28DB
  }
}

/// Remembers the ids of short words; two places for each hash, the later word pushes the earlier one out. Of fixed size.
struct WordCache: Sendable {
  /// Words of more ids than this are merged anew each time.
  static let mostIDs = 9
  /// 16,384 words of 64 bytes each.
  private static let setBits: UInt64 = 13

  private struct Entry {
    var key = WordKey.empty
    var count: Int32 = 0
    var ids = InlineArray<9, Int32>(repeating: 0)
  }

  private var entries = [Entry](repeating: Entry(), count: 2 << Int(setBits))

  @inline(__always)
  private static func place(_ key: WordKey) -> Int { Int(truncatingIfNeeded: key.mixed &>> (64 - setBits)) &* 2 }

  /// Appends the ids of the word where they are known; false otherwise.
  @inline(__always)
  func append(_ key: WordKey, to out: inout [Int32]) -> Bool {
    var index = Self.place(key)
    if entries[index].key != key {
      index &+= 1
      if entries[index].key != key { return false }
    }
    let count = Int(entries[index].count)
    out.append(entries[index].ids[0])
    var i = 1
    while i < count {
      out.append(entries[index].ids[i])
      i &+= 1
    }
    return true
  }

  /// Remembers the last `count` ids of `ids` for the word; too many or none are not kept.
  mutating func insert(_ key: WordKey, lastIDs count: Int, of ids: [Int32]) {
    guard count > 0, count <= Self.mostIDs else { return }
    let index = Self.place(key)
    entries[index + 1] = entries[index]
    var entry = Entry(key: key, count: Int32(count))
    for i in 0..<count { entry.ids[i] = ids[ids.count - count + i] }
    entries[index] = entry
  }
}
