import Foundation
import ModelFiles
import Transformer

/// `12.5 unit` with any space between; a bare number is of the unit whose factor is one.
private enum Quantity {
  static func read(_ text: String, units: [(name: String, factor: Double)]) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces)
    let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    guard let number = Double(digits) else { return nil }
    let name = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
    if name.isEmpty { return number }
    return units.first { $0.name.lowercased() == name.lowercased() }.map { number * $0.factor }
  }
}

extension SettingForm where Value == Duration {
  private static var durationUnits: [(name: String, factor: Double)] {
    [("ms", 0.001), ("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)]
  }

  /// A number of seconds, or a number with a unit.
  static func duration(_ range: ClosedRange<Duration>) -> SettingForm {
    SettingForm(
      allowed: "a time from \(written(range.lowerBound)) to \(written(range.upperBound)), such as 90 s, 15 min or 6 h",
      read: { value in
        let seconds: Double?
        switch value {
        case .number(let text): seconds = Double(text)
        case .text(let text): seconds = Quantity.read(text, units: durationUnits)
        case .null, .flag, .list, .object: seconds = nil
        }
        guard let seconds, seconds.isFinite, abs(seconds) < 1e12 else { return nil }
        let duration = Duration.milliseconds(Int64((seconds * 1000).rounded()))
        return range.contains(duration) ? duration : nil
      },
      write: { written($0) }, kind: .duration)
  }

  private static func written(_ duration: Duration) -> String {
    let milliseconds = (duration / .milliseconds(1)).rounded()
    let unit = durationUnits.last { milliseconds != 0 && milliseconds.remainder(dividingBy: $0.factor * 1000) == 0 }
    guard let unit else { return "\(SettingForm<Double>.plain(milliseconds / 1000)) s" }
    return "\(SettingForm<Double>.plain(milliseconds / (unit.factor * 1000))) \(unit.name)"
  }

}

/// Sizes as settings have them.
package enum ByteSize {
  fileprivate static let units: [(name: String, factor: Double)] = [
    ("B", 1), ("KiB", 1024), ("MiB", 0x1p20), ("GiB", 0x1p30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("K", 1e3),
    ("M", 1e6), ("G", 1e9),
  ]

  /// `64 MiB` as bytes; `nil` for what is no size.
  package static func read(_ text: String) -> Int? {
    Quantity.read(text, units: units).flatMap { Int(exactly: $0.rounded()) }
  }
}

extension SettingForm where Value == Int {

  /// A number of bytes, or a number with a unit.
  static func bytes(_ range: ClosedRange<Int>) -> SettingForm {
    SettingForm(
      allowed: "a size from \(writtenBytes(range.lowerBound)) to \(writtenBytes(range.upperBound)), such as 64 MiB",
      read: { value in
        let count: Int?
        switch value {
        case .number(let text): count = Double(text).flatMap { Int(exactly: $0.rounded()) }
        case .text(let text): count = ByteSize.read(text)
        case .null, .flag, .list, .object: count = nil
        }
        return count.flatMap { range.contains($0) ? $0 : nil }
      },
      write: { writtenBytes($0) }, kind: .bytes)
  }

  private static func writtenBytes(_ count: Int) -> String {
    let unit = ByteSize.units.prefix(4).last { count != 0 && count % Int($0.factor) == 0 } ?? ("B", 1)
    return "\(count / Int(unit.factor)) \(unit.name)"
  }

}

extension SettingForm where Value == MemoryRequest {
  /// `auto`, a mode, or a size.
  static func memory() -> SettingForm {
    let budget = SettingForm<Int>.bytes(1 << 20...1 << 50)
    let modes = MemoryMode.allCases.map(\.rawValue).joined(separator: ", ")
    return SettingForm(
      allowed: "auto, \(modes), or \(budget.allowed)",
      read: { value in
        if value == .text("auto") { return .auto }
        if case .text(let text) = value, let mode = MemoryMode(rawValue: text) { return .mode(mode) }
        return budget.read(value).map { .budget($0) }
      },
      write: { request in
        switch request {
        case .auto: "auto"
        case .mode(let mode): mode.rawValue
        case .budget(let bytes): budget.write(bytes)
        }
      }, kind: .bytes)
  }
}

extension SettingForm where Value == String {
  static func text(_ allowed: String, isAllowed: @escaping @Sendable (String) -> Bool) -> SettingForm {
    SettingForm(
      allowed: allowed,
      read: { value in
        guard case .text(let text) = value, !text.isEmpty, isAllowed(text) else { return nil }
        return text
      },
      write: { $0 }, kind: .text)
  }

}

extension SettingForm where Value == TimeWindow {
  static func window() -> SettingForm {
    SettingForm(
      allowed: "always, or two times of day such as 22:00-06:00",
      read: { value in
        guard case .text(let text) = value else { return nil }
        return TimeWindow(text)
      },
      write: { $0.description }, kind: .text)
  }

}

extension SettingForm where Value == [String] {
  /// A list of texts; a flag separates them by commas.
  static func list(_ allowed: String) -> SettingForm {
    SettingForm(
      allowed: allowed,
      read: { value in
        switch value {
        case .text(let text):
          return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        case .list(let values):
          var texts: [String] = []
          for value in values {
            guard case .text(let text) = value, !text.isEmpty else { return nil }
            texts.append(text)
          }
          return texts
        case .null, .flag, .number, .object:
          return nil
        }
      },
      write: { $0.joined(separator: ",") }, kind: .list)
  }

  /// A program and its arguments, each an element of its own: nothing is split, so nothing can be split wrongly.
  static func command() -> SettingForm {
    SettingForm(
      allowed:
        "a list of texts, the program's absolute path first, such as [\"/usr/bin/systemctl\", \"reload\", \"x\"]",
      read: { value in
        guard case .list(let values) = value else { return value == .text("") ? [] : nil }
        var texts: [String] = []
        for value in values {
          guard case .text(let text) = value, !text.contains("\0") else { return nil }
          texts.append(text)
        }
        return texts.first?.hasPrefix("/") ?? true ? texts : nil
      },
      write: { $0.joined(separator: " ") }, kind: .list)
  }

}

extension SettingForm where Value == ConverterTable {
  /// An object of endings, each with a program and its arguments; what it leaves out stays as it is by default.
  static func converters() -> SettingForm {
    SettingForm(
      allowed: "an object of endings with lists of texts, such as {\"pdf\": [\"pdftotext\", \"-\", \"-\"]}",
      read: { value in
        guard case .object(let members) = value else {
          return value == .text("") || value == .text(ConverterTable.standard.text) ? .standard : nil
        }
        var table = ConverterTable.standard
        for member in members {
          guard case .list(let values) = member.value, !member.key.isEmpty, !member.key.contains("/") else {
            return nil
          }
          var words: [String] = []
          for value in values {
            guard case .text(let text) = value, !text.contains("\0") else { return nil }
            words.append(text)
          }
          table.commands[member.key.lowercased()] = words.isEmpty ? nil : words
        }
        return table
      },
      write: { $0.text }, kind: .table)
  }
}

extension SettingForm where Value == [Int] {
  /// Whole numbers from 0 on; a flag separates them by commas.
  static func numbers(_ allowed: String) -> SettingForm {
    let texts = SettingForm<[String]>.list(allowed)
    return SettingForm(
      allowed: allowed,
      read: { value in
        var value = value
        if case .list(let values) = value {
          value = .list(values.map { if case .number(let text) = $0 { .text(text) } else { $0 } })
        }
        if case .number(let text) = value { value = .text(text) }
        guard let found = texts.read(value) else { return nil }
        let numbers = found.compactMap { Int($0) }.filter { $0 >= 0 }
        return numbers.count == found.count ? numbers : nil
      },
      write: { $0.map(String.init).joined(separator: ",") }, kind: .list)
  }
}

extension SettingForm where Value == [Projection] {
  /// Projections by their Hugging Face names or the part before `_proj`; `all` are the seven.
  static func projections() -> SettingForm {
    let names = SettingForm<[String]>.list("")
    return SettingForm(
      allowed: "all, or some of q, k, v, o, gate, up, down",
      read: { value in
        guard let texts = names.read(value), !texts.isEmpty else { return nil }
        if texts == ["all"] { return Projection.allCases }
        let found = texts.compactMap { Projection(rawValue: $0) ?? Projection(rawValue: $0 + "_proj") }
        return found.count == texts.count ? Projection.allCases.filter(found.contains) : nil
      },
      write: { $0 == Projection.allCases ? "all" : $0.map { "\($0)" }.joined(separator: ",") }, kind: .list)
  }
}
