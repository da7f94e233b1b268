import Foundation

/// How values of one type are written, read and limited.
struct SettingForm<Value: Sendable>: Sendable {
  /// What an error says is allowed: “a number from 0 to 1”.
  let allowed: String
  /// `nil` where the value is not allowed.
  let read: @Sendable (ConfigValue) -> Value?
  /// For people and for the manifest; `read(.text(text))` gives the value back.
  let write: @Sendable (Value) -> String
  let kind: SettingKind
}

/// The type of a setting, as `stet settings --json` names it.
package enum SettingKind: String, Codable, Hashable, Sendable {
  case integer, number, choice, duration, bytes, text, list, table
}

extension ConfigValue {
  /// What a number or a text says; flags and the environment have texts only.
  var text: String? {
    switch self {
    case .number(let text), .text(let text): text
    case .null, .flag, .list, .object: nil
    }
  }
}

extension SettingForm where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> SettingForm {
    SettingForm(
      allowed: range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { value in
        guard let text = value.text else { return nil }
        let number = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
        return number.flatMap { range.contains($0) ? $0 : nil }
      },
      write: { "\($0)" }, kind: .integer)
  }
}

extension SettingForm where Value == Double {
  static func number(_ range: ClosedRange<Double>) -> SettingForm {
    numeric("a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))") { range.contains($0) }
  }

  /// A number above zero.
  static func positive(through limit: Double) -> SettingForm {
    numeric("a number above 0 and at most \(plain(limit))") { $0 > 0 && $0 <= limit }
  }

  /// A share, at least 0 and below 1; also written with a percent sign.
  static func share() -> SettingForm {
    numeric("a share from 0 to below 1, such as 0.2 or 20 %") { $0 >= 0 && $0 < 1 }
  }

  private static func numeric(_ allowed: String, _ isAllowed: @escaping @Sendable (Double) -> Bool) -> SettingForm {
    SettingForm(
      allowed: allowed,
      read: { value in
        guard var text = value.text, !text.lowercased().hasPrefix("0x") else { return nil }
        var divisor = 1.0
        if text.hasSuffix("%") {
          text = text.dropLast().trimmingCharacters(in: .whitespaces)
          divisor = 100
        }
        return Double(text).map { $0 / divisor }.flatMap { $0.isFinite && isAllowed($0) ? $0 : nil }
      },
      write: { plain($0) }, kind: .number)
  }

  /// Without a needless `.0`.
  static func plain(_ value: Double) -> String {
    abs(value) < 1e15 ? Int(exactly: value).map(String.init) ?? "\(value)" : "\(value)"
  }
}

extension SettingForm where Value: RawRepresentable<String> & CaseIterable {
  static func choice() -> SettingForm {
    SettingForm(
      allowed: Value.allCases.map(\.rawValue).joined(separator: " or "),
      read: { value in
        guard case .text(let text) = value else { return nil }
        return Value(rawValue: text)
      },
      write: { $0.rawValue }, kind: .choice)
  }
}

extension SettingForm {
  /// `written` stands for no value of its own.
  static func optional<Wrapped>(_ form: SettingForm<Wrapped>, whenNone written: String) -> SettingForm
  where Value == Wrapped? {
    SettingForm(
      allowed: "\(written), or \(form.allowed)",
      read: { value in
        if value == .null || value == .text(written) { return .some(nil) }
        return form.read(value).map { .some($0) }
      },
      write: { $0.map(form.write) ?? written }, kind: form.kind)
  }
}
