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

  /// A number where the setting is one, bytes where it is a size, else text.
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
      case .bytes:
        if let count = ByteSize.read(description) {
          try container.encode(count)
        } else {
          try container.encode(description)
        }
      case .choice, .duration, .text, .list, .table:
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
      try call.output.text(table(rows, width: max(call.output.width, Self.width)).text(style: call.output.style))
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

  /// Columns that lines may take in a narrow terminal.
  private static let width = 100
  /// Of the columns before the meaning.
  private static let (valueWidth, originWidth, leastMeaning) = (22, 16, 24)

  /// The meaning goes on in lines of its own where it is long.
  private func table(_ rows: [Row], width: Int) -> Table {
    var table = Table([
      .init("setting"), .init("value", maximum: Self.valueWidth), .init("from", maximum: Self.originWidth),
      .init("meaning"),
    ])
    func widest(_ text: (Row) -> String, _ most: Int = .max) -> Int {
      min(rows.map { DisplayText.width(text($0)) }.max() ?? 0, most)
    }
    let before = widest(\.key) + widest(shown, Self.valueWidth) + widest(\.origin, Self.originWidth) + 3 * table.gap
    for row in rows {
      let meaning = DisplayText.folded(row.meaning, to: max(width - before, Self.leastMeaning))
      table.add([
        .init(row.key), .init(shown(row)) { row.origin == "default" ? $1 : $0.strong($1) }, .init(row.origin),
        .init(meaning.first ?? ""),
      ])
      for line in meaning.dropFirst() { table.add(["", "", "", line]) }
    }
    return table
  }

  /// A word that stands for no number has no unit.
  private func shown(_ row: Row) -> String {
    let value = row.value.description
    if value.isEmpty { return "–" }
    return row.unit.isEmpty || Double(value) == nil ? value : "\(value) \(row.unit)"
  }

  private func paragraph(_ row: Row, _ style: Style) -> String {
    """
    \(style.strong(row.key)) = \(shown(row))  (\(row.origin))
      \(row.meaning)
      allowed: \(row.allowed); default: \(row.default.description.isEmpty ? "–" : row.default.description); environment: \(row.environment)

    """
  }
}
