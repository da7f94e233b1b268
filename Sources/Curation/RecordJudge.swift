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
  private var lastStatistics = TextStatistics("")
  /// Words by language, of the records that were taken and of those that were not.
  private var languages: [Language: Int] = [:]
  private var refusedLanguages: [Language: Int] = [:]
  private var findings: [RecordFinding] = []
  private var readOffset = 0
  private var grams: GramCounter?

  /// - Parameters:
  ///   - removedShare: of characters taken out of the whole document before it was read.
  ///   - normalises: whether each field is normalised here instead.
  init(curator: Curator, removedShare: Double, normalises: Bool) {
    self.curator = curator
    self.removedShare = removedShare
    self.normalises = normalises
  }

  /// The language of most words that are taken; where nothing is, of most that were read.
  var language: Language {
    let counts = languages.isEmpty ? refusedLanguages : languages
    return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .undetermined
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
    let utf8 = Array(plain.utf8)
    lastStatistics = TextStatistics(utf8: utf8)
    let language = LanguageGuess.guess(lastStatistics)
    let profile =
      curator.settings.profile
      ?? Profile.choose(content: content, structure: record.structure, statistics: lastStatistics)
    do {
      let text = FilteredText(
        statistics: lastStatistics, removedShare: share, language: language, utf8: utf8,
        countsPublishedWords: profile == .web)
      try judge(record, content, text, profile)
      languages[language, default: 0] += lastStatistics.wordCount
      find(record, content, plain, language, profile, nil)
    } catch {
      refusedLanguages[language, default: 0] += lastStatistics.wordCount
      find(record, content, plain, language, profile, error.reason)
      throw error
    }
  }

  private mutating func judge(
    _ record: ReadRecord, _ content: SampleContent, _ text: FilteredText, _ profile: Profile
  ) throws(Rejected) {
    guard lastStatistics.visible > 0 else { throw Rejected(.empty, detail: "only white space") }
    try filter(profile, text)
    guard seen.insert(Mixing.hash(text.utf8)).inserted else { throw Rejected(.repeatedRecord) }
    var content = content
    switch curator.settings.personalData {
    case .allow: break
    case .mask: content = try content.mapText { text throws(Rejected) in mask.mask(text) }
    case .reject:
      let found = try content.personalData()
      if let first = found.first {
        throw Rejected(
          .personalData, figure: Double(found.count), limit: 0, detail: "the first is \(first.kind.rawValue)")
      }
    }
    let body = try body(content, record.structure)
    profiles[profile, default: 0] += 1
    let scalars = content.plainText.unicodeScalars.count
    records.append(
      CuratedDocument.Record(
        content: content, label: record.label, line: record.line, characterOffset: offset, body: body, scalars: scalars,
        unit: TriggerUnit(content), structure: record.structure, paragraphs: Self.paragraphs(content, record.structure))
    )
    offset += scalars
  }

  private static func paragraphs(_ content: SampleContent, _ structure: TextStructure) -> [Paragraph] {
    guard structure != .code, case .text(let text) = content else { return [] }
    return Paragraph.all(of: text)
  }

  private mutating func find(
    _ record: ReadRecord, _ content: SampleContent, _ plain: String, _ language: Language, _ profile: Profile,
    _ reason: RejectionReason?
  ) {
    guard curator.settings.reportsFindings else { return }
    let spans = (try? content.personalData()) ?? []
    var offence = reason.flatMap { Offence.find($0.name, in: plain) }
    let judgements = curator.classifiers.compactMap { $0.judge(plain) }.map { Self.without(spans, $0) }
    if reason?.name == .classifier {
      offence = judgements.first { $0.name == reason?.detail }.map { $0.phrases.first?.span ?? $0.passage }
    }
    if reason?.name == .personalData { offence = spans.first.map { TextSpan(start: $0.start, end: $0.end) } }
    findings.append(
      RecordFinding(
        line: record.line, offset: readOffset, text: plain, reason: reason, language: language, profile: profile,
        spans: spans.map {
          PersonalDataSpan(kind: $0.kind, start: $0.start + readOffset, end: $0.end + readOffset)
        },
        offence: offence?.moved(by: readOffset), judgements: judgements.map { $0.moved(by: readOffset) }))
    readOffset += plain.unicodeScalars.count + 2
  }

  /// Phrases are shown as they stand in the text, so personal data is none.
  private static func without(_ spans: [PersonalDataSpan], _ judgement: ClassifierJudgement) -> ClassifierJudgement {
    var judgement = judgement
    judgement.phrases.removeAll { phrase in
      spans.contains { $0.start < phrase.span.end && phrase.span.start < $0.end }
    }
    return judgement
  }

  func report(to verdict: inout CurationVerdict) {
    // The figures are those of what is learned; where nothing is, those of what was refused.
    let shown = records.isEmpty && worst.isEmpty ? refused?.measurements ?? [] : Array(worst.values)
    verdict.measurements = shown.sorted { $0.name.rawValue < $1.name.rawValue }
    verdict.profile =
      profiles.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? refused?.profile
    verdict.masked = mask.counts
    verdict.findings = findings
  }

  /// Measures the record; throws the first rule that it breaks.
  private mutating func filter(_ profile: Profile, _ text: FilteredText) throws(Rejected) {
    var measured: [Measurement] = []
    for rule in profile.filters { measured += rule.measure(text) }
    // A text that a rule refuses anyway is not worth the work.
    let judged = measured.allSatisfy(\.isWithin) ? judgements(of: text) : []
    measured += judged.filter { $0.refuses }.map { $0.measurement }
    if curator.settings.enforcesFilters, let broken = measured.first(where: { !$0.isWithin }) {
      refused = (profile, measured)
      throw Rejected(broken.reason)
    }
    measured += judged.filter { !$0.refuses }.map { $0.measurement }
    for measurement in measured where measurement.closeness >= worst[measurement.name]?.closeness ?? -1 {
      worst[measurement.name] = measurement
    }
  }

  private mutating func judgements(of text: FilteredText) -> [(refuses: Bool, measurement: Measurement)] {
    guard !curator.classifiers.isEmpty else { return [] }
    var counter = grams ?? GramCounter()
    grams = nil
    defer { grams = counter }
    return curator.classifiers.compactMap { classifier in
      classifier.measure(utf8: text.utf8, counter: &counter).map { (classifier.refuses, $0) }
    }
  }

  private func body(_ content: SampleContent, _ structure: TextStructure) throws(Rejected) -> CuratedDocument.Body {
    switch content {
    case .text(let text):
      let bytes = Array(text.utf8)
      guard let tokenizer = curator.tokenizer else { return .text(utf8: bytes, atoms: []) }
      let limit = min(HeldOutPlan.pieceTokens, curator.sequenceLength)
      let atoms = AtomCounter(tokenizer: tokenizer, limit: limit).atoms(bytes, structure: structure)
      guard atoms.reduce(0, { $0 + $1.tokens }) > 1 else {
        throw Rejected(.noSupervisedToken, detail: "a single token predicts nothing")
      }
      return .text(utf8: bytes, atoms: atoms)
    case .completion(let prompt, let completion):
      try checkAnswer(completion)
      guard let tokenizer = curator.tokenizer else { return .text(utf8: [], atoms: []) }
      return .whole(try checked(tokenizer.encodeForTraining(prompt: prompt, completion: completion)))
    case .chat(let messages):
      guard let answer = messages.last(where: { $0.role == "assistant" }) else {
        throw Rejected(.noSupervisedToken, detail: "no message by the assistant")
      }
      try checkAnswer(answer.content)
      guard curator.tokenizer != nil else { return .text(utf8: [], atoms: []) }
      return .whole(try checked(try encode(messages)))
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

  private func checkAnswer(_ answer: String) throws(Rejected) {
    guard answer.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw Rejected(.noSupervisedToken, detail: "the answer is empty")
    }
  }

  private func checked(_ sample: EncodedSample) throws(Rejected) -> EncodedSample {
    guard let first = sample.supervised.firstIndex(of: true) else {
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
