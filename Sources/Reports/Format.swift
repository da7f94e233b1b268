import Foundation

/// Numbers as people read them: a true minus, thin groups by comma, `–` where there is no number.
package enum Format {
  package static let none = "–"

  /// `14,210`.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return value < 0 ? "−" + result : result
  }

  /// `1 document`, `38 documents`.
  package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? singular : plural ?? singular + "s")
  }

  /// `3.412`: nats per token.
  package static func nats(_ value: Double?, decimals: Int = 3) -> String { fixed(value, decimals) }

  /// `+0.007`.
  package static func signedNats(_ value: Double?, decimals: Int = 3) -> String { signed(value, decimals) }

  /// `0.5 %` of the share 0.005.
  package static func percent(_ share: Double?, decimals: Int = 1) -> String {
    guard let share, share.isFinite else { return none }
    return fixed(share * 100, decimals) + " %"
  }

  /// `−12.5 %`.
  package static func signedPercent(_ share: Double?, decimals: Int = 1) -> String {
    guard let share, share.isFinite else { return none }
    return signed(share * 100, decimals) + " %"
  }

  /// `−1.5 pt`: percentage points between two shares.
  package static func signedPoints(_ difference: Double?) -> String {
    guard let difference, difference.isFinite else { return none }
    return signed(difference * 100, 1) + " pt"
  }

  /// `3 %`, `40 %`; a decimal only where it says something.
  package static func shortPercent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return none }
    return short(share * 100) + " %"
  }

  /// `0.7`, `1`, `0.25`: at most two decimals, no trailing zeros.
  package static func short(_ value: Double) -> String {
    var text = fixed(value, 2)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// `4,210 bytes`, `1.4 MB`: decimal multiples above 10,000 bytes.
  package static func bytes(_ value: Int) -> String {
    guard value >= 10_000 else { return count(value, "byte") }
    var scaled = Double(value)
    for unit in ["kB", "MB", "GB"] {
      scaled /= 1000
      if scaled < 999.95 { return fixed(scaled, scaled < 99.95 ? 1 : 0) + " " + unit }
    }
    return fixed(scaled / 1000, 1) + " TB"
  }

  static func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite else { return none }
    let text = String(format: "%.\(decimals)f", abs(value))
    return value < 0 && text.contains(where: { "123456789".contains($0) }) ? "−" + text : text
  }

  /// What rounds to zero has no direction: `0.0`.
  static func signed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite else { return none }
    let text = fixed(value, decimals)
    guard value > 0, text.contains(where: { "123456789".contains($0) }) else { return text }
    return "+" + text
  }
}
