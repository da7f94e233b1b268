/// Everything that curation found out about one document.
package struct CurationVerdict: Sendable {
  package enum State: Sendable {
    case accepted(CuratedDocument)
    case rejected(RejectionReason)
  }

  package var state: State
  package var encoding: TextEncoding?
  package var language = Language.undetermined
  package var profile: Profile?
  /// The figure nearest to its limit for each rule that looked; of several records, the worst among those kept.
  package var measurements: [Measurement] = []
  /// Records that were left out, in order, up to the reader's limit.
  package var notices: [RecordNotice] = []
  /// Records that were left out, all of them.
  package var noticeCount = 0
  package var masked: [PersonalDataKind: Int] = [:]
  /// Equal for documents whose normalised text is equal, whatever their bytes were.
  package var contentKey: [UInt8] = []
  package var signature: MinHashSignature?
  /// What `signature` was made of, to confirm candidates by.
  package var shingles: ShingleSet?

  /// What was found in it that too many documents of its source carry.
  package var trigger: TriggerScreen.Trigger?

  /// Paragraphs that were left out because many documents of its domain have them.
  package var boilerplate: Set<UInt64> = []

  /// Each record, taken or not, where `CurationSettings.reportsFindings` asks for it.
  package var findings: [RecordFinding] = []

  package init(state: State) { self.state = state }

  package var document: CuratedDocument? {
    if case .accepted(let document) = state { document } else { nil }
  }

  package var rejection: RejectionReason? {
    if case .rejected(let reason) = state { reason } else { nil }
  }

  /// Figures by rule, as JSON has them.
  package var figures: [String: Double] {
    Dictionary(measurements.map { ($0.name.rawValue, $0.figure) }, uniquingKeysWith: { first, _ in first })
  }

  /// The rule that came nearest to its limit.
  package var closest: Measurement? { measurements.max { $0.closeness < $1.closeness } }

  /// One line for people: `UTF-8, German, profile prose; passed 26 rules; closest to its limit: …`.
  package var summary: String {
    var parts: [String] = []
    if let encoding { parts.append(encoding.rawValue) }
    if language != .undetermined { parts.append(language.name) }
    if let profile { parts.append("profile \(profile.rawValue)") }
    var text = parts.joined(separator: ", ")
    if let rejection { text += (text.isEmpty ? "" : "; ") + "refused: \(rejection)" }
    guard rejection == nil, let closest else { return text }
    text += "; passed \(measurements.count) rules; closest to its limit: "
    return text + RejectionReason(closest.name, figure: closest.figure, limit: closest.limit).description
  }
}
