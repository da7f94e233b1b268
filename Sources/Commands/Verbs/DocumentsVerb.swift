import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// Every document with its verdict and reason, or everything about one.
struct DocumentsVerb: Verb {
  let declaration = VerbDeclaration(
    "documents", .look, "every document: what became of it and why",
    flags: [
      .value(
        "only", "STATE", "Only those in a state: \(DocumentState.allCases.map(\.rawValue).joined(separator: ", "))."),
      .value("domain", "D", "Only those of a domain."),
      .value("explain", "ID", "Everything about one document."),
    ],
    examples: [
      .init("stet documents --only quarantined", "what was refused, and why"),
      .init("stet documents --explain 8121", "one document's way through the filters"),
    ])

  private static let pageSize = 1_000

  func run(_ call: Call) async throws -> ExitCode {
    if let text = call.value("explain") {
      guard call.value("only") == nil, call.value("domain") == nil else {
        throw UsageError("--explain shows one document; leave --only and --domain out.")
      }
      try await explain(try DocumentOperand.parse(text), call, StateStores(call))
    } else {
      try await list(try state(call), call, StateStores(call))
    }
    return .done
  }

  private func list(_ only: DocumentState?, _ call: Call, _ stores: StateStores) async throws {
    let domain = call.value("domain")
    var rows: [DocumentView] = []
    var last: DocumentID?
    while true {
      let after = last
      let page = try await stores.store.read { db in
        try db.documents(state: only, domain: domain, after: after, limit: Self.pageSize)
      }
      for listing in page {
        let row = DocumentView(listing)
        if call.wantsJSON { try call.output.line(row) } else { rows.append(row) }
      }
      last = page.last?.document.id
      if page.count < Self.pageSize { break }
    }
    guard !call.wantsJSON else { return }
    if rows.isEmpty {
      call.output.say(only == nil && domain == nil ? "No document yet; drop some into \(call.watchPath)." : "None.")
    } else {
      try call.output.text(DocumentsView(rows).text(zone: .current, style: call.output.style))
    }
  }

  private func state(_ call: Call) throws -> DocumentState? {
    guard let text = call.value("only") else { return nil }
    guard let state = DocumentState(rawValue: text) else {
      let words = DocumentState.allCases.map(\.rawValue)
      throw UsageError(
        "--only is “\(text)”, which is no state of a document (\(words.joined(separator: ", ")))"
          + NearestName.hint(text, among: words))
    }
    return state
  }

  private func explain(_ id: DocumentID, _ call: Call, _ stores: StateStores) async throws {
    let (found, similarity) = try await stores.store.read { db -> (DocumentDetail?, Double?) in
      guard let detail = try db.explain(id) else { return (nil, nil) }
      return (detail, try detail.supersedes.last.flatMap { try db.document($0) }?.similarity)
    }
    guard let found else { throw DocumentOperand.unknown(id) }
    var explanation = DocumentExplanation(found, supersededSimilarity: similarity)
    do {
      explanation.classifiers = try ClassifierView.all(of: found, in: stores.directory, call)
    } catch {
      // A classifier that cannot be used hides nothing else about a document.
      explanation.notices.append("\(error)")
    }
    if call.wantsJSON {
      try call.output.object(explanation)
    } else {
      try call.output.text(explanation.text(zone: .current, style: call.output.style))
    }
  }
}

/// A document's number as it is typed.
enum DocumentOperand {
  static func parse(_ text: String) throws(UsageError) -> DocumentID {
    guard let number = Int64(text), number > 0 else {
      throw UsageError("“\(text)” is no document's number; stet documents lists them.")
    }
    return DocumentID(rawValue: number)
  }

  static func unknown(_ id: DocumentID) -> VerbError {
    VerbError("document \(id.rawValue): there is no such document; stet documents lists them.")
  }
}

extension DocumentView {
  init(_ listing: DocumentListing) {
    self.init(listing.document, names: listing.names, version: listing.version)
  }

  init(_ document: Document, names: [String], version: Int?) {
    self.init(
      id: Int(document.id.rawValue), sha256: document.sha256.hex, names: names, domain: document.domain,
      state: document.state.rawValue, reason: document.reason, bytes: document.byteCount,
      samples: document.sampleCount, tokens: document.tokenCount, received: document.received, version: version)
  }
}

extension DocumentExplanation {
  /// - Parameter supersededSimilarity: of the edition that it replaced last, which that one's row holds.
  init(_ detail: DocumentDetail, supersededSimilarity: Double?) {
    let document = detail.document
    let figures = DocumentFigures(json: document.figures)
    self.init(
      document: DocumentView(document, names: detail.names.map(\.path), version: detail.versions.first),
      encoding: document.encoding, language: document.language, profile: document.profile,
      heldOut: Dictionary(uniqueKeysWithValues: detail.pieces.map { ($0.key.rawValue, $0.value) }),
      masked: figures?.masked ?? [:],
      supersedes: detail.supersedes.last.map { Supersession(id: Int($0.rawValue), jaccard: supersededSimilarity) },
      supersededBy: document.supersededBy.map { Supersession(id: Int($0.rawValue), jaccard: document.similarity) },
      duplicateOf: document.duplicateOf.map { Int($0.rawValue) },
      filtersPassed: document.state == .quarantined ? 0 : figures?.rules.count ?? 0,
      closest: figures?.closest.map { Filter(name: $0.rule, figure: $0.figure, limit: $0.limit) },
      round: detail.rounds.last?.number, rules: figures.map(Self.rules) ?? [], figures: figures.map(Self.all) ?? [:],
      notices: figures.map(Self.notices) ?? [])
  }

  private static func all(_ figures: DocumentFigures) -> [String: Double] {
    var all = figures.rules
    all["perplexity"] = figures.perplexity
    return all
  }

  /// Every figure beside its bound, in words, in the order in which rules are looked at.
  private static func rules(_ figures: DocumentFigures) -> [Rule] {
    RejectionReason.Name.allCases.compactMap { name in
      guard let figure = figures.rules[name.rawValue] else { return nil }
      let limit = figures.limits?[name.rawValue]
      return Rule(
        name: name.rawValue, meaning: name.meaning, figure: figure, limit: limit?.limit, bound: limit?.bound.rawValue,
        unit: name.isCount ? .count : name.isMean ? .mean : .share)
    }
  }

  private static func notices(_ figures: DocumentFigures) -> [String] {
    let shown = figures.notices.prefix(10).map { "line \($0.line): \($0.reason)" }
    let rest = figures.leftOut - shown.count
    return rest > 0 ? shown + ["\(Format.count(rest, "more record")) left out"] : shown
  }
}
