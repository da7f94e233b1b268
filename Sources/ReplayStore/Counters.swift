import Foundation

/// What `status` counts a day.
package enum DailyCount: String, CaseIterable, Codable, Hashable, Sendable, SQLConvertible {
  case learned, duplicate, superseded, quarantined, deferred, forgotten
  /// Times the watcher lost events and rescanned.
  case overflow
  /// Times a file stayed pending because the store was locked or the disk full.
  case retried
  case publishedRounds, rejectedRounds
}

extension Database {
  /// Adds to a day's count. Days are UTC's.
  package func count(_ name: DailyCount, on date: Date, by amount: Int = 1) throws {
    guard amount != 0 else { return }
    try run(
      """
      INSERT INTO counter (day, name, value) VALUES (date(?, 'unixepoch'), ?, ?)
      ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value
      """, date, name, amount)
  }

  /// A day's counts; those that are zero may be missing. Days are UTC's.
  package func counts(on date: Date) throws -> [DailyCount: Int] {
    let pairs: [(String, Int)] = try rows(
      "SELECT name, value FROM counter WHERE day = date(?, 'unixepoch')", date
    ) { (try $0[0], try $0[1]) }
    return pairs.reduce(into: [:]) { counts, pair in
      if let name = DailyCount(rawValue: pair.0) { counts[name] = pair.1 }
    }
  }
}
