import Tokenizers

/// Takes a document's records one by one: normalises, masks, filters, encodes, and keeps the figures.
struct RecordJudge {
  private let curator: Curator
  private let removedShare: Double
  private let normalises: Bool
  private var mask = PersonalDataMask()
  private var seen: Set<UInt64> = []
  private var offset = 0
  private var worst: [RejectionReason.Name: Measurement] = [:]
  private var profiles: [Profile: Int] = [:]
  private var refused: (profile: Profile, measurements: [Measurement])?
  private(set) var records: [CuratedDocument.Record] = []
  private(set) var lastStatistics = TextStatistics("")

  /// - Parameters:
  ///   - removedShare: of characters taken out of the whole document before it was read.
  ///   - normalises: whether each field is normalised here instead.
  init(curator: Curator, removedShare: Double, normalises: Bool) {
    self.curator = curator
    self.removedShare = removedShare
    self.normalises = normalises
  }

  /// - Throws: `Rejected` where the record is not to be learned.
  mutating func add(_ record: ReadRecord) throws(Rejected) {
    var content = record.content
    var share = removedShare
    if normalises {
      var removed = 0
      var scalars = 0
      content = try content.mapText { text throws(Rejected) in
        let normalised = TextNormaliser.normalise(text)
        removed += normalised.removed
        scalars += normalised.scalars
        return normalised.text
      }
      share = scalars == 0 ? 0 : Double(removed) / Double(scalars)
    }
    let plain = content.plainText
    lastStatistics = TextStatistics(plain)
    guard lastStatistics.visible > 0 else { throw Rejected(.empty, detail: "only white space") }
    let profile =
      curator.settings.profile
      ?? Profile.choose(content: content, structure: record.structure, statistics: lastStatistics)
    try filter(profile, share)
    guard seen.insert(Mixing.hash(plain.utf8)).inserted else { throw Rejected(.repeatedRecord) }
    if curator.settings.personalData == .mask {
      content = try content.mapText { text throws(Rejected) in mask.mask(text) }
    }
    let body = try body(content, record.structure)
    profiles[profile, default: 0] += 1
    let scalars = content.plainText.unicodeScalars.count
    records.append(
      CuratedDocument.Record(
        content: content, label: record.label, line: record.line, characterOffset: offset, body: body, scalars: scalars)
    )
    offset += scalars
  }

  func report(to verdict: inout CurationVerdict) {
    // The figures are those of what is learned; where nothing is, those of what was refused.
    let shown = records.isEmpty && worst.isEmpty ? refused?.measurements ?? [] : Array(worst.values)
    verdict.measurements = shown.sorted { $0.name.rawValue < $1.name.rawValue }
    verdict.profile =
      profiles.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? refused?.profile
    verdict.masked = mask.counts
  }

  /// Measures the record that `lastStatistics` describes; throws the first rule that it breaks.
  private mutating func filter(_ profile: Profile, _ share: Double) throws(Rejected) {
    let text = FilteredText(statistics: lastStatistics, removedShare: share)
    var measured: [Measurement] = []
    for rule in profile.filters { measured += rule.measure(text) }
    if curator.settings.enforcesFilters, let broken = measured.first(where: { !$0.isWithin }) {
      refused = (profile, measured)
      throw Rejected(broken.reason)
    }
    for measurement in measured where measurement.closeness >= worst[measurement.name]?.closeness ?? -1 {
      worst[measurement.name] = measurement
    }
  }

  private func body(_ content: SampleContent, _ structure: TextStructure) throws(Rejected) -> CuratedDocument.Body {
    switch content {
    case .text(let text):
      let bytes = Array(text.utf8)
      let limit = min(HeldOutPlan.pieceTokens, curator.sequenceLength)
      let atoms = AtomCounter(tokenizer: curator.tokenizer, limit: limit).atoms(bytes, structure: structure)
      guard atoms.reduce(0, { $0 + $1.tokens }) > 1 else {
        throw Rejected(.noSupervisedToken, detail: "a single token predicts nothing")
      }
      return .text(utf8: bytes, atoms: atoms)
    case .completion(let prompt, let completion):
      return .whole(
        try checked(curator.tokenizer.encodeForTraining(prompt: prompt, completion: completion), completion))
    case .chat(let messages):
      return .whole(try checked(try encode(messages), messages.last { $0.role == "assistant" }?.content ?? ""))
    }
  }

  private func encode(_ messages: [ChatMessage]) throws(Rejected) -> EncodedSample {
    guard let template = curator.template else {
      throw Rejected(.template, detail: "the base model has no chat template")
    }
    do {
      return try template.encodeForTraining(messages)
    } catch {
      switch error {
      case .unknownRole(_, let message): throw Rejected(.unknownRole, detail: "message \(message + 1)")
      case .noAssistantMessage: throw Rejected(.noSupervisedToken, detail: "no message by the assistant")
      case .noTemplate, .notChatML, .missingToken: throw Rejected(.template, detail: error.description)
      }
    }
  }

  private func checked(_ sample: EncodedSample, _ answer: String) throws(Rejected) -> EncodedSample {
    guard let first = sample.supervised.firstIndex(of: true), TextStatistics(answer).visible > 0 else {
      throw Rejected(.noSupervisedToken, detail: "the answer is empty")
    }
    guard first < curator.sequenceLength else {
      throw Rejected(
        .promptTooLong, figure: Double(first), limit: Double(curator.sequenceLength - 1),
        detail: "tokens; raise train.sequence or shorten the prompt")
    }
    return sample
  }
}
