import Curation
import Daemon
import Foundation
import Platform
import Reports
import Tokenizers

/// Screens files one after another; what it remembers of each is what later ones are compared with.
struct Screener {
  private let curator: Curator
  private let converter: DocumentConverter
  private let settings: Settings
  private let fileSystem: any FileSystem
  private var near = NearDuplicateIndex()
  private var paths: [String] = []
  private var texts: [ShingleSet] = []
  private var keys: [[UInt8]: Int] = [:]
  private var digests: [Digest: String] = [:]
  private let meter: PerplexityMeter?
  private var triggers: TriggerScreen
  private var counts: ParagraphCounts

  /// Characters of an offending stretch that are shown.
  private static let shownCharacters = 60

  /// - Parameter tokenizer: `nil` leaves out what is counted in tokens.
  init(
    _ settings: Settings, curation: CurationSettings, classifiers: [ScreeningClassifier] = [], tokenizer: Tokenizer?,
    meter: PerplexityMeter? = nil, through fileSystem: any FileSystem
  ) {
    self.meter = meter
    triggers = TriggerScreen(cap: settings.poisoning.cap)
    counts = ParagraphCounts(most: settings.quality.boilerplate)
    var curation = curation
    curation.reportsFindings = true
    curator = Curator(
      settings: curation, tokenizer: tokenizer, template: tokenizer.flatMap { try? ChatTemplate($0) },
      classifiers: classifiers,
      sequenceLength: settings.train.sequence
    ) { Digest.of($0).bytes }
    converter = DocumentConverter(settings.converters, outputBytes: settings.intake.limit)
    self.settings = settings
    self.fileSystem = fileSystem
  }

  /// The files below a path, in order; a file is itself. What intake ignores is left out.
  /// - Parameter watch: the watched folder, whose own README is no document.
  static func files(_ path: String, watch: String, through fileSystem: any FileSystem) throws -> [Path] {
    guard let status = try fileSystem.statusIfPresent(Path(path), followingLinks: true) else {
      throw VerbError("\(path): there is no such file or folder. Check the name.")
    }
    guard status.kind == .directory || status.kind == .regular else {
      throw VerbError("\(path): is a \(status.kind.words). Name a file or a folder.")
    }
    guard status.kind == .directory else { return [Path(path)] }
    let isWatched = try fileSystem.statusIfPresent(Path(watch), followingLinks: true)?.identity == status.identity
    var found: [Path] = []
    try DirectoryWalk.walk(
      Path(path), through: fileSystem, skipping: { IgnoredNames.isIgnored(folder: $0) }
    ) { item in
      if case .entry(let entry, .regular) = item, !IgnoredNames.isIgnored(entry, isWatched: isWatched) {
        found.append(entry)
      }
    }
    let root = Path(path.hasSuffix("/") ? String(path.dropLast()) : path)
    return found.sorted().map { root.appending($0) }
  }

  /// - Returns: the file's row, and the earlier file that it would replace.
  mutating func screen(_ file: Path) throws -> (document: ScreenedDocument, replaced: String?) {
    let (path, limit) = (file.string ?? file.description, settings.intake.limit)
    let status = try fileSystem.status(of: file, followingLinks: true)
    guard status.size <= Int64(limit) else {
      let reason = RejectionReason(
        .tooLarge, figure: Double(status.size), limit: Double(limit), detail: "bytes; split it")
      return (row(path, CurationVerdict(state: .rejected(reason)), bytes: Int(status.size)), nil)
    }
    let bytes = try fileSystem.contents(of: file, limit: limit)
    let digest = Digest.of(bytes)
    let verdict = curator.curate(name: path, bytes: bytes, through: converter)
    var document = row(path, verdict, bytes: bytes.count)
    if let first = digests[digest] {
      document.state = "duplicate"
      document.reason = "the same bytes as \(first)"
      return (document, nil)
    }
    digests[digest] = path
    document.perplexity = verdict.document.flatMap { meter?.nats($0.plainText) }
    guard case .accepted = verdict.state, let signature = verdict.signature, let shingles = verdict.shingles else {
      return (document, nil)
    }
    if let same = keys[verdict.contentKey] {
      document.state = "duplicate"
      document.reason = "says what \(paths[same]) says"
      document.like = .init(path: paths[same], jaccard: 1)
      return (document, nil)
    }
    let nearest = near.candidates(signature).map { ($0, shingles.jaccard(texts[$0])) }
      .filter { $0.1 >= settings.dedup.similarity }.max { $0.1 < $1.1 }
    if let nearest {
      document.like = .init(path: paths[nearest.0], jaccard: nearest.1)
      if settings.dedup.onNear == .drop {
        document.state = "duplicate"
        document.reason = "nearly says what \(paths[nearest.0]) says"
        return (document, nil)
      }
    }
    guard withoutWhatIsShared(path, verdict, &document) else { return (document, nil) }
    if let nearest { near.remove(nearest.0) }
    let number = paths.count
    paths.append(path)
    texts.append(shingles)
    near.insert(number, signature)
    keys[verdict.contentKey] = number
    return (document, nearest.map { paths[$0.0] })
  }

