import Foundation

/// Times and durations; the present and the time zone are passed in.
extension Format {
  /// `0.4 s`, `45 s`, `2 min 04 s`, `1 h 05 min`, `3 d 04 h`.
  package static func duration(seconds: Double?) -> String {
    guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e12 else { return none }
    if seconds < 9.95 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    if whole < 86_400 { return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min" }
    return "\(whole / 86_400) d \(twoDigits(whole / 3600 % 24)) h"
  }

  package static func duration(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return self.duration(seconds: Double(seconds) + Double(attoseconds) * 1e-18)
  }

  /// `just now`, `5 min ago`, `2 h ago`, `3 d ago`, and after 30 days the date; `in 5 min` for the future.
  package static func relative(_ date: Date, now: Date, in zone: TimeZone) -> String {
    let seconds = now.timeIntervalSince(date)
    let distance = abs(seconds)
    if distance < 45 { return seconds < 0 ? "in a moment" : "just now" }
    let amount: String
    switch distance {
    case ..<3570: amount = "\(max(1, Int((distance / 60).rounded()))) min"
    case ..<84_600: amount = "\(max(1, Int((distance / 3600).rounded()))) h"
    case ..<(30 * 86_400): amount = "\(max(1, Int((distance / 86_400).rounded()))) d"
    default: return day(date, in: zone)
    }
    return seconds < 0 ? "in \(amount)" : "\(amount) ago"
  }

  /// `2026-11-24 16:03`.
  package static func dateAndTime(_ date: Date, in zone: TimeZone) -> String {
    let parts = fields(date, in: zone)
    return day(date, in: zone) + " " + twoDigits(parts.hour ?? 0) + ":" + twoDigits(parts.minute ?? 0)
  }

  /// `16:03` today, `2026-11-24 16:03` on any other day.
  package static func clock(_ date: Date, now: Date, in zone: TimeZone) -> String {
    let text = dateAndTime(date, in: zone)
    return day(date, in: zone) == day(now, in: zone) ? String(text.suffix(5)) : text
  }

  /// `2026-11-24`.
  package static func day(_ date: Date, in zone: TimeZone) -> String {
    let parts = fields(date, in: zone)
    let year = String(parts.year ?? 0)
    return String(repeating: "0", count: max(0, 4 - year.count)) + year + "-" + twoDigits(parts.month ?? 0) + "-"
      + twoDigits(parts.day ?? 0)
  }

  private static func fields(_ date: Date, in zone: TimeZone) -> DateComponents {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    return calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
