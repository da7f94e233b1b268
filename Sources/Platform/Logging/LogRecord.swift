import Foundation

/// How much a line matters, the least first.
package enum LogLevel: String, Codable, CaseIterable, Comparable, Sendable {
  case debug, info, notice, warning, error

  /// The journal's number for it, `<7>` the least (sd-daemon(3)).
  package var journalPriority: Int {
    switch self {
    case .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    }
  }

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.journalPriority > right.journalPriority }
}

/// One event.
package struct LogRecord: Hashable, Sendable {
  package let time: Date
  package let level: LogLevel
  package let event: String
  package let fields: [String: LogValue]

  package init(time: Date, level: LogLevel, event: String, fields: [String: LogValue]) {
    self.time = time
    self.level = level
    self.event = event
    self.fields = fields
  }

  /// `{"time":…,"level":…,"event":…,` then the fields by name `}`, one line without its end. Safe for a terminal.
  package var json: String {
    var text = "{\"time\":"
    LogRecord.append(.string(RFC3339.string(from: time)), to: &text)
    text += ",\"level\":\"\(level.rawValue)\",\"event\":"
    LogRecord.append(.string(event), to: &text)
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      text += ","
      // The three names above are taken.
      LogRecord.append(.string(["time", "level", "event"].contains(name) ? name + "_" : name), to: &text)
      text += ":"
      LogRecord.append(value, to: &text)
    }
    return text + "}"
  }

  /// `event name=value name="a value"`, one line without its end. Safe for a terminal.
  package var plain: String {
    var text = TerminalText.escaped(event)
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      text += " " + TerminalText.escaped(name) + "=" + LogRecord.plain(value)
    }
    return text
  }

  private static func plain(_ value: LogValue) -> String {
    switch value {
    case .null: return "-"
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let value):
      let escaped = TerminalText.escaped(value)
      let needsQuotes = escaped.isEmpty || escaped.contains { $0 == " " || $0 == "\"" || $0 == "=" }
      return needsQuotes ? "\"" + escaped.replacingOccurrences(of: "\"", with: "\\\"") + "\"" : escaped
    case .array, .object:
      var text = ""
      append(value, to: &text)
      return text
    }
  }

  private static func append(_ value: LogValue, to text: inout String) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): text += quoted(value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        append(value, to: &text)
      }
      text += "]"
    case .object(let values):
      text += "{"
      for (index, pair) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { text += "," }
        text += quoted(pair.key)
        text += ":"
        append(pair.value, to: &text)
      }
      text += "}"
    }
  }

  private static func quoted(_ text: String) -> String { JSONValue.quoted(text, escaping: TerminalText.isUnsafe) }
}
