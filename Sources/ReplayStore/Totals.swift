import Foundation

extension Database {
  /// Each count summed over all days; those that are zero may be missing.
  package func totals() throws -> [DailyCount: Int] {
    let pairs: [(String, Int)] = try rows("SELECT name, sum(value) FROM counter GROUP BY name") {
      (try $0[0], try $0[1])
    }
    return pairs.reduce(into: [:]) { totals, pair in
      if let name = DailyCount(rawValue: pair.0) { totals[name] = pair.1 }
    }
  }

  /// When a round last made a version; `nil` where none did.
  package func lastPublished() throws -> Date? {
    try value("SELECT max(finished) FROM round WHERE state = 'published'")
  }
}
