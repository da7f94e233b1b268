/// Which documents share a band with a new one, in memory.
///
/// An open-addressing table maps a band's key to its newest entry, and entries of one key are chained: entry e
/// belongs to the document in slot e / 14. Some 200 bytes a document.
package struct NearDuplicateIndex: Sendable {
  private var documents: [Int] = []
  private var slots: [Int: Int] = [:]
  /// Entry → the next older one of the same key, plus 1; 0 ends a chain.
  private var older: [UInt32] = []
  private var keys: [UInt32]
  /// Newest entry plus 1; 0 is a free cell.
  private var heads: [UInt32]
  private var used = 0

  /// Entries of one key looked at: text that thousands of documents share is boilerplate, and bounds the work.
  private static let mostOfOneKey = 256
  private static let gone = Int.min

  package init() {
    keys = [UInt32](repeating: 0, count: 1 << 10)
    heads = [UInt32](repeating: 0, count: 1 << 10)
  }

  /// Documents in it.
  package var count: Int { slots.count }

  /// Adds a document; one that is there already is replaced.
  package mutating func insert(_ document: Int, _ signature: MinHashSignature) {
    remove(document)
    let slot = documents.count
    documents.append(document)
    slots[document] = slot
    for (band, key) in signature.bandKeys.enumerated() {
      if used * 10 >= heads.count * 7 { grow() }
      let cell = cell(of: key)
      if heads[cell] == 0 {
        keys[cell] = Self.mark(key)
        used += 1
      }
      older.append(heads[cell])
      heads[cell] = UInt32(slot * MinHashSignature.bands + band + 1)
    }
  }

  /// Takes a document out; its entries are passed over from now on.
  package mutating func remove(_ document: Int) {
    guard let slot = slots.removeValue(forKey: document) else { return }
    documents[slot] = Self.gone
  }

  /// Documents that share at least one band with `signature`, ascending.
  package func candidates(_ signature: MinHashSignature) -> [Int] {
    var found: Set<Int> = []
    for key in signature.bandKeys {
      var entry = heads[cell(of: key)]
      var looked = 0
      while entry != 0, looked < Self.mostOfOneKey {
        let document = documents[Int(entry - 1) / MinHashSignature.bands]
        if document != Self.gone { found.insert(document) }
        looked += 1
        entry = older[Int(entry - 1)]
      }
    }
    return found.sorted()
  }

  /// The cell that holds `key`, or the free one where it belongs. Keys are told apart by 32 bits: in an index of a
  /// million documents one look-up in twenty meets one document too many, which confirmation drops.
  private func cell(of key: UInt64) -> Int { Self.cell(of: Self.mark(key), keys, heads) }

  private static func mark(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> 32) }

  private static func cell(of mark: UInt32, _ keys: [UInt32], _ heads: [UInt32]) -> Int {
    var cell = Int(mark) & (heads.count - 1)
    while heads[cell] != 0, keys[cell] != mark { cell = (cell + 1) & (heads.count - 1) }
    return cell
  }

  private mutating func grow() {
    var largerKeys = [UInt32](repeating: 0, count: keys.count * 2)
    var largerHeads = [UInt32](repeating: 0, count: heads.count * 2)
    for index in heads.indices where heads[index] != 0 {
      let cell = Self.cell(of: keys[index], largerKeys, largerHeads)
      largerKeys[cell] = keys[index]
      largerHeads[cell] = heads[index]
    }
    keys = largerKeys
    heads = largerHeads
  }
}
