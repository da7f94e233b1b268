/// A value of the settings file. Numbers keep their text, so that what is shown is what was written.
indirect enum ConfigValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case number(String)
  case text(String)
  case list([ConfigValue])
  case object([ConfigMember])

  /// As a person would recognise it in an error.
  var shown: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .number(let text): text
    case .text(let text): "“\(text)”"
    case .list(let values): "[" + values.map(\.shown).joined(separator: ", ") + "]"
    case .object: "an object"
    }
  }
}

struct ConfigMember: Hashable, Sendable {
  let key: String
  let value: ConfigValue
  /// From 1.
  let line: Int
}
