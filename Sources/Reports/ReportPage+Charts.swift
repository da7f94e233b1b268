/// Bars of change by domain, with their confidence intervals and budgets, and the bar of where the time went.
extension ReportPage {
  struct Bar {
    var name: String
    var value: Double
    var interval: (low: Double, high: Double)?
    var budget: Double?
    /// The figure at the right, and what the gate says of it.
    var label: String
    var verdict: ForgettingReport.Verdict?
    /// What a pointer that rests on the row reads.
    var detail: String
  }

  func changes() -> String {
    var parts: [String] = []
    if !report.learning.isEmpty {
      parts.append("<h3>learned</h3>" + chart(report.learning.map(bar), of: "Change of learned domains"))
    }
    if !report.forgetting.isEmpty {
      parts.append("<h3>kept</h3>" + chart(report.forgetting.map(bar), of: "Change of earlier domains"))
    }
    if let general = report.general {
      let bar = Bar(
        name: "general", value: general.after, interval: (min(general.after, general.high), general.high),
        budget: general.budget, label: Format.nats(general.after), verdict: general.verdict,
        detail:
          "KL divergence to the base \(Format.nats(general.before)) → \(Format.nats(general.after)) nats per token"
          + " (\(Format.signedNats(general.change))),"
          + " \(Format.count(general.pieces, "piece")), budget \(Format.nats(general.budget))")
      parts.append("<h3>general set, KL to the base in nats</h3>" + chart([bar], of: "Drift of the general set"))
    }
    guard !parts.isEmpty else { return "" }
    let note =
      "<p class=\"note\">Left of the line is better, right is worse. Whiskers are simultaneous confidence bounds over"
      + " domains; the dashed mark is the budget.</p>"
    return section("Change against the version before", parts.joined(separator: "\n") + note)
  }

  private func bar(_ row: ForgettingReport.LearningRow) -> Bar {
    Bar(
      name: row.domain, value: row.relative, label: words.change(row.relative, row.metric),
      detail: measured(row.before, row.after, row.pieces, row.metric))
  }

  private func bar(_ row: ForgettingReport.ForgettingRow) -> Bar {
    var detail = measured(row.before, row.after, row.pieces, row.metric)
    detail += ", bound \(words.change(row.high, row.metric)), budget \(words.budget(row.budget, row.metric))"
    if let lineage = row.lineage {
      detail +=
        "; since version \(lineage.version) \(words.change(lineage.relative, row.metric)) of"
        + " \(words.budget(lineage.budget, row.metric))"
    }
    return Bar(
      name: row.domain, value: row.relative, interval: (row.low, row.high), budget: row.budget,
      label: words.change(row.relative, row.metric), verdict: row.verdict, detail: detail)
  }

  private func measured(
    _ before: Double, _ after: Double, _ pieces: Int, _ metric: ForgettingReport.Metric
  ) -> String {
    "\(words.figure(before, metric)) → \(words.figure(after, metric)), \(Format.count(pieces, "piece"))"
  }

  // Viewbox: names 0..<170 · plot 180...660 · figures to 760 · verdicts from 780 to 880
  private func chart(_ bars: [Bar], of title: String) -> String {
    let (left, right, row) = (180.0, 660.0, 30.0)
    let ends = bars.flatMap { [0, $0.value, $0.interval?.low ?? 0, $0.interval?.high ?? 0, $0.budget ?? 0] }
      .filter(\.isFinite)
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 0)
    let span = max(high - low, 1e-9)
    func x(_ value: Double) -> Double { left + (min(max(value, low), high) - low) / span * (right - left) }
    func at(_ value: Double) -> String { HTMLText.coordinate(value) }
    let height = Double(bars.count) * row
    var body = ""
    for (index, bar) in bars.enumerated() {
      let middle = (Double(index) + 0.5) * row
      let name = HTMLText.escaped(DisplayText.truncated(bar.name, to: 22))
      body += "<g><title>\(HTMLText.escaped(bar.name)): \(HTMLText.escaped(bar.detail))</title>"
      body += "<rect x=\"0\" y=\"\(at(middle - row / 2))\" width=\"880\" height=\"\(at(row))\" fill=\"transparent\"/>"
      body += "<text x=\"0\" y=\"\(at(middle + 5))\">\(name)</text>"
      if bar.value.isFinite {
        let (from, to) = (x(min(0, bar.value)), x(max(0, bar.value)))
        body +=
          "<rect class=\"bar-\(bar.value <= 0 ? "better" : "worse")\" x=\"\(at(from))\" y=\"\(at(middle - 7))\""
          + " width=\"\(at(max(to - from, 1)))\" height=\"14\" rx=\"2\"/>"
      }
      if let interval = bar.interval, interval.low.isFinite, interval.high.isFinite {
        body += line("whisker", x(interval.low), middle, x(interval.high), middle)
        for end in [interval.low, interval.high] { body += line("whisker", x(end), middle - 4, x(end), middle + 4) }
      }
      if let budget = bar.budget, budget.isFinite {
        body += line("limit", x(budget), middle - 11, x(budget), middle + 11)
      }
      body += "<text class=\"end\" x=\"760\" y=\"\(at(middle + 5))\">\(bar.label)</text>"
      if let verdict = bar.verdict {
        body += "<text class=\"\(verdict.rawValue)\" x=\"780\" y=\"\(at(middle + 5))\">\(verdict.rawValue)</text>"
      }
      body += "</g>\n"
    }
    return "<div class=\"wide\"><svg viewBox=\"0 0 880 \(at(height))\" role=\"img\" aria-label=\"\(title)\">\n\(body)"
      + line("axis", x(0), 0, x(0), height) + "</svg></div>"
  }

  private func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    let at = HTMLText.coordinate
    return "<line class=\"\(kind)\" x1=\"\(at(x1))\" y1=\"\(at(y1))\" x2=\"\(at(x2))\" y2=\"\(at(y2))\"/>"
  }

  func cost() -> String {
    let cost = report.cost
    guard cost.seconds > 0 else { return "" }
    let known = cost.stepSeconds + cost.evaluationSeconds + cost.fisherSeconds + cost.publishingSeconds
    let parts = [
      ("steps", cost.stepSeconds), ("evaluation", cost.evaluationSeconds), ("Fisher", cost.fisherSeconds),
      ("publishing", cost.publishingSeconds), ("other", max(0, cost.seconds - known)),
    ]
    let total = max(cost.seconds, known)
    var (start, body, legend) = (0.0, "", [String]())
    for (index, part) in parts.enumerated() where part.1 / total >= 0.0005 {
      let width = part.1 / total * 880
      body +=
        "<rect class=\"share\(index)\" x=\"\(HTMLText.coordinate(start))\" y=\"0\""
        + " width=\"\(HTMLText.coordinate(width))\" height=\"18\"><title>\(part.0)</title></rect>"
      start += width
      legend.append(
        "\(part.0) \(Format.duration(seconds: part.1)) (\(Format.percent(part.1 / total, decimals: 0)))")
    }
    var note = legend.joined(separator: " · ")
    if cost.tokens > 0 { note += "<br>\(Format.count(cost.tokens, "token")) trained on" }
    if cost.replayedTokens > 0 {
      let domains = cost.replayDomains.map(HTMLText.escaped).joined(separator: ", ")
      note += ", \(Format.count(cost.replayedTokens)) of them replayed" + (domains.isEmpty ? "" : " from \(domains)")
    }
    let svg = "<svg viewBox=\"0 0 880 18\" role=\"img\" aria-label=\"Where the time went\">\(body)</svg>"
    return section("Cost", svg + "<p class=\"note\">\(note)</p>")
  }
}
