import Foundation

/// The hours of the day in which rounds may start, by the local clock.
package enum TimeWindow: Hashable, Sendable, CustomStringConvertible {
  case always
  /// Minutes after midnight; a window whose end is not after its start goes past midnight.
  case daily(from: Int, to: Int)

  /// Reads `always` or `22:00-06:00`.
  package init?(_ text: String) {
    if text == "always" {
      self = .always
      return
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(TimeWindow.minutes)
    guard ends.count == 2, let from = ends[0], let to = ends[1], from != to else { return nil }
    self = .daily(from: from, to: to)
  }

  package var description: String {
    switch self {
    case .always: "always"
    case .daily(let from, let to): TimeWindow.clock(from) + "-" + TimeWindow.clock(to)
    }
  }

  package func contains(_ date: Date, in calendar: Calendar) -> Bool {
    switch self {
    case .always: return true
    case .daily(let from, let to):
      let parts = calendar.dateComponents([.hour, .minute], from: date)
      let now = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
      return from < to ? (from..<to).contains(now) : now >= from || now < to
    }
  }

  private static func minutes(_ text: Substring) -> Int? {
    let parts = text.trimmingCharacters(in: .whitespaces).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  private static func clock(_ minutes: Int) -> String {
    let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
  }
}
