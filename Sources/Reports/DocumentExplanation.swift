import Foundation

/// Everything about one document; the JSON of `stet documents --explain ID --json`.
package struct DocumentExplanation: Codable, Hashable, Sendable {
  package struct Supersession: Codable, Hashable, Sendable {
    package var id: Int
    /// Likeness of the two texts, 0 to 1; `nil` where they share a name instead.
    @OrNull package var jaccard: Double?

    package init(id: Int, jaccard: Double? = nil) {
      self.id = id
      self.jaccard = jaccard
    }
  }

  /// The filter that came nearest to refusing it, or the one that did.
  package struct Filter: Codable, Hashable, Sendable {
    package var name: String
    @Figure package var figure: Double
    @Figure package var limit: Double

    package init(name: String, figure: Double, limit: Double) {
      self.name = name
      self.figure = figure
      self.limit = limit
    }
  }

  /// One figure beside what the rule allows.
  package struct Rule: Codable, Hashable, Sendable {
    package enum Unit: String, Codable, Sendable { case share, count, mean }

    package var name: String
    /// What the figure is of, in words.
    package var meaning: String
    @Figure package var figure: Double
    @OrNull package var limit: Double?
    /// `most` or `least`; `nil` where the limit is not known any more.
    @OrNull package var bound: String?
    package var unit: Unit

    package init(name: String, meaning: String, figure: Double, limit: Double?, bound: String?, unit: Unit) {
      self.name = name
      self.meaning = meaning
      self.figure = figure
      self.limit = limit
      self.bound = bound
      self.unit = unit
    }

    /// Whether the figure is within its bound; `nil` where that is not known.
    package var isWithin: Bool? {
      guard let limit, let bound else { return nil }
      return bound == "most" ? figure <= limit : figure >= limit
    }

    func written(_ value: Double) -> String {
      switch unit {
      case .share: Format.percent(value, decimals: value > 0 && value < 0.1 ? 2 : 1)
      case .count: Format.count(Int(clamping: Int64(max(-1e15, min(1e15, value)))))
      case .mean: Format.fixed(value, 1)
      }
    }

    /// `at most 25.0 %`.
    var allowed: String {
      guard let limit, let bound else { return Format.none }
      return (bound == "most" ? "at most " : "at least ") + written(limit)
    }
  }

  package var document: DocumentView
  @OrNull package var encoding: String?
  @OrNull package var language: String?
  @OrNull package var profile: String?
  /// Held-out pieces cut from it, by kind: `validation`, `test`.
  package var heldOut: [String: Int]
  /// Personal data masked, by kind.
  package var masked: [String: Int]
  @OrNull package var supersedes: Supersession?
  @OrNull package var supersededBy: Supersession?
  @OrNull package var duplicateOf: Int?
  package var filtersPassed: Int
  @OrNull package var closest: Filter?
  /// The round that learned it, or is to blame for its state.
  @OrNull package var round: Int?
  /// Every rule that looked at it.
  package var rules: [Rule]
  package var figures: [String: Double]
  package var notices: [String]
  /// What the State's classifiers say of it today, where its bytes are kept.
  package var classifiers: [ClassifierView] = []

  package init(
    document: DocumentView, encoding: String? = nil, language: String? = nil, profile: String? = nil,
    heldOut: [String: Int] = [:], masked: [String: Int] = [:], supersedes: Supersession? = nil,
    supersededBy: Supersession? = nil, duplicateOf: Int? = nil, filtersPassed: Int = 0, closest: Filter? = nil,
    round: Int? = nil, rules: [Rule] = [], figures: [String: Double] = [:], notices: [String] = []
  ) {
    self.document = document
    self.encoding = encoding
    self.language = language
    self.profile = profile
    self.heldOut = heldOut
    self.masked = masked
    self.supersedes = supersedes
    self.supersededBy = supersededBy
    self.duplicateOf = duplicateOf
    self.filtersPassed = filtersPassed
    self.closest = closest
    self.round = round
    self.rules = rules.filter { $0.figure.isFinite }
    self.figures = figures.filter { $0.value.isFinite }
    self.notices = notices
  }

  private enum CodingKeys: String, CodingKey {
    case encoding, language, profile, masked, supersedes, closest, round, rules, figures, notices, classifiers
    case heldOut = "held_out"
    case supersededBy = "superseded_by"
    case duplicateOf = "duplicate_of"
    case filtersPassed = "filters_passed"
  }

  /// The document's own fields stand beside the others, as in the list.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func optional<Value: Codable & Hashable & Sendable>(_ key: CodingKeys) throws -> Value? {
      try container.decodeIfPresent(Value.self, forKey: key)
    }
    self.init(
      document: try DocumentView(from: decoder), encoding: try optional(.encoding), language: try optional(.language),
      profile: try optional(.profile), heldOut: try optional(.heldOut) ?? [:], masked: try optional(.masked) ?? [:],
      supersedes: try optional(.supersedes), supersededBy: try optional(.supersededBy),
      duplicateOf: try optional(.duplicateOf), filtersPassed: try optional(.filtersPassed) ?? 0,
      closest: try optional(.closest), round: try optional(.round),
      rules: try optional(.rules) ?? [], figures: try optional(.figures) ?? [:],
      notices: try optional(.notices) ?? [])
    classifiers = try optional(.classifiers) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    try document.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_encoding, forKey: .encoding)
    try container.encode(_language, forKey: .language)
    try container.encode(_profile, forKey: .profile)
    try container.encode(heldOut, forKey: .heldOut)
    try container.encode(masked, forKey: .masked)
    try container.encode(_supersedes, forKey: .supersedes)
    try container.encode(_supersededBy, forKey: .supersededBy)
    try container.encode(_duplicateOf, forKey: .duplicateOf)
    try container.encode(filtersPassed, forKey: .filtersPassed)
    try container.encode(_closest, forKey: .closest)
    try container.encode(_round, forKey: .round)
    try container.encode(rules, forKey: .rules)
    try container.encode(figures, forKey: .figures)
    try container.encode(notices, forKey: .notices)
    try container.encode(classifiers, forKey: .classifiers)
  }
}

