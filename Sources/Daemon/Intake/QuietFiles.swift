import Foundation
import Platform

/// Which files have been left alone for long enough, by what the disk says and by what was seen before.
///
/// The change time decides, since no program can set it; where the clock has jumped, having seen the same status for
/// that long decides.
struct QuietFiles {
  private struct Sight {
    var status: FileStatus
    /// Of this process.
    var since: Duration
  }

  private var seen: [Path: Sight] = [:]

  /// - Parameters:
  ///   - now: the wall clock's time, as files are stamped.
  ///   - uptime: a clock that never jumps.
  mutating func isQuiet(
    _ path: Path, _ status: FileStatus, for settle: Duration, now: Date, uptime: Duration
  ) -> Bool {
    let age = now.timeIntervalSince1970 - Double(status.changedNanoseconds) / 1e9
    if age >= settle / .seconds(1), age >= 0 {
      seen[path] = nil
      return true
    }
    guard let sight = seen[path], sight.status.isUnchanged(in: status) else {
      seen[path] = Sight(status: status, since: uptime)
      return settle <= .zero
    }
    return uptime - sight.since >= settle
  }

  mutating func forget(_ path: Path) { seen[path] = nil }

  /// Those that were seen and are not quiet yet.
  var paths: some Sequence<Path> { seen.keys }

  /// What is no longer there is no longer remembered.
  mutating func keep(_ paths: Set<Path>) { seen = seen.filter { paths.contains($0.key) } }
}
