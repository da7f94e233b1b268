import Foundation

/// What a screen found about one file; a line of `stet screen --json`.
package struct ScreenedDocument: Codable, Hashable, Sendable {
  /// Personal data, in Unicode scalars of the text as read.
  package struct Span: Codable, Hashable, Sendable {
    package var kind: String
    package var start: Int
    package var end: Int

    package init(kind: String, start: Int, end: Int) {
      self.kind = kind
      self.start = start
      self.end = end
    }
  }

  /// Where the reason for a refusal first shows.
  package struct Offence: Codable, Hashable, Sendable {
    package var start: Int
    package var end: Int
    /// What stands there, cut after some words; personal data in it is masked.
    package var text: String

    package init(start: Int, end: Int, text: String) {
      self.start = start
      self.end = end
      self.text = text
    }
  }

  /// A record that would be left out of a file that is taken.
  package struct LeftOut: Codable, Hashable, Sendable {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }
  }

  /// Another file that says the same or nearly the same.
  package struct Likeness: Codable, Hashable, Sendable {
    package var path: String
    @Figure package var jaccard: Double

    package init(path: String, jaccard: Double) {
      self.path = path
      self.jaccard = jaccard
    }
  }

  package var path: String
  /// What `stet documents` would say: `waiting` (would be learned), `duplicate`, `superseded` or `quarantined`.
  package var state: String
  @OrNull package var reason: String?
  package var language: String
  @OrNull package var profile: String?
  package var figures: [String: Double]
  package var spans: [Span]
  @OrNull package var encoding: String?
  package var bytes: Int
  /// Records in it that would be learned.
  package var records: Int
  @OrNull package var offence: Offence?
  package var leftOut: [LeftOut]
  @OrNull package var like: Likeness?
  /// Mean nats per token under the base model, where it was asked for.
  @OrNull package var perplexity: Double? = nil
  /// What is unusual about that figure beside the other documents'.
  @OrNull package var outlier: String? = nil
  /// What the State's classifiers say of it.
  package var classifiers: [ClassifierView] = []

  package init(
    path: String, state: String, reason: String?, language: String, profile: String?, figures: [String: Double],
    spans: [Span], encoding: String?, bytes: Int, records: Int, offence: Offence?, leftOut: [LeftOut], like: Likeness?
  ) {
    self.path = path
    self.state = state
    self.reason = reason
    self.language = language
    self.profile = profile
    self.figures = figures.filter { $0.value.isFinite }
    self.spans = spans
    self.encoding = encoding
    self.bytes = bytes
    self.records = records
    self.offence = offence
    self.leftOut = leftOut
    self.like = like
  }

  private enum CodingKeys: String, CodingKey {
    case path, state, reason, language, profile, figures, spans, encoding, bytes, records, offence
    case leftOut = "left_out"
    case like, outlier, classifiers
    case perplexity = "nll_per_token"
  }

  package var isTaken: Bool { state == "waiting" }

  /// The reason's name, without figures.
  package var reasonName: String? { reason.map { String($0.prefix { $0 != ":" }) } }
}

