import Foundation
import ReplayStore

/// When a round starts by itself: enough new tokens wait, or the oldest new document has waited long enough.
package struct RoundRule: Sendable {
  /// Waiting tokens.
  package var tokens: Int
  package var age: Duration
  package var window: TimeWindow
  package var calendar: Calendar

  package init(_ settings: Settings.Round, calendar: Calendar = .current) {
    tokens = settings.tokens
    age = settings.age
    window = settings.window
    self.calendar = calendar
  }

  /// Whether rounds may start at this hour.
  package func allows(_ now: Date) -> Bool { window.contains(now, in: calendar) }

  /// - Parameters:
  ///   - newTokens: of documents that wait; deferred ones do not count.
  ///   - oldest: when the longest-waiting of them came.
  package func due(newTokens: Int, oldest: Date?, now: Date) -> RoundTrigger? {
    guard allows(now) else { return nil }
    if newTokens >= tokens { return .enoughTokens }
    guard let oldest else { return nil }
    // What came in the future came before the clock was set back, and waits no longer for that than twice its time.
    return abs(now.timeIntervalSince(oldest)) >= age / .seconds(1) ? .age : nil
  }

  package func due(_ waiting: [WaitingDomain], now: Date) -> RoundTrigger? {
    due(newTokens: waiting.reduce(0) { $0 + $1.tokens }, oldest: waiting.compactMap(\.oldest).min(), now: now)
  }

  /// When `age` will start a round at the latest, given a window that allows it; `nil` where nothing new waits.
  package func deadline(_ waiting: [WaitingDomain]) -> Date? {
    waiting.compactMap(\.oldest).min().map { $0.addingTimeInterval(age / .seconds(1)) }
  }
}
