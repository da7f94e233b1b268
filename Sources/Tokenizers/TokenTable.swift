/// Byte strings to ids: open addressing over one flat buffer. Swift strings would compare by canonical equivalence; tokens compare by bytes.
struct TokenTable: Sendable {
  private var slots: [Int32]
  private var offsets: [Int] = [0]
  private var bytes: [UInt8] = []

  /// Room for `capacity` strings, numbered in the order in which they are added.
  init(capacity: Int) {
    let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
    slots = [Int32](repeating: -1, count: 1 << bits)
    offsets.reserveCapacity(capacity + 1)
  }

  var count: Int { offsets.count - 1 }

  /// The bytes of string number `id`.
  subscript(id: Int) -> ArraySlice<UInt8> { bytes[offsets[id]..<offsets[id + 1]] }

  /// Adds the next string; where the same one is there already, it still gets its number, and its elder's number comes back.
  /// One that is not `findable` has a number, and no look-up leads to it.
  mutating func add(_ text: some Collection<UInt8>, findable: Bool = true) -> Int32? {
    let id = Int32(count)
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    guard findable else { return nil }
    let (slot, found) = find(bytes.span.extracting(offsets[Int(id)]...))
    if let found { return found }
    slots[slot] = id
    return nil
  }

  /// The number of `text`, if it is one of the strings.
  func id(of text: Span<UInt8>) -> Int32? { find(text).found }

  private func find(_ text: Span<UInt8>) -> (slot: Int, found: Int32?) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in text.indices { hash = (hash ^ UInt64(text[i])) &* 0x100_0000_01B3 }
    var slot = Int(truncatingIfNeeded: hash ^ hash &>> 32) & (slots.count - 1)
    while slots[slot] >= 0 {
      let id = Int(slots[slot])
      if offsets[id + 1] - offsets[id] == text.count {
        let start = offsets[id]
        var i = 0
        while i < text.count, bytes[start + i] == text[i] { i += 1 }
        if i == text.count { return (slot, Int32(id)) }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, nil)
  }
}