  /// Says what carries a trigger too many, and which paragraphs many files of the folder have.
  /// - Returns: whether anything is left.
  private mutating func withoutWhatIsShared(
    _ path: String, _ verdict: CurationVerdict, _ document: inout ScreenedDocument
  ) -> Bool {
    guard var curated = verdict.document else { return true }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    var notices: [RecordNotice] = []
    if let cap = settings.poisoning.cap {
      let clean = curated.without(triggers.screen(curated.records.map(\.unit), from: folder), cap: cap)
      guard let kept = clean.document else { return refuse(&document, clean.notices) }
      (curated, notices) = (kept, clean.notices)
    }
    let keys = curated.records.flatMap { $0.paragraphs.map(\.key) }
    let boilerplate = counts.boilerplate(among: keys, in: folder)
    counts.add(keys, in: folder)
    let lean = curator.without(boilerplate, in: curated)
    guard let kept = lean.document else { return refuse(&document, lean.notices) }
    document.records = kept.records.count
    document.leftOut += (notices + lean.notices).map { .init(line: $0.line, reason: $0.reason.description) }
    return true
  }

  private func refuse(_ document: inout ScreenedDocument, _ notices: [RecordNotice]) -> Bool {
    document.state = "quarantined"
    document.reason = notices.first?.reason.description
    return false
  }

  private func row(_ path: String, _ verdict: CurationVerdict, bytes: Int) -> ScreenedDocument {
    let reason = verdict.rejection
    let spans = verdict.findings.flatMap(\.spans).map {
      ScreenedDocument.Span(kind: $0.kind.rawValue, start: $0.start, end: $0.end)
    }
    let offence = verdict.findings.first { $0.offence != nil && $0.reason?.name == reason?.name }
    var document = ScreenedDocument(
      path: path, state: reason == nil ? "waiting" : "quarantined", reason: reason?.description,
      language: verdict.language.rawValue, profile: verdict.profile?.rawValue, figures: verdict.figures, spans: spans,
      encoding: verdict.encoding?.rawValue, bytes: bytes, records: verdict.document?.records.count ?? 0,
      offence: offence.flatMap(Self.offence), leftOut: reason == nil ? leftOut(verdict) : [], like: nil)
    document.classifiers = ClassifierView.all(of: verdict)
    return document
  }

  private func leftOut(_ verdict: CurationVerdict) -> [ScreenedDocument.LeftOut] {
    verdict.notices.map { ScreenedDocument.LeftOut(line: $0.line, reason: $0.reason.description) }
  }

  private static func offence(_ finding: RecordFinding) -> ScreenedDocument.Offence? {
    guard let span = finding.offence else { return nil }
    let start = span.start - finding.offset
    let scalars = finding.text.unicodeScalars.dropFirst(start).prefix(min(shownCharacters, span.end - span.start))
    var mask = PersonalDataMask()
    let text = mask.mask(String(scalars)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let isCut = span.end - span.start > shownCharacters
    return ScreenedDocument.Offence(start: span.start, end: span.end, text: isCut ? text + "…" : text)
  }
}
