import Foundation

/// The forgetting report as one HTML file: no script, no request to anywhere, light and dark, readable when printed.
package struct ReportPage: Sendable {
  let report: ForgettingReport
  let zone: TimeZone
  let words: ReportText

  package init(_ report: ForgettingReport, zone: TimeZone) {
    self.report = report
    self.zone = zone
    words = ReportText(report)
  }

  package var html: String {
    let title = report.version.map { "Version \($0)" } ?? "Round \(report.round)"
    let sections = [
      header(), alarms(), tiles(), changes(), curves(), matrices(), ability(), gate(), cost(), sources(), settings(),
    ]
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="color-scheme" content="light dark">
      <title>\(title): what was learned and what was forgotten</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      <footer>Every figure is measured on held-out text. Losses are nats per token; relative changes above zero are worse.
      Made by Stet, \(Format.dateAndTime(report.created, in: zone)).</footer>
      </main>
      </body>
      </html>

      """
  }

  private func header() -> String {
    let badge: (String, String) =
      switch report.gate.decision {
      case .published: ("ok", "published")
      case .promoted: ("undecided", "promoted by hand")
      case .rejected: ("over", "not published")
      }
    let parent = report.parent == 0 ? "the base" : "version \(report.parent)"
    let name = report.version.map { "Version \($0)" } ?? "Round \(report.round)"
    let lead =
      report.gate.decision == .rejected ? [words.refusalReason()] + words.refusalDetails() : words.closingSentences()
    return """
      <header>
      <h1>\(name) <span class="badge \(badge.0)">\(badge.1)</span></h1>
      <p class="sub">Round \(report.round), trained from \(parent), \(Format.dateAndTime(report.created, in: zone))</p>
      <p>\(lead.map(sentence).joined(separator: "<br>"))</p>
      </header>
      """
  }

  /// A line of the text report as a sentence of its own.
  private func sentence(_ line: String) -> String {
    let text = line.drop { $0 == " " }
    return HTMLText.escaped(text.prefix(1).uppercased() + text.dropFirst())
  }

  private func alarms() -> String {
    guard !report.alarms.isEmpty else { return "" }
    return "<ul class=\"alarms\">" + report.alarms.map { "<li>\(HTMLText.escaped($0))</li>" }.joined() + "</ul>"
  }

  private func tiles() -> String {
    var tiles = [
      ("documents", Format.count(report.data.documents)), ("samples", Format.count(report.data.samples)),
      ("new tokens", Format.count(report.data.tokens)),
    ]
    if report.cost.seconds > 0 { tiles.append(("time", Format.duration(seconds: report.cost.seconds))) }
    if let ratio = report.penaltyRatio, ratio != 0 { tiles.append(("EWC share of loss", Format.shortPercent(ratio))) }
    if let backward = report.backwardTransfer { tiles.append(("backward transfer", Format.signedPercent(backward))) }
    if let forward = report.forwardTransfer { tiles.append(("forward transfer", Format.signedPercent(forward))) }
    let items = tiles.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
    return "<dl class=\"tiles\">\n\(items.joined(separator: "\n"))\n</dl>"
  }

  private func ability() -> String {
    guard let rows = report.ability, !rows.isEmpty else { return "" }
    let cells = rows.map { row in
      [
        HTMLText.escaped(row.probe), Format.count(row.items), Format.percent(row.base), Format.percent(row.version),
        Format.signedPoints(row.version - row.base),
        "\(Format.signedPoints(row.low)) to \(Format.signedPoints(row.high))",
      ]
    }
    return section(
      "What it can do beside, against the base",
      table(["probe", "questions", "base", "version", "change", "bounds"], cells, numbers: [1, 2, 3, 4, 5]))
  }

  private func gate() -> String {
    let gate = report.gate
    guard gate.walk.count + gate.retries.count > 1 || gate.conflict != nil else { return "" }
    func change(_ domain: String?, _ value: Double) -> String {
      domain.map { words.change(of: $0, value) } ?? Format.signedPercent(value)
    }
    let walk = gate.walk.map { step in
      [
        step.scale == 1 ? "the whole step" : "\(Format.short(step.scale)) of the step",
        HTMLText.escaped(step.worstDomain ?? Format.none), change(step.worstDomain, step.change),
      ]
    }
    let retries = gate.retries.map { retry in
      [
        "again, \(Format.shortPercent(retry.replayShare)) replay", HTMLText.escaped(retry.worstDomain ?? Format.none),
        change(retry.worstDomain, retry.change),
      ]
    }
    return section("What the gate tried", table(["tried", "worst domain", "change"], walk + retries, numbers: [2]))
  }

  private func sources() -> String {
    guard !report.data.sources.isEmpty else { return "" }
    let shown = report.data.sources.sorted { ($1.documents, $0.path) < ($0.documents, $1.path) }
    var rows = shown.prefix(20).map { [HTMLText.escaped($0.path), Format.count($0.documents)] }
    if shown.count > 20 {
      let rest = shown.dropFirst(20).reduce(0) { $0 + $1.documents }
      rows.append(["\(Format.count(shown.count - 20)) more", Format.count(rest)])
    }
    return section("Sources", table(["source", "documents"], rows, numbers: [1]))
  }

  private func settings() -> String {
    guard !report.settings.isEmpty else { return "" }
    let rows = report.settings.sorted { $0.key < $1.key }.map {
      [HTMLText.escaped($0.key), HTMLText.escaped($0.value)]
    }
    return "<details><summary>Settings</summary>\(table(["setting", "value"], rows, numbers: [1]))</details>"
  }

  func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(title)</h2>\n\(body)\n</section>"
  }

  /// - Parameters:
  ///   - rows: cells that are escaped already.
  ///   - numbers: columns that are aligned at the right.
  func table(_ titles: [String], _ rows: [[String]], numbers: Set<Int>) -> String {
    func cell(_ tag: String, _ column: Int, _ text: String) -> String {
      "<\(tag)\(numbers.contains(column) ? " class=\"n\"" : "")>\(text)</\(tag)>"
    }
    let head = titles.enumerated().map { cell("th", $0.offset, $0.element) }.joined()
    let body = rows.map { row in
      "<tr>" + row.enumerated().map { cell("td", $0.offset, $0.element) }.joined() + "</tr>"
    }
    return "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(body.joined(separator: "\n"))\n"
      + "</tbody></table></div>"
  }
}
