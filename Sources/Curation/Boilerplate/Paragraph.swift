/// A paragraph of a running text: what stands between blank lines.
package struct Paragraph: Hashable, Sendable {
  /// Of the text's UTF-8, the blank lines after it included.
  let bytes: Range<Int>
  /// Equal for paragraphs that say the same in the same words; 53 bits, so that JSON has it exactly.
  package let key: UInt64

  /// Shorter ones are headings, labels and greetings, which a text needs.
  static let fewestWords = 8

  /// The paragraphs of `text` that have enough words, in order.
  package static func all(of text: String) -> [Paragraph] {
    let bytes = Array(text.utf8)
    var found: [Paragraph] = []
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, !isBlank(bytes, end) { end = lineEnd(bytes, end) }
      var next = end
      while next < bytes.count, isBlank(bytes, next) { next = lineEnd(bytes, next) }
      if let key = key(bytes[start..<end]) { found.append(Paragraph(bytes: start..<next, key: key)) }
      start = next
    }
    return found
  }

  /// Of the words of a text, whatever stands between them; digits count as they are. `nil` where they are too few.
  static func key(_ bytes: some Sequence<UInt8>, fewest: Int = fewestWords) -> UInt64? {
    var scanner = UTF8Scanner(Array(bytes))
    var (hash, words, isInWord) = (Mixing.start, 0, false)
    while let scalar = scanner.next() {
      let folded = FoldedScalar.of(scalar)
      if folded == FoldedScalar.none { continue }
      if folded == FoldedScalar.space {
        isInWord = false
        continue
      }
      if !isInWord || CharacterClass.of(folded) == .ideograph {
        (words, hash) = (words + 1, Mixing.step(hash, 0x20))
        isInWord = true
      }
      hash = Mixing.step(hash, UInt64(folded == 0x30 ? scalar : folded))
    }
    return words >= fewest ? Mixing.finish(hash) >> 11 : nil
  }

  private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
  }

  private static func isBlank(_ bytes: [UInt8], _ start: Int) -> Bool {
    bytes[start..<lineEnd(bytes, start)].allSatisfy(ASCII.isSpace)
  }
}

extension Curator {
  /// A document without the paragraphs that its domain's other documents have too, and how many were left out of which
  /// record. The original keeps them.
  /// - Returns: `document` is `nil` where nothing is left to learn.
  package func without(
    _ boilerplate: Set<UInt64>, in document: CuratedDocument
  ) -> (document: CuratedDocument?, notices: [RecordNotice]) {
    guard !boilerplate.isEmpty else { return (document, []) }
    var kept = document
    kept.records = []
    var notices: [RecordNotice] = []
    for var record in document.records {
      let dropped = record.paragraphs.filter { boilerplate.contains($0.key) }
      if !dropped.isEmpty {
        let reason = RejectionReason(.boilerplate, figure: Double(dropped.count))
        notices.append(RecordNotice(line: record.line, reason: reason))
        guard remove(dropped, from: &record) else { continue }
      }
      kept.records.append(record)
    }
    kept.setOffsets()
    return (kept.records.isEmpty ? nil : kept, notices)
  }

  /// - Returns: whether anything is left.
  func remove(_ paragraphs: [Paragraph], from record: inout CuratedDocument.Record) -> Bool {
    guard case .text(let text) = record.content, case .text = record.body else { return true }
    let old = Array(text.utf8)
    var bytes: [UInt8] = []
    var copied = 0
    for paragraph in paragraphs {
      bytes += old[copied..<paragraph.bytes.lowerBound]
      copied = paragraph.bytes.upperBound
    }
    bytes += old[copied...]
    guard !bytes.allSatisfy(ASCII.isSpace) else { return false }
    let rest = String(decoding: bytes, as: UTF8.self)
    var atoms: [CountedAtom] = []
    if let tokenizer {
      let limit = min(HeldOutPlan.pieceTokens, sequenceLength)
      atoms = AtomCounter(tokenizer: tokenizer, limit: limit).atoms(bytes, structure: record.structure)
      guard atoms.reduce(0, { $0 + $1.tokens }) > 1 else { return false }
    }
    record.content = .text(rest)
    record.body = .text(utf8: bytes, atoms: atoms)
    record.scalars = rest.unicodeScalars.count
    record.paragraphs = Paragraph.all(of: rest)
    return true
  }
}
