import Curation
import Daemon
import Platform
import ReplayStore
import Reports

extension ClassifierView {
  /// Of each classifier, what it says of the record that it likes least.
  static func all(of verdict: CurationVerdict) -> [ClassifierView] {
    let judgements = Dictionary(grouping: verdict.findings.flatMap(\.judgements), by: \.name)
    return judgements.keys.sorted().compactMap { name in
      judgements[name]?.max { $0.probability < $1.probability }.map(ClassifierView.init)
    }
  }

  init(_ judgement: ClassifierJudgement) {
    self.init(
      name: judgement.name, probability: judgement.probability, threshold: judgement.threshold,
      start: judgement.passage.start, end: judgement.passage.end,
      phrases: judgement.phrases.map {
        Phrase(text: $0.text, start: $0.span.start, end: $0.span.end, weight: $0.weight)
      })
  }

  /// What the State's classifiers say today of a document whose bytes are kept; none where there is no classifier.
  static func all(of detail: DocumentDetail, in state: StateDirectory, _ call: Call) throws -> [ClassifierView] {
    let settings = try call.settings().settings
    let classifiers = try ClassifierHome(state: state, through: call.fileSystem).screening(settings) {
      try call.loadModel()
    }
    let digest = detail.document.sha256
    let places = [state.original(digest), state.quarantined(digest)]
    guard !classifiers.isEmpty, let place = try places.first(where: { try call.fileSystem.exists($0) }) else {
      return []
    }
    var curation = settings.curation
    curation.reportsFindings = true
    let curator = Curator(settings: curation, tokenizer: nil, template: nil, classifiers: classifiers) {
      Digest.of($0).bytes
    }
    let bytes = try call.fileSystem.contents(of: place, limit: settings.intake.limit)
    let verdict = curator.curate(
      name: detail.names.first?.path ?? digest.hex, bytes: bytes,
      through: DocumentConverter(settings.converters, outputBytes: settings.intake.limit))
    return all(of: verdict)
  }
}
