/// Which documents share a band with a new one, in memory: some 170 bytes a document.
///
/// The document in slot n has the entries from 14 n on, one a band. Keys that are taken for each other bring one
/// candidate too many, which confirmation drops.
package struct NearDuplicateIndex: Sendable {
  /// By slot.
  private var documents: [Int] = []
  private var slots: [Int: UInt32] = [:]
  private var entries = HashChains(most: Self.mostOfOneKey)

  /// Entries of one key looked at: text that thousands of documents share is boilerplate, and bounds the work.
  private static let mostOfOneKey = 256
  private static let gone = Int.min

  package init() {}

  /// Documents in it.
  package var count: Int { slots.count }

  /// Adds a document; one that is there already is replaced.
  package mutating func insert(_ document: Int, _ signature: MinHashSignature) {
    remove(document)
    slots[document] = UInt32(documents.count)
    documents.append(document)
    for key in signature.bandKeys { entries.append(key) }
  }

  /// Takes a document out; its entries are passed over from now on.
  package mutating func remove(_ document: Int) {
    guard let slot = slots.removeValue(forKey: document) else { return }
    documents[Int(slot)] = Self.gone
  }

  /// Documents that share at least one band with `signature`, ascending.
  package func candidates(_ signature: MinHashSignature) -> [Int] {
    var found: Set<Int> = []
    for key in signature.bandKeys {
      entries.forEach(of: key) { entry in
        let document = documents[entry / MinHashSignature.bands]
        if document != Self.gone { found.insert(document) }
      }
    }
    return found.sorted()
  }
}
