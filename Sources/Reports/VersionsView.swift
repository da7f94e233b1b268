import Foundation

/// One version in the history; a line of `stet versions --json`.
package struct VersionView: Codable, Hashable, Sendable {
  package enum State: String, Codable, Hashable, Sendable { case current, published, abandoned }

  package struct Forgetting: Codable, Hashable, Sendable {
    @OrNull package var worstDomain: String?
    /// Relative change of that domain's loss against the parent; positive is worse.
    @OrNull package var worstRelative: Double?
    /// Change of the KL divergence to the base on the general set, nats per token.
    @OrNull package var generalNats: Double?

    package init(worstDomain: String? = nil, worstRelative: Double? = nil, generalNats: Double? = nil) {
      self.worstDomain = worstDomain
      self.worstRelative = worstRelative
      self.generalNats = generalNats
    }

    private enum CodingKeys: String, CodingKey {
      case worstDomain = "worst_domain"
      case worstRelative = "worst_relative"
      case generalNats = "general_nats"
    }
  }

  package struct Learning: Codable, Hashable, Sendable {
    package var domain: String
    @Figure package var relative: Double

    package init(domain: String, relative: Double) {
      self.domain = domain
      self.relative = relative
    }
  }

  package var version: Int
  /// `nil` for the base.
  @OrNull package var round: Int?
  @OrNull package var parent: Int?
  package var state: State
  package var created: Date
  package var domains: [String]
  package var documents: Int
  package var tokens: Int
  package var forgetting: Forgetting
  /// The domain that was learned best; all of them in `learned`.
  @OrNull package var learning: Learning?
  package var learned: [Learning]
  package var seconds: Double
  /// When a rollback left it.
  @OrNull package var abandoned: Date?
  /// When `forget` removed its files.
  @OrNull package var erased: Date?

  /// - Parameter learned: best first or in any order; `learning` is the one whose loss fell most.
  package init(
    version: Int, round: Int? = nil, parent: Int? = nil, state: State, created: Date, domains: [String] = [],
    documents: Int = 0, tokens: Int = 0, forgetting: Forgetting = Forgetting(), learned: [Learning] = [],
    seconds: Double = 0, abandoned: Date? = nil, erased: Date? = nil
  ) {
    self.version = version
    self.round = round
    self.parent = parent
    self.state = state
    self.created = created
    self.domains = domains
    self.documents = documents
    self.tokens = tokens
    self.forgetting = forgetting
    self.learned = learned
    learning = learned.filter { $0.relative.isFinite }.min { $0.relative < $1.relative } ?? learned.first
    self.seconds = seconds
    self.abandoned = abandoned
    self.erased = erased
  }
}

extension VersionView {
  /// The line's figures from the version's report.
  package init(_ report: ForgettingReport, version: Int, state: State, abandoned: Date? = nil) {
    let worst = report.forgetting.filter { $0.relative.isFinite }.max { $0.relative < $1.relative }
    self.init(
      version: version, round: report.round, parent: report.parent, state: state, created: report.created,
      domains: report.data.domains, documents: report.data.documents, tokens: report.data.tokens,
      forgetting: Forgetting(
        worstDomain: worst?.domain, worstRelative: worst?.relative, generalNats: report.general?.change),
      learned: report.learning.map { Learning(domain: $0.domain, relative: $0.relative) },
      seconds: report.cost.seconds, abandoned: abandoned)
  }
}

/// The history, newest first, as `stet versions` shows it.
package struct VersionsView: Hashable, Sendable {
  package var versions: [VersionView]

  package init(_ versions: [VersionView]) {
    self.versions = versions.sorted { $0.version > $1.version }
  }

  package func text(zone: TimeZone, style: Style = .plain) -> String {
    var table = Table([
      .init(""), .init("#", .right, minimum: 2), .init("made", minimum: 16), .init("from", .right),
      .init("learned", minimum: 25, maximum: 44), .init("worst forgetting", minimum: 16, maximum: 32),
      .init("general", .right),
    ])
    for version in versions {
      let isCurrent = version.state == .current
      let number = Table.Cell(String(version.version)) { isCurrent ? $0.strong($1) : $1 }
      var cells: [Table.Cell] = [
        .init(isCurrent ? "*" : ""), number, .init(Format.dateAndTime(version.created, in: zone)),
        .init(version.parent.map { String($0) } ?? Format.none),
      ]
      switch version.state {
      case .abandoned:
        let date = version.erased ?? version.abandoned
        let when = date.map { " " + Format.dateAndTime($0, in: zone) } ?? ""
        let what = version.erased == nil ? "abandoned by rollback" : "removed by forget"
        cells.append(Table.Cell("(\(what)\(when))", spans: true) { $0.faint($1) })
      case .current, .published:
        cells += figures(of: version)
      }
      table.add(cells)
    }
    return table.text(style: style)
  }

  private func figures(of version: VersionView) -> [Table.Cell] {
    guard version.version > 0 else { return ["the base"] }
    let learned = version.learned.map {
      "\(DisplayText.truncated(DisplayText.escaped($0.domain), to: 24)) \(Format.signedPercent($0.relative))"
    }
    let shown =
      learned.count > 2 ? "\(learned[0]), \(learned.count - 1) more domains" : learned.joined(separator: ", ")
    let worst = version.forgetting.worstDomain.map {
      "\(DisplayText.truncated(DisplayText.escaped($0), to: 20)) \(Format.signedPercent(version.forgetting.worstRelative))"
    }
    return [
      .init(shown.isEmpty ? Format.none : shown), .init(worst ?? Format.none),
      .init(Format.signedNats(version.forgetting.generalNats)),
    ]
  }
}