extension DocumentExplanation {
  /// The first line carries the number and names; what follows is indented below them.
  package func text(zone: TimeZone, style: Style = .plain) -> String {
    let number = String(document.id)
    let indent = String(repeating: " ", count: number.count + 2)
    let names = document.names.map(DisplayText.escaped)
    let others = names.dropFirst().map { Self.lastComponent($0) }
    let also = others.isEmpty ? "" : "  (also dropped as \(others.joined(separator: ", ")))"
    var lines = ["\(style.strong(number))  \(names.first ?? Format.none)\(also)"]
    lines += [reading(), maskedAndRelations(), filters(), outcome(), provenance(zone)].filter { !$0.isEmpty }.map {
      indent + $0
    }
    lines += classifiers.map { indent + $0.text }
    lines += notices.map { indent + "note: " + DisplayText.escaped($0) }
    if !rules.isEmpty { lines += [""] + table(indent: indent.count).lines(style: style) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Every figure beside its bound, in words.
  private func table(indent: Int) -> Table {
    var table = Table(
      [.init("measured"), .init("", .right), .init("allowed"), .init(""), .init("rule")], indent: indent)
    for rule in rules {
      let isBroken = rule.isWithin == false
      table.add([
        .init(DisplayText.escaped(rule.meaning)), .init(rule.written(rule.figure)), .init(rule.allowed),
        .init(
          isBroken
            ? (document.state == "quarantined" ? "refused" : "beyond") : rule.name == closest?.name ? "closest" : ""
        ) { $0.strong($1) },
        .init(DisplayText.escaped(rule.name)) { $0.faint($1) },
      ])
    }
    return table
  }

  private func reading() -> String {
    let size = Format.count(document.bytes, "byte") + (encoding.map { " " + DisplayText.escaped($0) } ?? "")
    let parts = [size, language.map(DisplayText.escaped), profile.map { "profile " + DisplayText.escaped($0) }]
    guard document.samples > 0 || document.tokens > 0 else { return parts.compactMap { $0 }.joined(separator: ", ") }
    var made = "\(Format.count(document.samples, "sample")), \(Format.count(document.tokens, "token"))"
    for (kind, count) in heldOut.sorted(by: { $0.key < $1.key }) where count > 0 {
      made += ", \(Format.count(count, "piece")) held out (\(DisplayText.escaped(kind)))"
    }
    return parts.compactMap { $0 }.joined(separator: ", ") + " → " + made
  }

  private func provenance(_ zone: TimeZone) -> String {
    "received \(Format.dateAndTime(document.received, in: zone)), SHA-256 \(document.sha256)"
  }

  private func maskedAndRelations() -> String {
    var parts: [String] = []
    let kinds = masked.filter { $0.value > 0 }
      .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      .map { "\(Format.count($0.value)) \(DisplayText.escaped($0.key))" }
    if !kinds.isEmpty { parts.append("masked: " + kinds.joined(separator: ", ")) }
    if let supersedes {
      parts.append("supersedes \(supersedes.id)\(likeness(supersedes)), no longer replayed")
    }
    if let supersededBy { parts.append("superseded by \(supersededBy.id)\(likeness(supersededBy))") }
    if let duplicateOf { parts.append("the same text as \(duplicateOf)") }
    return parts.joined(separator: "          ")
  }

  private func likeness(_ other: Supersession) -> String {
    other.jaccard.map { " (Jaccard \(Format.fixed($0, 2)))" } ?? " (same name)"
  }

  private func filters() -> String {
    guard filtersPassed > 0 || closest != nil else { return "" }
    let passed = filtersPassed > 0 ? "passed \(Format.count(filtersPassed, "filter"))" : ""
    guard let closest else { return passed }
    let rule = rules.first { $0.name == closest.name }
    let near =
      "closest to its limit: "
      + (rule.map { "\(DisplayText.escaped($0.meaning)), \($0.written($0.figure)), allowed \($0.allowed)" }
        ?? "\(DisplayText.escaped(closest.name)) \(Format.fixed(closest.figure, 2)) of \(Format.fixed(closest.limit, 2))")
    return passed.isEmpty ? near : passed + "; " + near
  }

  private func outcome() -> String {
    let reason = document.reason.map { ": " + DisplayText.escaped($0) } ?? ""
    let inRound = round.map { " in round \($0)" } ?? ""
    if document.state == "learned", reason.isEmpty {
      return "learned\(inRound)" + (document.version.map { " → version \($0)" } ?? "")
    }
    if document.state == "forgotten" {
      let gone = document.version.map { "; version \($0), which learned it first, is removed" } ?? ""
      let left = document.names.isEmpty ? "its hash is all that is left" : "dropped again, its file lies in quarantine"
      return (document.reason.map(DisplayText.escaped) ?? "forgotten") + gone + "; " + left
    }
    let first = document.version.map { ", learned first by version \($0)" } ?? ""
    return "\(DisplayText.escaped(document.state))\(inRound)\(reason)\(first)"
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
