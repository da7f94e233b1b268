/// Why a candidate was not published, what was tried, and what happens to its documents.
extension ReportText {
  func refusal() -> [String] {
    let head = "Round \(report.round) → not published."
    return Self.folded([style.bad(head), refusalReason()], separator: " ", indent: "  ") + refusalDetails()
  }

  /// What was tried, what happens now, and the source to look at: a line each, indented.
  func refusalDetails() -> [String] {
    var lines: [String] = []
    let tried = self.tried()
    if !tried.isEmpty { lines += Self.folded(tried, separator: " ", indent: "    ", first: "  tried: ") }
    let current = report.parent == 0 ? "the base" : "version \(report.parent)"
    let deferred = report.gate.deferred
    if deferred > 0 {
      let (documents, are, they) =
        deferred == 1 ? ("document", "is", "it waits") : ("documents", "are", "they wait")
      lines.append(
        "  current stays \(current). Its \(Format.count(deferred)) \(documents) \(are) deferred; \(they) for new ones,"
          + " or: stet train --retry")
    } else {
      lines.append("  current stays \(current).")
    }
    if let conflict = report.gate.conflict {
      let source = DisplayText.truncatedFront(DisplayText.escaped(conflict.source), to: 48)
      let all = report.data.documents > 0 ? " of \(Format.count(report.data.documents))" : ""
      lines.append(
        "  most of the conflict comes from \(source) (\(Format.count(conflict.documents))\(all) documents)")
    }
    return lines
  }

  /// The reason in one sentence: the gate's own, else the domain furthest over its budget.
  func refusalReason() -> String {
    if let reason = report.gate.reason.map(DisplayText.escaped) {
      return reason.prefix(1).uppercased() + reason.dropFirst() + "."
    }
    if let over = sentence(for: .over) { return over }
    return sentence(for: .undecided) ?? "The gate refused it."
  }

  private func sentence(for verdict: ForgettingReport.Verdict) -> String? {
    let rows = report.forgetting.filter { $0.verdict == verdict }
    let worst = rows.max { excess($0) < excess($1) }
    let verb = verdict == .over ? "would be" : "may be"
    if let general = report.general, general.verdict == verdict,
      ratio(general.high, general.budget) > worst.map(excess) ?? 0
    {
      return "general \(verb) at \(Format.nats(general.after))"
        + " (bound \(Format.nats(general.high)), budget \(Format.nats(general.budget)))."
    }
    guard let worst else { return nil }
    let domain = DisplayText.escaped(worst.domain)
    let others = rows.count > 1 ? ", and \(Format.count(rows.count - 1, "domain")) more" : ""
    if let lineage = worst.lineage, ratio(lineage.high, lineage.budget) > ratio(worst.high, worst.budget) {
      return "\(domain) \(verb) forgotten by \(loss(lineage.relative, worst.metric)) since version \(lineage.version)"
        + " (bound \(loss(lineage.high, worst.metric)), budget \(loss(lineage.budget, worst.metric)))\(others)."
    }
    return "\(domain) \(verb) forgotten by \(loss(worst.relative, worst.metric))"
      + " (bound \(loss(worst.high, worst.metric)), budget \(loss(worst.budget, worst.metric)))\(others)."
  }

  /// The walk and the retries as items that stay whole when lines fold.
  private func tried() -> [String] {
    let main = report.gate.walk.first?.worstDomain ?? report.gate.retries.first?.worstDomain
    func named(_ domain: String?, _ change: Double) -> String {
      let figure = domain.map { self.change(of: $0, change) } ?? Format.signedPercent(change)
      guard let domain, domain != main else { return figure }
      return "\(figure) (\(DisplayText.escaped(domain)))"
    }
    var items: [String] = []
    for (index, step) in report.gate.walk.enumerated() {
      let scale =
        step.scale == 1 ? "whole step" : Format.short(step.scale) + (index == 1 ? " of it" : "")
      items.append("\(scale) \(named(step.worstDomain, step.change)),")
    }
    if !items.isEmpty, !report.gate.retries.isEmpty { items[items.count - 1].replaceLast(with: ";") }
    for retry in report.gate.retries {
      let figure = named(retry.worstDomain, retry.change)
      items.append("again with \(Format.shortPercent(retry.replayShare)) replay \(figure),")
    }
    if !items.isEmpty { items[items.count - 1].replaceLast(with: ".") }
    return items
  }

  /// Lines of at most ``foldWidth`` cells; an item that is longer has a line of its own.
  static func folded(_ items: [String], separator: String, indent: String, first: String = "") -> [String] {
    var lines = [first]
    var isFresh = true
    for item in items {
      let joint = isFresh ? "" : separator
      if !isFresh, DisplayText.width(lines[lines.count - 1] + joint + item) > foldWidth {
        lines.append(indent + item)
      } else {
        lines[lines.count - 1] += joint + item
      }
      isFresh = false
    }
    return lines
  }
}

/// Figures in a row's own unit.
extension ReportText {
  func figure(_ value: Double, _ metric: ForgettingReport.Metric) -> String {
    switch metric {
    case .nll: Format.nats(value)
    case .accuracy: Format.percent(value)
    }
  }

  /// Accuracy is shown as readers expect, falling when it falls.
  func change(_ relative: Double, _ metric: ForgettingReport.Metric) -> String {
    switch metric {
    case .nll: Format.signedPercent(relative)
    case .accuracy: Format.signedPoints(-relative)
    }
  }

  func budget(_ budget: Double, _ metric: ForgettingReport.Metric) -> String {
    switch metric {
    case .nll: Format.percent(budget)
    case .accuracy: Format.signedPoints(-budget)
    }
  }

  /// What is lost, without a sign: `1.9 %`, `1.5 points`.
  func loss(_ relative: Double, _ metric: ForgettingReport.Metric) -> String {
    switch metric {
    case .nll: Format.percent(relative)
    case .accuracy: Format.fixed(relative * 100, 1) + " points"
    }
  }

  /// A walk's figure: the general set's distance from the base in nats, else a change in the unit of the domain's row.
  func change(of domain: String, _ value: Double) -> String {
    if domain == "general", !report.forgetting.contains(where: { $0.domain == domain }) {
      return Format.nats(value)
    }
    return change(value, report.forgetting.first { $0.domain == domain }?.metric ?? .nll)
  }

  /// A share of the budget; infinite where there is none to share.
  func ratio(_ value: Double, _ budget: Double) -> Double {
    if budget > 0 { return value / budget }
    return value > 0 ? .infinity : 0
  }

  /// How much of its tighter budget a domain's bound takes.
  func excess(_ row: ForgettingReport.ForgettingRow) -> Double {
    max(ratio(row.high, row.budget), row.lineage.map { ratio($0.high, $0.budget) } ?? 0)
  }
}

extension String {
  fileprivate mutating func replaceLast(with text: String) {
    removeLast()
    self += text
  }
}
