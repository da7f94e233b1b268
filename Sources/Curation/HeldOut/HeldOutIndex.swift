/// The shingles of held-out pieces: finds new text that repeats one, so that it is kept out of training.
///
/// Of a piece all shingles are kept while they are few, and of a longer one those whose hashes are small enough, so that
/// 24 to 47 are left, about (FracMinHash: Irber et al., 2022): some 300 bytes a piece however long it is, for a standard
/// error of the measured share below 0.1.
package struct HeldOutIndex: Sendable {
  /// A held-out piece that a text repeats.
  package struct Overlap: Codable, Hashable, Sendable {
    package var piece: Int
    /// The share of the piece's shingles that the text has; of a long piece's, an estimate.
    package var containment: Double
  }

  private struct Piece {
    var number: Int
    /// Its first entry; the others follow.
    var firstEntry: UInt32
    /// Shingles that are kept of it.
    var kept: UInt16
    /// Of these, how many are a form's words.
    var forms: UInt16 = 0
    var isGone = false
  }

  /// The share of a piece's own shingles from which on a text repeats it: a near-duplicate at Jaccard 0.8 has 0.89 of
  /// them.
  package static let limit = 0.7
  /// Shingles of more pieces are a form's words ("choose one of the options"), not a piece's own.
  private static let mostPieces = 8
  /// Fewer shingles of its own tell no piece from others: then all its shingles count.
  private static let fewestOwn = 8
  /// Of a piece, at least so many shingles are looked for.
  private static let fewestKept: UInt64 = 24
  /// Pieces of one shingle that are looked at.
  private static let mostOfOneShingle = 64

  /// In the order of their entries.
  private var pieces: [Piece] = []
  private var slots: [Int: UInt32] = [:]
  private var entries = HashChains(most: Self.mostOfOneShingle)

  package init() {}

  package var count: Int { slots.count }

  /// Adds a piece; one that is there already is replaced.
  package mutating func insert(_ piece: Int, text: String) {
    remove(piece)
    let all = ShingleSet(partOf: text).hashes
    guard !all.isEmpty else { return }
    // The share that is kept is a power of two, so that pieces of about one length keep the same shingles.
    var share: UInt64 = 1
    while UInt64(all.count) >= 2 * share * Self.fewestKept { share *= 2 }
    let kept = all.filter { $0 % share == 0 }
    slots[piece] = UInt32(pieces.count)
    pieces.append(Piece(number: piece, firstEntry: UInt32(entries.count), kept: UInt16(clamping: kept.count)))
    for hash in kept { add(hash) }
  }

  /// Adds a shingle of the last piece.
  private mutating func add(_ hash: UInt64) {
    entries.append(hash)
    let owners = owners(of: hash)
    // A form's words stay that when pieces leave.
    if owners.count == Self.mostPieces + 1 {
      for slot in owners { pieces[slot].forms += 1 }
    } else if owners.count > Self.mostPieces {
      pieces[pieces.count - 1].forms += 1
    }
  }

  /// Takes a piece out; its entries are passed over from now on.
  package mutating func remove(_ piece: Int) {
    guard let slot = slots.removeValue(forKey: piece) else { return }
    pieces[Int(slot)].isGone = true
  }

  /// Slots of the pieces that have a shingle, those that are gone too.
  private func owners(of hash: UInt64) -> [Int] {
    var owners: [Int] = []
    entries.forEach(of: hash) { owners.append(slot(ofEntry: $0)) }
    return owners
  }

  private func slot(ofEntry entry: Int) -> Int {
    var (low, high) = (0, pieces.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(pieces[middle].firstEntry) <= entry { low = middle } else { high = middle }
    }
    return low
  }

  /// The piece that `text` repeats most, `nil` where it repeats none.
  ///
  /// - Parameter ignoring: pieces that leave with the document that this text supersedes.
  package func overlap(with text: String, ignoring: Set<Int> = []) -> Overlap? {
    guard count > 0 else { return nil }
    let folded = FoldedText(text)
    let shingles = ShingleSet(folded, unit: folded.isMostlyIdeographs ? .letters : .words)
    /// By slot: shingles of its own, and all, that the text has.
    var shared: [Int: (own: Int, all: Int)] = [:]
    for hash in shingles.hashes {
      let owners = owners(of: hash)
      // A shingle of very many pieces is passed over whole: it decides nothing and would cost the most.
      guard owners.count < Self.mostOfOneShingle else { continue }
      let isOwn = owners.count <= Self.mostPieces
      for slot in owners where !pieces[slot].isGone {
        shared[slot, default: (0, 0)].all += 1
        if isOwn { shared[slot, default: (0, 0)].own += 1 }
      }
    }
    let found = shared.compactMap { slot, count -> Overlap? in
      let piece = pieces[slot]
      guard !ignoring.contains(piece.number) else { return nil }
      return Overlap(piece: piece.number, containment: Self.containment(piece, count))
    }
    return found.filter { $0.containment >= Self.limit }
      .max { ($0.containment, -$0.piece) < ($1.containment, -$1.piece) }
  }

  /// How many shingles of a piece a text has, of those that are kept of it.
  func shared(_ text: String, with piece: Int) -> Int {
    guard let slot = slots[piece].map(Int.init) else { return 0 }
    return ShingleSet(partOf: text).hashes.count { owners(of: $0).contains(slot) }
  }

  private static func containment(_ piece: Piece, _ shared: (own: Int, all: Int)) -> Double {
    let own = Int(piece.kept - piece.forms)
    return own >= fewestOwn ? Double(shared.own) / Double(own) : Double(shared.all) / Double(piece.kept)
  }
}
