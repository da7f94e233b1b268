/// What a running round is at.
package struct RoundProgress: Codable, Hashable, Sendable {
  package var round: Int
  package var domain: String
  package var step: Int
  package var steps: Int
  /// Nats per token; `nil` before the first step.
  package var loss: Double?
  /// The EWC penalty's share of the loss, 0 to 1.
  package var penaltyShare: Double?
  package var tokensPerSecond: Double?
  package var secondsLeft: Double?

  package init(
    round: Int, domain: String, step: Int, steps: Int, loss: Double? = nil, penaltyShare: Double? = nil,
    tokensPerSecond: Double? = nil, secondsLeft: Double? = nil
  ) {
    self.round = round
    self.domain = domain
    self.step = step
    self.steps = steps
    self.loss = loss
    self.penaltyShare = penaltyShare
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
  }
}

/// One line that redraws on a terminal, one line a minute in a log. It writes nothing: it returns what to write.
package struct ProgressLine: Sendable {
  package enum Output: Hashable, Sendable {
    /// Redraws in place, `width` cells wide.
    case terminal(width: Int)
    case log
  }

  private static let barWidth = 20

  private let output: Output
  private let style: Style
  private var lastWritten: Duration?
  private var isDrawn = false

  package init(_ output: Output, style: Style = .plain) {
    self.output = output
    self.style = style
  }

  /// - Parameter now: time on any monotonic clock, the same at every call.
  /// - Returns: what to write, or `nil` while the last line is fresh: a tenth of a second on a terminal, a minute in a
  ///   log. The last step always shows.
  package mutating func update(_ progress: RoundProgress, now: Duration) -> String? {
    let isLast = progress.step >= progress.steps && progress.steps > 0
    if let lastWritten, !isLast, now - lastWritten < interval { return nil }
    lastWritten = now
    switch output {
    case .terminal(let width):
      isDrawn = true
      return "\r" + Self.line(progress, width: max(20, width) - 1, bar: true, style: style) + "\u{1B}[K"
    case .log:
      return Self.line(progress, width: .max, bar: false, style: .plain) + "\n"
    }
  }

  /// Removes the line, so that other text can follow at the left edge; empty in a log.
  package mutating func clear() -> String {
    guard isDrawn else { return "" }
    isDrawn = false
    return "\r\u{1B}[K"
  }

  /// Leaves the line as it stands and starts the next.
  package mutating func finish() -> String {
    guard isDrawn else { return "" }
    isDrawn = false
    return "\n"
  }

  private var interval: Duration {
    switch output {
    case .terminal: .milliseconds(100)
    case .log: .seconds(60)
    }
  }

  /// The parts in order; those that say least leave first where the line would not fit.
  package static func line(_ progress: RoundProgress, width: Int, bar: Bool, style: Style = .plain) -> String {
    var parts: [(text: String, shown: String, rank: Int)] = []
    func add(_ text: String, rank: Int, paint: (String) -> String = { $0 }) {
      parts.append((text, paint(text), rank))
    }
    add("round \(progress.round)", rank: 1, paint: style.strong)
    add(DisplayText.truncated(DisplayText.escaped(progress.domain), to: 24), rank: 3)
    if bar { add(self.bar(progress.step, of: progress.steps), rank: 5) }
    add("step \(Format.count(progress.step))/\(Format.count(progress.steps))", rank: 0)
    if let loss = progress.loss {
      add("loss \(Format.nats(loss, decimals: 2))" + share(progress.penaltyShare), rank: 4)
    }
    if let speed = progress.tokensPerSecond, speed.isFinite, speed >= 0, speed < 1e12 {
      add("\(Format.count(Int(speed.rounded()))) tok/s", rank: 6)
    }
    if let left = progress.secondsLeft, left.isFinite, left >= 0 {
      add("\(Format.duration(seconds: left.rounded())) left", rank: 2)
    }
    while parts.count > 1, parts.reduce(-2, { $0 + 2 + DisplayText.width($1.text) }) > width {
      let least = parts.indices.max { parts[$0].rank < parts[$1].rank } ?? 0
      parts.remove(at: least)
    }
    return parts.map(\.shown).joined(separator: "  ")
  }

  /// Exactly 0 is no penalty: EWC is off, or nothing is there yet that it keeps.
  private static func share(_ penaltyShare: Double?) -> String {
    guard let penaltyShare, penaltyShare.isFinite, penaltyShare != 0 else { return "" }
    return " (EWC \(Format.percent(penaltyShare, decimals: 0)) of it)"
  }

  /// Full at the last step alone.
  static func bar(_ step: Int, of steps: Int) -> String {
    let share = steps > 0 ? min(1, max(0, Double(step) / Double(steps))) : 0
    let rounded = Int((share * Double(barWidth)).rounded())
    let full = share < 1 ? min(rounded, barWidth - 1) : barWidth
    return String(repeating: "█", count: full) + String(repeating: "░", count: barWidth - full)
  }
}
