import Foundation

/// What came in, what trains, which version is current; the JSON of `stet status --json`.
package struct StatusView: Codable, Hashable, Sendable {
  package struct Daemon: Codable, Hashable, Sendable {
    package var running: Bool
    @OrNull package var pid: Int?
    /// How it learns of new files: `inotify`, or `polling` with the reason in `degraded`.
    @OrNull package var mode: String?
    @OrNull package var since: Date?
    package var watching: String
    package var paused: Bool
    /// Where no daemon runs: the process that works on the State, such as `stet run --once`.
    @OrNull package var worker: Int?

    package init(
      running: Bool, pid: Int? = nil, mode: String? = nil, since: Date? = nil, watching: String, paused: Bool = false,
      worker: Int? = nil
    ) {
      self.running = running
      self.pid = pid
      self.mode = mode
      self.since = since
      self.watching = watching
      self.paused = paused
      self.worker = worker
    }
  }

  package struct Current: Codable, Hashable, Sendable {
    package var version: Int
    package var domains: [String]
    @OrNull package var created: Date?
    /// The base model's name and quantisation.
    package var base: String

    package init(version: Int, domains: [String] = [], created: Date? = nil, base: String) {
      self.version = version
      self.domains = domains
      self.created = created
      self.base = base
    }
  }

  package struct Waiting: Codable, Hashable, Sendable {
    package var documents: Int
    package var tokens: Int
    /// Tokens that start a round.
    package var needed: Int
    package var domains: [String]
    /// When a round starts whatever has come in; `nil` while nothing waits.
    @OrNull package var startsBy: Date?
    /// `round.window`, where it forbids a start now.
    @OrNull package var window: String?

    package init(
      documents: Int, tokens: Int, needed: Int, domains: [String] = [], startsBy: Date? = nil, window: String? = nil
    ) {
      self.documents = documents
      self.tokens = tokens
      self.needed = needed
      self.domains = domains
      self.startsBy = startsBy
      self.window = window
    }

    private enum CodingKeys: String, CodingKey {
      case documents, tokens, needed, domains
      case startsBy = "starts_by"
      case window
    }
  }

  package struct Round: Codable, Hashable, Sendable {
    /// `nil` before it has begun, while what it needs is made.
    @OrNull package var round: Int?
    package var domain: String
    package var step: Int
    package var steps: Int
    @OrNull package var loss: Double?
    @OrNull package var penaltyShare: Double?
    @OrNull package var tokensPerSecond: Double?
    @OrNull package var etaSeconds: Double?
    /// `training`, or what a round does before and after its steps: `evaluating`, `publishing`.
    package var phase: String

    package init(_ progress: RoundProgress, phase: String = "training") {
      round = progress.round > 0 ? progress.round : nil
      domain = progress.domain
      step = progress.step
      steps = progress.steps
      loss = progress.loss
      penaltyShare = progress.penaltyShare
      tokensPerSecond = progress.tokensPerSecond
      etaSeconds = progress.secondsLeft
      self.phase = phase
    }

    package var progress: RoundProgress {
      RoundProgress(
        round: round ?? 0, domain: domain, step: step, steps: steps, loss: loss, penaltyShare: penaltyShare,
        tokensPerSecond: tokensPerSecond, secondsLeft: etaSeconds)
    }

    private enum CodingKeys: String, CodingKey {
      case round, domain, step, steps, loss
      case penaltyShare = "penalty_share"
      case tokensPerSecond = "tokens_per_second"
      case etaSeconds = "eta_seconds"
      case phase
    }
  }

  package var daemon: Daemon
  package var current: Current
  package var waiting: Waiting
  /// `null` while no round runs.
  @OrNull package var round: Round?
  /// Documents by state, since the State began.
  package var counts: [String: Int]
  /// Documents by state they came to today.
  package var today: [String: Int]
  /// What works less well than it should, a sentence each.
  package var degraded: [String]

  package init(
    daemon: Daemon, current: Current, waiting: Waiting, round: Round? = nil, counts: [String: Int] = [:],
    today: [String: Int] = [:], degraded: [String] = []
  ) {
    self.daemon = daemon
    self.current = current
    self.waiting = waiting
    self.round = round
    self.counts = counts
    self.today = today
    self.degraded = degraded
  }
}

extension StatusView {
  /// The order in which states are told; those that are not documents' states come after, by name.
  private static let order = [
    "learned", "waiting", "duplicate", "superseded", "quarantined", "deferred", "shelved", "forgotten",
  ]

