/// One setting: its key, its type and limits, what it means, and where it lies in `Settings`.
package struct Setting: Sendable {
  package let key: String
  package let kind: SettingKind
  /// Such as `nats per token`; empty where there is none.
  package let unit: String
  package let meaning: String
  /// What an error says is allowed.
  package let allowed: String
  /// Names a program that will be run: counts only from the file, and only while nobody else can write it.
  package let namesCommand: Bool
  private let readInto: @Sendable (ConfigValue, inout Settings) -> Bool
  private let write: @Sendable (Settings) -> String

  init<Value>(
    _ key: String, _ place: any WritableKeyPath<Settings, Value> & Sendable, _ form: SettingForm<Value>,
    unit: String = "", namesCommand: Bool = false, _ meaning: String
  ) {
    self.key = key
    self.kind = form.kind
    self.unit = unit
    self.meaning = meaning
    self.allowed = form.allowed
    self.namesCommand = namesCommand
    readInto = { value, settings in
      guard let read = form.read(value) else { return false }
      settings[keyPath: place] = read
      return true
    }
    write = { form.write($0[keyPath: place]) }
  }

  /// `STET_TRAIN_RATE`.
  package var environmentName: String { "STET_" + key.uppercased().replacing(".", with: "_") }

  /// The value as a person writes it.
  package func text(in settings: Settings) -> String { write(settings) }

  /// The default as a person writes it.
  package var defaultText: String { write(Settings()) }

  /// Puts a value in its place; `false` where it is not allowed.
  func set(_ value: ConfigValue, in settings: inout Settings) -> Bool { readInto(value, &settings) }
}
