/// The forgetting report for a terminal or a log: the table of a published round, the four lines of a refused one.
package struct ReportText: Sendable {
  let report: ForgettingReport
  let style: Style
  let isCurrent: Bool
  /// The table's width with its longest verdict; folded lines may be wider.
  static let width = 84
  static let foldWidth = 100

  /// - Parameter isCurrent: whether this version serves now, so that a rollback would undo it.
  package init(_ report: ForgettingReport, style: Style = .plain, isCurrent: Bool = true) {
    self.report = report
    self.style = style
    self.isCurrent = isCurrent
  }

  /// Ends in a newline.
  package var text: String {
    let lines: [String] =
      switch report.gate.decision {
      case .rejected: refusal()
      case .published, .promoted: [headline(), ""] + table().lines(style: style) + [""] + closing()
      }
    return (lines + alarms()).joined(separator: "\n") + "\n"
  }

  private func headline() -> String {
    let target = report.version.map { "version \($0)" } ?? "no version"
    let left = "Round \(report.round) → \(target) (parent \(report.parent))"
    let right = [
      Format.count(report.data.documents, "document"), Format.count(report.data.tokens, "token"),
      Format.duration(seconds: report.cost.seconds),
    ].joined(separator: ", ")
    let space = max(2, Self.width - DisplayText.width(left) - DisplayText.width(right))
    return style.strong(left) + String(repeating: " ", count: space) + right
  }

  private func table() -> Table {
    var table = changes()
    addAbility(to: &table)
    return table
  }

  private func changes() -> Table {
    var table = Table(
      [
        .init("", minimum: 8, maximum: 20), .init("held-out", minimum: 10), .init("before", .right, minimum: 7),
        .init("after", .right, minimum: 6), .init("change", .right, minimum: 7), .init("bound", .right, minimum: 7),
        .init("budget", .right, minimum: 7), .init(""),
      ], gap: 3, indent: 2)
    if !report.learning.isEmpty {
      table.addSection("learned")
      for row in report.learning {
        let better = row.relative < 0
        table.add([
          .init(DisplayText.escaped(row.domain)), .init(pieces(row.pieces)), .init(figure(row.before, row.metric)),
          .init(figure(row.after, row.metric)),
          .init(change(row.relative, row.metric)) { better ? $0.good($1) : $0.warning($1) },
        ])
      }
    }
    guard !report.forgetting.isEmpty || report.general != nil else { return table }
    table.addSection("kept", note: lineageNote(), atColumn: 4)
    for row in report.forgetting {
      table.add([
        .init(DisplayText.escaped(row.domain)), .init(pieces(row.pieces)), .init(figure(row.before, row.metric)),
        .init(figure(row.after, row.metric)), .init(change(row.relative, row.metric)),
        .init(change(row.high, row.metric)), .init(budget(row.budget, row.metric)), verdict(row.verdict),
      ])
    }
    if let general = report.general {
      table.add([
        .init("general"), .init("KL to base"), .init(Format.nats(general.before)), .init(Format.nats(general.after)),
        .init(Format.signedNats(general.change)), .init(Format.nats(general.high)),
        .init(Format.nats(general.budget)), verdict(general.verdict),
      ])
    }
    return table
  }

  /// Right answers against the base's, with the bounds of their difference.
  private func addAbility(to table: inout Table) {
    guard let rows = report.ability, !rows.isEmpty else { return }
    table.addSection("able, against the base")
    for row in rows {
      table.add([
        .init(DisplayText.escaped(row.probe)), .init(Format.count(row.items, "question")),
        .init(Format.percent(row.base)), .init(Format.percent(row.version)),
        .init(Format.signedPoints(row.version - row.base)), .init(Format.signedPoints(row.low)),
      ])
    }
  }

  /// The domain nearest to, or furthest over, its cumulative budget.
  private func lineageNote() -> String {
    let worst = report.forgetting.compactMap { row in row.lineage.map { (row, $0) } }
      .max { ratio($0.1.relative, $0.1.budget) < ratio($1.1.relative, $1.1.budget) }
    guard let (row, lineage) = worst else { return "" }
    let limit =
      row.metric == .accuracy ? budget(lineage.budget, row.metric) : Format.shortPercent(lineage.budget)
    return "(lineage: worst \(DisplayText.escaped(row.domain)), \(change(lineage.relative, row.metric)) of \(limit))"
  }

  private func closing() -> [String] {
    var lines = Self.folded(closingSentences(), separator: " ", indent: "")
    let time = time()
    if !time.isEmpty { lines.append(time) }
    if isCurrent { lines.append("undo with: stet rollback") }
    return lines
  }

  func closingSentences() -> [String] {
    [published(), transfer()].filter { !$0.isEmpty }
  }

  private func published() -> String {
    let gate = report.gate
    if gate.decision == .promoted { return "promoted by hand, past the gate." }
    let undecided = undecidedPieces()
    let published =
      undecided == 0
      ? "published" : "undecided on \(Format.count(undecided, "piece")); published by the estimates,"
    let step = gate.scale < 1 ? "\(Format.short(gate.scale)) of the step" : ""
    if let last = gate.retries.last {
      let times = gate.retries.count == 1 ? "the second try" : "try \(gate.retries.count + 1)"
      return "\(published) at \(times), with \(Format.shortPercent(last.replayShare)) replay"
        + (step.isEmpty ? "." : " and \(step).")
    }
    guard !step.isEmpty else { return "\(published) at the first try." }
    guard let whole = gate.walk.first, whole.scale > gate.scale, let domain = whole.worstDomain else {
      return "\(published) at \(step)."
    }
    return "\(published) at \(step) (the whole: \(DisplayText.escaped(domain)) \(change(of: domain, whole.change)))."
  }

  /// Measured where the bounds lie on both sides of a budget. Answers that are right or wrong leave that to the loss.
  private func undecidedPieces() -> Int {
    let domains = report.forgetting.filter { $0.verdict == .undecided && $0.metric == .nll }
    let general = report.general.flatMap { $0.verdict == .undecided ? $0.pieces : nil }
    return domains.reduce(general ?? 0) { $0 + $1.pieces }
  }

  private func transfer() -> String {
    var parts: [String] = []
    if let backward = report.backwardTransfer { parts.append("backward transfer \(Format.signedPercent(backward))") }
    if let forward = report.forwardTransfer {
      let most = report.forward.max { abs($0.relative) < abs($1.relative) }
      let note = most.map { " (\(DisplayText.escaped($0.domain)) got \($0.relative < 0 ? "easier" : "harder"))" }
      parts.append("forward transfer \(Format.signedPercent(forward))" + (note ?? ""))
    }
    guard let first = parts.first else { return "" }
    return ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst()).joined(separator: ", ") + "."
  }

  /// Shares of the round's time; what no part accounts for is `other`.
  private func time() -> String {
    let cost = report.cost
    var sentences: [String] = []
    if cost.seconds > 0 {
      let known = cost.stepSeconds + cost.evaluationSeconds + cost.fisherSeconds + cost.publishingSeconds
      let shares = [
        (cost.stepSeconds, "steps"), (cost.evaluationSeconds, "evaluation"), (cost.fisherSeconds, "Fisher"),
        (cost.publishingSeconds, "publishing"), (cost.seconds - known, "other"),
      ].filter { $0.0 / cost.seconds >= 0.005 }
      if known > 0 {
        let named = shares.map { "\(Format.percent($0.0 / cost.seconds, decimals: 0)) \($0.1)" }
        sentences.append("time: " + named.joined(separator: ", ") + ".")
      }
    }
    if cost.replayedTokens > 0 {
      let general = cost.generalTokens ?? 0
      let (tokens, domains) = (cost.replayedTokens - general, cost.replayDomains)
      var parts: [String] = []
      if tokens > 0 {
        parts.append("\(Format.count(tokens, "token")) from \(Format.count(domains.count, "domain"))")
      }
      if general > 0 {
        parts.append((tokens > 0 ? Format.count(general) : Format.count(general, "token")) + " of the general set")
      }
      sentences.append("Replayed \(parts.joined(separator: " and ")).")
    }
    return sentences.joined(separator: " ")
  }

  private func alarms() -> [String] {
    report.alarms.map { style.warning("note: " + DisplayText.escaped($0)) }
  }

  private func pieces(_ count: Int) -> String { Format.count(count, "piece") }

  private func verdict(_ verdict: ForgettingReport.Verdict) -> Table.Cell {
    switch verdict {
    case .ok: Table.Cell("ok") { $0.good($1) }
    case .over: Table.Cell("over") { $0.bad($1) }
    case .undecided: Table.Cell("undecided") { $0.warning($1) }
    }
  }
}
