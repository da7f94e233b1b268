/// Keeps what repeats a held-out piece out of training.
extension Curator {
  /// A document without the records that repeat a held-out piece, and what was left out. Of running text only the paragraphs
  /// that do are left out, as long as they are the smaller part of it: a clause that two contracts share costs neither.
  ///
  /// - Parameter ignoring: pieces that leave together with the document that this one supersedes.
  /// - Returns: `document` is `nil` where nothing is left.
  package func withoutHeldOut(
    _ document: CuratedDocument, _ index: HeldOutIndex, ignoring: Set<Int> = []
  ) -> (document: CuratedDocument?, notices: [RecordNotice], overlaps: [HeldOutIndex.Overlap]) {
    var kept = document
    kept.records = []
    var notices: [RecordNotice] = []
    var overlaps: [HeldOutIndex.Overlap] = []
    for record in document.records {
      guard let first = index.overlap(with: record.plainText, ignoring: ignoring) else {
        kept.records.append(record)
        continue
      }
      let reason = RejectionReason(.heldOut, figure: first.containment, limit: HeldOutIndex.limit)
      notices.append(RecordNotice(line: record.line, reason: reason))
      var (rest, found): (CuratedDocument.Record?, HeldOutIndex.Overlap?) = (record, first)
      while let part = rest, let overlap = found {
        overlaps.append(overlap)
        rest = without(overlap, in: part, index).flatMap { 2 * $0.scalars >= record.scalars ? $0 : nil }
        found = rest.flatMap { index.overlap(with: $0.plainText, ignoring: ignoring) }
      }
      if let rest { kept.records.append(rest) }
    }
    kept.setOffsets()
    return (kept.records.isEmpty ? nil : kept, notices, overlaps)
  }

  /// A paragraph has so many shingles of a piece by chance.
  private static let mostByChance = 1

  /// - Returns: `nil` where no paragraph repeats the piece, or nothing is left.
  private func without(
    _ overlap: HeldOutIndex.Overlap, in record: CuratedDocument.Record, _ index: HeldOutIndex
  ) -> CuratedDocument.Record? {
    guard case .text(let text) = record.content else { return nil }
    let bytes = Array(text.utf8)
    let repeated = record.paragraphs.filter {
      let paragraph = String(decoding: bytes[$0.bytes], as: UTF8.self)
      return index.shared(paragraph, with: overlap.piece) > Self.mostByChance
    }
    var rest = record
    return !repeated.isEmpty && remove(repeated, from: &rest) ? rest : nil
  }
}
