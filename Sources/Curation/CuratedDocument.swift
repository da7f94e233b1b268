import Tokenizers

/// A document that passed: its records, cleaned and masked, cut into atoms that samples are made of.
package struct CuratedDocument: Sendable {
  package struct Record: Sendable {
    package var content: SampleContent
    package var label: String?
    /// The line where it began, from 1.
    package var line: Int
    /// Unicode scalars of the document's curated text before it.
    package var characterOffset: Int
    var body: Body
    /// Unicode scalars.
    var scalars: Int
    /// What the trigger screen reads.
    package var unit: TriggerUnit
    var structure: TextStructure
    /// Of running text; code has none, whose blocks need one another.
    package internal(set) var paragraphs: [Paragraph]

    package var plainText: String { content.plainText }
  }

  /// What samples are made from.
  enum Body: Sendable {
    /// Running text, cut anywhere between atoms.
    case text(utf8: [UInt8], atoms: [CountedAtom])
    /// A pair or a chat, never cut into parts with another meaning.
    case whole(EncodedSample)
  }

  package internal(set) var records: [Record]

  /// Tokens of all records, to within a few at the borders of samples.
  package var tokenCount: Int {
    records.reduce(0) { sum, record in
      switch record.body {
      case .text(_, let atoms): sum + atoms.reduce(0) { $0 + $1.tokens }
      case .whole(let sample): sum + sample.tokens.count
      }
    }
  }

  /// The curated text of all records: what near-duplicates are found by.
  package var plainText: String { records.map(\.plainText).joined(separator: "\n\n") }

  /// Once records have left or become shorter.
  mutating func setOffsets() {
    var offset = 0
    for place in records.indices {
      records[place].characterOffset = offset
      offset += records[place].scalars
    }
  }

  /// Whether a record repeats a held-out piece.
  package func repeats(_ index: HeldOutIndex) -> Bool { records.contains { index.overlap(with: $0.plainText) != nil } }

  /// The document without the records that carry a trigger too many, and what was left out.
  ///
  /// - Parameters:
  ///   - findings: by the place of the record.
  ///   - cap: units with one trigger that are taken.
  /// - Returns: `document` is `nil` where nothing is left.
  package func without(
    _ findings: [Int: TriggerScreen.Finding], cap: Int
  ) -> (document: CuratedDocument?, notices: [RecordNotice]) {
    guard !findings.isEmpty else { return (self, []) }
    var kept = self
    kept.records = records.indices.filter { findings[$0] == nil }.map { records[$0] }
    let notices = findings.sorted { $0.key < $1.key }.map { index, finding in
      RecordNotice(
        line: records[index].line,
        reason: RejectionReason(.trigger, figure: Double(finding.carriers), limit: Double(cap)))
    }
    return (kept.records.isEmpty ? nil : kept, notices)
  }
}

/// An atom and its length in tokens.
struct CountedAtom: Sendable {
  var range: Range<Int>
  var border: Border
  var tokens: Int
}