  /// Five lines, and one more for each thing that is degraded.
  package func text(now: Date, zone: TimeZone, style: Style = .plain) -> String {
    var lines = [
      label("current", style) + currentText(now, zone, style),
      label("daemon", style) + daemonText(now, zone, style),
      label("waiting", style) + waitingText(now, zone),
      label("training", style) + trainingText(),
      label("today", style) + todayText(style),
    ]
    lines += degraded.map { label("degraded", style) + style.warning(DisplayText.escaped($0)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func label(_ name: String, _ style: Style) -> String {
    style.faint(name) + String(repeating: " ", count: max(1, 10 - name.count))
  }

  private func currentText(_ now: Date, _ zone: TimeZone, _ style: Style) -> String {
    let base = DisplayText.escaped(current.base)
    guard current.version > 0 else { return style.strong("version 0") + " (the base), \(base)" }
    var notes: [String] = []
    if !current.domains.isEmpty { notes.append(names(current.domains)) }
    if let created = current.created { notes.append(Format.relative(created, now: now, in: zone)) }
    let note = notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
    return style.strong("version \(current.version)") + note + ", base \(base)"
  }

  private func daemonText(_ now: Date, _ zone: TimeZone, _ style: Style) -> String {
    let watched = DisplayText.escaped(daemon.watching)
    let paused = daemon.paused ? ", " + style.warning("paused") + " (stet resume)" : ""
    guard daemon.running else {
      let next =
        daemon.worker.map { "; \($0 > 0 ? "process \($0)" : "another process") works on this State" }
        ?? "; start it with: stet run"
      return style.warning("not running") + paused + next
    }
    let since = daemon.since.map { " since \(Format.clock($0, now: now, in: zone))" } ?? ""
    let pid = daemon.pid.map { " (pid \($0))" } ?? ""
    let mode = daemon.mode.map { " by \(DisplayText.escaped($0))" } ?? ""
    return "running\(since)\(pid), watching \(watched)\(mode)\(paused)"
  }

  private func waitingText(_ now: Date, _ zone: TimeZone) -> String {
    guard waiting.documents > 0 else { return Format.none }
    var text =
      "\(Format.count(waiting.documents, "document")), \(Format.count(waiting.tokens)) of "
      + Format.count(waiting.needed, "token")
    if !waiting.domains.isEmpty { text += " in \(names(waiting.domains))" }
    if daemon.paused { return text + "; no round starts while paused" }
    if waiting.tokens >= waiting.needed || waiting.startsBy.map({ $0 <= now }) == true {
      text += "; a round is due"
    } else if let by = waiting.startsBy {
      text += "; a round starts by \(Format.clock(by, now: now, in: zone)) at the latest"
    } else {
      return text
    }
    return text + (waiting.window.map { ", but not outside of \($0) (round.window)" } ?? "")
  }

  private func trainingText() -> String {
    guard let round else { return Format.none }
    guard let number = round.round else {
      return "\(DisplayText.escaped(round.phase)), \(Format.count(round.step)) of \(Format.count(round.steps))"
    }
    if round.phase != "training" {
      return "round \(number)  \(DisplayText.escaped(round.domain))  \(DisplayText.escaped(round.phase))"
    }
    return ProgressLine.line(round.progress, width: 90, bar: false)
  }

  private func todayText(_ style: Style) -> String {
    let known = Self.order.filter { (today[$0] ?? 0) > 0 }
    let others = today.keys.filter { !Self.order.contains($0) && (today[$0] ?? 0) > 0 }.sorted()
    let parts = (known + others).map { state in
      let count = today[state] ?? 0
      return state == "duplicate" ? Format.count(count, state) : "\(Format.count(count)) \(DisplayText.escaped(state))"
    }
    guard !parts.isEmpty else { return waiting.documents > 0 ? "nothing learned yet" : "nothing came in" }
    let hint = (today["quarantined"] ?? 0) > 0 ? " (stet documents --only quarantined)" : ""
    return parts.joined(separator: " · ") + style.faint(hint)
  }

  /// `legal`, `legal and tickets`, `legal, tickets and 3 more`.
  private func names(_ domains: [String]) -> String {
    let escaped = domains.map { DisplayText.truncated(DisplayText.escaped($0), to: 24) }
    switch escaped.count {
    case 0: return ""
    case 1: return escaped[0]
    case 2: return "\(escaped[0]) and \(escaped[1])"
    default: return "\(escaped[0]), \(escaped[1]) and \(escaped.count - 2) more"
    }
  }
}
