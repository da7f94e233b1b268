import Daemon
import Reports

/// Every setting with value, origin, unit and meaning.
struct SettingsVerb: Verb {
  let declaration = VerbDeclaration(
    "settings", .check, operands: "[KEY…]", count: 0...Int.max,
    "every setting: its value, where that came from, its meaning",
    details: """
      Settings are in State/stet.json (JSON, comments allowed), overridden by the environment (train.rate is
      STET_TRAIN_RATE), overridden by flags (--train.rate 1e-4). A KEY shows one setting, or all below it, in full.
      """,
    examples: [
      .init("stet settings", "all of them"),
      .init("stet settings train", "those whose keys begin with train"),
      .init("stet settings --json | jq -r .key", "for programs: one object a line"),
    ])

  /// A number where the setting is one, else text.
  struct Value: Encodable, CustomStringConvertible {
    let description: String
    let kind: SettingKind

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch kind {
      case .integer, .number:
        if let number = Int(description) {
          try container.encode(number)
        } else if let number = Double(description) {
          try container.encode(number)
        } else {
          try container.encode(description)
        }
      case .choice, .duration, .bytes, .text, .list, .table:
        try container.encode(description)
      }
    }
  }

  struct Row: Encodable {
    let key: String
    let value: Value
    let `default`: Value
    let origin: String
    let unit: String
    let type: SettingKind
    let allowed: String
    let meaning: String
    let environment: String
  }

  func run(_ call: Call) async throws -> ExitCode {
    let resolved = try call.settings()
    let rows = try selection(call.operands).map { row($0, resolved) }
    if call.wantsJSON {
      for row in rows { try call.output.line(row) }
    } else if call.operands.isEmpty {
      try call.output.text(table(rows).text(style: call.output.style))
    } else {
      for row in rows { try call.output.text(paragraph(row, call.output.style)) }
    }
    return .done
  }

  private func selection(_ keys: [String]) throws -> [Setting] {
    if keys.isEmpty { return SettingsCatalog.all }
    return try keys.flatMap { key in
      let found = SettingsCatalog.all.filter { $0.key == key || $0.key.hasPrefix(key + ".") }
      guard found.isEmpty else { return found }
      throw SettingsError.unknownKey(
        key, from: "stet settings", nearest: NearestName.of(key, among: SettingsCatalog.all.map(\.key)))
    }
  }

  private func row(_ setting: Setting, _ resolved: ResolvedSettings) -> Row {
    Row(
      key: setting.key, value: Value(description: setting.text(in: resolved.settings), kind: setting.kind),
      default: Value(description: setting.defaultText, kind: setting.kind),
      origin: resolved.origin(of: setting).description, unit: setting.unit, type: setting.kind,
      allowed: setting.allowed, meaning: setting.meaning, environment: setting.environmentName)
  }

  private func table(_ rows: [Row]) -> Table {
    var table = Table([.init("setting"), .init("value", maximum: 28), .init("from", maximum: 24), .init("meaning")])
    for row in rows {
      let value = shown(row)
      table.add([
        .init(row.key), .init(value) { row.origin == "default" ? $1 : $0.strong($1) }, .init(row.origin),
        .init(row.meaning),
      ])
    }
    return table
  }

  private func shown(_ row: Row) -> String {
    let value = row.value.description
    return value.isEmpty ? "–" : row.unit.isEmpty ? value : "\(value) \(row.unit)"
  }

  private func paragraph(_ row: Row, _ style: Style) -> String {
    """
    \(style.strong(row.key)) = \(shown(row))  (\(row.origin))
      \(row.meaning)
      allowed: \(row.allowed); default: \(row.default.description.isEmpty ? "–" : row.default.description); environment: \(row.environment)

    """
  }
}
