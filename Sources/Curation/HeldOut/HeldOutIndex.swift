/// The shingles of held-out pieces: finds new text that repeats one, so that it is kept out of training.
package struct HeldOutIndex: Sendable {
  /// A held-out piece that a text repeats.
  package struct Overlap: Codable, Hashable, Sendable {
    package var piece: Int
    /// The share of the piece's shingles that the text has.
    package var containment: Double
  }

  /// The share of a piece's own shingles from which on a text repeats it: a near-duplicate at Jaccard 0.8 has 0.89 of
  /// them.
  package static let limit = 0.7
  /// Shingles of more pieces are a form's words ("choose one of the options"), not a piece's own.
  private static let mostPieces = 8
  /// Fewer shingles of its own tell no piece from others: then all its shingles count.
  private static let fewestOwn = 8

  /// Nearly every shingle is of one piece: those that are of more have the others in `further`.
  private var owner: [UInt64: Int] = [:]
  private var further: [UInt64: [Int]] = [:]
  private var pieces: [Int: ShingleSet] = [:]

  package init() {}

  package var count: Int { pieces.count }

  /// Adds a piece; one that is there already is replaced.
  package mutating func insert(_ piece: Int, text: String) {
    remove(piece)
    let shingles = ShingleSet(partOf: text)
    guard !shingles.hashes.isEmpty else { return }
    pieces[piece] = shingles
    for hash in shingles.hashes {
      if owner[hash] == nil { owner[hash] = piece } else { further[hash, default: []].append(piece) }
    }
  }

  package mutating func remove(_ piece: Int) {
    guard let shingles = pieces.removeValue(forKey: piece) else { return }
    for hash in shingles.hashes {
      if owner[hash] == piece {
        owner[hash] = further[hash]?.popLast()
      } else {
        further[hash]?.removeAll { $0 == piece }
      }
      if further[hash]?.isEmpty == true { further[hash] = nil }
    }
  }

  private func ownerCount(_ hash: UInt64) -> Int { owner[hash] == nil ? 0 : 1 + (further[hash]?.count ?? 0) }

  /// The piece that `text` repeats most, `nil` where it repeats none.
  ///
  /// - Parameter ignoring: pieces that leave with the document that this text supersedes.
  package func overlap(with text: String, ignoring: Set<Int> = []) -> Overlap? {
    guard !pieces.isEmpty else { return nil }
    let folded = FoldedText(text)
    let shingles = ShingleSet(folded, unit: folded.isMostlyIdeographs ? .letters : .words)
    var shared: [Int: Int] = [:]
    var sharedWithForms: [Int: Int] = [:]
    for hash in shingles.hashes {
      guard let first = owner[hash] else { continue }
      let others = further[hash] ?? []
      let isOwn = others.count < Self.mostPieces
      // A hash of very many pieces is passed over whole: it decides nothing and would cost the most.
      guard isOwn || others.count < 64 else { continue }
      for piece in [first] + others where !ignoring.contains(piece) {
        if isOwn { shared[piece, default: 0] += 1 }
        sharedWithForms[piece, default: 0] += 1
      }
    }
    let found = sharedWithForms.keys.map { piece in
      Overlap(piece: piece, containment: containment(piece, own: shared[piece] ?? 0, all: sharedWithForms[piece] ?? 0))
    }
    return found.filter { $0.containment >= Self.limit }
      .max { ($0.containment, -$0.piece) < ($1.containment, -$1.piece) }
  }

  private func containment(_ piece: Int, own: Int, all: Int) -> Double {
    guard let shingles = pieces[piece], all > 0 else { return 0 }
    // Cheap first: not even all shingles together reach the limit.
    guard Double(max(own, all)) >= Self.limit * Double(Self.fewestOwn) || shingles.hashes.count < Self.fewestOwn else {
      return 0
    }
    let ownCount = shingles.hashes.count { ownerCount($0) <= Self.mostPieces }
    if ownCount >= Self.fewestOwn { return Double(own) / Double(ownCount) }
    return Double(all) / Double(shingles.hashes.count)
  }
}
