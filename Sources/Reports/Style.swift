/// Colour and weight, on a terminal alone; meaning never rests on them.
package struct Style: Hashable, Sendable {
  package let isOn: Bool

  package static let plain = Style(isOn: false)

  package init(isOn: Bool) { self.isOn = isOn }

  /// On for a terminal, unless `NO_COLOR` is set to anything (no-color.org) or the terminal is `dumb`.
  package init(terminal: Bool, environment: [String: String]) {
    isOn = terminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  package func strong(_ text: String) -> String { wrapped(text, "1") }
  package func faint(_ text: String) -> String { wrapped(text, "2") }
  package func good(_ text: String) -> String { wrapped(text, "32") }
  package func bad(_ text: String) -> String { wrapped(text, "31") }
  package func warning(_ text: String) -> String { wrapped(text, "33") }

  private func wrapped(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