/// What a screen says for people: a row a file, then what it comes to.
package struct ScreenReport: Sendable {
  package private(set) var documents: [ScreenedDocument] = []
  /// Of the first document with each path.
  private var places: [String: Int] = [:]

  /// How the files differ from what a domain has already.
  package var drift: [String] = []

  package init() {}

  package mutating func add(_ document: ScreenedDocument) {
    if places[document.path] == nil { places[document.path] = documents.count }
    documents.append(document)
  }

  /// Says what is unusual about a document.
  /// - Parameter reason: why it would be refused for that, `nil` where it would be taken all the same.
  package mutating func note(_ outlier: String, of place: Int, refusing reason: String?) {
    guard documents.indices.contains(place) else { return }
    documents[place].outlier = outlier
    guard let reason, documents[place].isTaken else { return }
    (documents[place].state, documents[place].reason) = ("quarantined", reason)
  }

  /// A later file's text took an earlier one's place.
  package mutating func supersede(_ path: String, by other: ScreenedDocument.Likeness) {
    guard let index = places[path] else { return }
    documents[index].state = "superseded"
    documents[index].like = other
  }

  package func text(style: Style = .plain, width: Int = 100, explains: Bool = false) -> String {
    var table = Table([
      .init("verdict"), .init("file", maximum: max(24, width / 2 - 8)), .init("language"), .init("profile"),
      .init("", maximum: max(30, width / 2)),
    ])
    for document in documents {
      table.add([
        .init(Self.verdict(document)) { document.isTaken ? $0.faint($1) : $0.strong($1) },
        .init(DisplayText.escaped(document.path)), .init(Self.language(document)),
        .init(document.profile ?? Format.none),
        .init(Self.note(document), spans: true),
      ])
      if let offence = document.offence, !document.isTaken {
        table.add([
          .init(""),
          .init("at character \(Format.count(offence.start)): “\(DisplayText.escaped(offence.text))”", spans: true) {
            $0.faint($1)
          },
        ])
      }
      for classifier in document.classifiers where explains || classifier.decides(document.reason) {
        table.add([.init(""), .init(classifier.text, spans: true) { $0.faint($1) }])
      }
      for left in document.leftOut.prefix(5) {
        table.add([
          .init(""),
          .init("line \(left.line) is left out: \(DisplayText.escaped(left.reason))", spans: true) { $0.faint($1) },
        ])
      }
      if document.leftOut.count > 5 {
        table.add([
          .init(""),
          .init("and \(Format.count(document.leftOut.count - 5, "more line"))", spans: true) { $0.faint($1) },
        ])
      }
    }
    return table.text(style: style) + (documents.isEmpty ? "" : "\n") + summary().map { $0 + "\n" }.joined()
  }

  static func verdict(_ document: ScreenedDocument) -> String {
    switch document.state {
    case "waiting": "taken"
    case "quarantined": "refused"
    default: document.state
    }
  }

  static func language(_ document: ScreenedDocument) -> String {
    document.language == "und" ? Format.none : document.language
  }

  static func note(_ document: ScreenedDocument) -> String {
    if let reason = document.reason { return DisplayText.escaped(reason) }
    var parts: [String] = []
    if let like = document.like {
      let words = document.state == "superseded" ? "replaced by" : "replaces"
      parts.append("\(words) \(DisplayText.escaped(like.path)) (Jaccard \(Format.fixed(like.jaccard, 2)))")
    }
    if let outlier = document.outlier { parts.append(outlier) }
    let kinds = counts(document.spans.map(\.kind))
    if !kinds.isEmpty { parts.append(kinds.joined(separator: ", ")) }
    if document.records > 1 { parts.append(Format.count(document.records, "record")) }
    return parts.joined(separator: "; ")
  }

  static func counts(_ words: [String]) -> [String] {
    Dictionary(grouping: words) { $0 }.map { ($0.key, $0.value.count) }
      .sorted { ($0.1, $1.0) > ($1.1, $0.0) }.map { "\(Format.count($0.1)) \($0.0)" }
  }

  /// The lines below the table.
  package func summary() -> [String] {
    let states = Self.counts(documents.map(Self.verdict))
    var lines = ["\(Format.count(documents.count, "file")): \(states.joined(separator: ", "))"]
    let reasons = Self.counts(documents.compactMap(\.reasonName))
    if !reasons.isEmpty { lines.append("refused for: \(reasons.joined(separator: ", "))") }
    let left = Self.counts(documents.flatMap(\.leftOut).map { String($0.reason.prefix { $0 != ":" }) })
    if !left.isEmpty { lines.append("lines left out for: \(left.joined(separator: ", "))") }
    let spans = Self.counts(documents.flatMap(\.spans).map(\.kind))
    lines.append("personal data: " + (spans.isEmpty ? "none found" : spans.joined(separator: ", ")))
    return lines + drift.map(DisplayText.escaped)
  }
}

/// The screen as one HTML file.
package struct ScreenPage: Sendable {
  private let report: ScreenReport
  private let created: Date
  private let zone: TimeZone

  package init(_ report: ScreenReport, created: Date, zone: TimeZone) {
    self.report = report
    self.created = created
    self.zone = zone
  }

  package var html: String {
    let rows = report.documents.map(row).joined(separator: "\n")
    let summary = report.summary().map { "<p>\(HTMLText.escaped($0))</p>" }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="color-scheme" content="light dark">
      <title>What would be learned, and what would be refused</title>
      <style>
      \(ReportPage.style)
      </style>
      </head>
      <body>
      <main>
      <header><h1>What would be learned, and what would be refused</h1>
      <p class="sub">Nothing was stored. \(HTMLText.escaped(Format.dateAndTime(created, in: zone)))</p></header>
      <section>\(summary)</section>
      <section class="wide"><table>
      <tr><th>verdict</th><th>file</th><th>language</th><th>profile</th><th>why</th></tr>
      \(rows)
      </table></section>
      <footer>Made by Stet.</footer>
      </main>
      </body>
      </html>

      """
  }

  private func row(_ document: ScreenedDocument) -> String {
    let mark = document.isTaken ? "ok" : document.state == "quarantined" ? "over" : "undecided"
    var why = HTMLText.escaped(ScreenReport.note(document))
    if let offence = document.offence, !document.isTaken {
      why +=
        "<br><span class=\"note\">at character \(Format.count(offence.start)): “\(HTMLText.escaped(offence.text))”</span>"
    }
    for classifier in document.classifiers where classifier.decides(document.reason) {
      why += "<br><span class=\"note\">\(HTMLText.escaped(classifier.text))</span>"
    }
    let left = document.leftOut.prefix(20).map { "line \($0.line): \(HTMLText.escaped($0.reason))" }
    if !left.isEmpty {
      why += "<details><summary>\(Format.count(document.leftOut.count, "line")) left out</summary>"
      why += left.joined(separator: "<br>") + "</details>"
    }
    return """
      <tr><td class="\(mark)">\(ScreenReport.verdict(document))</td><td>\(HTMLText.escaped(document.path))</td>\
      <td>\(HTMLText.escaped(ScreenReport.language(document)))</td><td>\(HTMLText.escaped(document.profile ?? Format.none))</td>\
      <td>\(why)</td></tr>
      """
  }
}
