import Foundation
import Glibc
import Synchronization

/// Lines for people, on standard error: under systemd's journal with a priority and without a time, which the journal
/// adds; elsewhere with time and level.
package final class HumanLogSink: LogSink {
  package let minimumLevel: LogLevel
  private let shownOtherwise: Set<String>
  private let descriptor: Int32
  private let toJournal: Bool
  private let writing = Mutex(())

  /// - Parameters:
  ///   - shownOtherwise: events that people see in another form, and not as a line too.
  ///   - environment: of this process; `JOURNAL_STREAM` says whether the descriptor is the journal's.
  package init(
    minimumLevel: LogLevel, shownOtherwise: Set<String> = [], descriptor: Int32 = STDERR_FILENO,
    environment: [String: String]
  ) {
    self.minimumLevel = minimumLevel
    self.shownOtherwise = shownOtherwise
    self.descriptor = descriptor
    toJournal = HumanLogSink.isJournal(descriptor, environment["JOURNAL_STREAM"])
  }

  package func write(_ record: LogRecord) {
    if shownOtherwise.contains(record.event) { return }
    let line =
      toJournal
      ? "<\(record.level.journalPriority)>\(record.plain)\n"
      : "\(RFC3339.string(from: record.time)) \(record.level.rawValue) \(record.plain)\n"
    let bytes = Array(line.utf8)
    // One call a line, so that lines of several programs do not mix. A reader that is gone is no reason to stop.
    writing.withLock { _ in
      unsafe bytes.withUnsafeBytes { bytes in
        var offset = 0
        while offset < bytes.count, let base = bytes.baseAddress {
          let count = unsafe Glibc.write(descriptor, base + offset, bytes.count - offset)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { return }
          offset += count
        }
      }
    }
  }

  /// `JOURNAL_STREAM` is `device:inode` of the journal's socket; it is inherited, so it counts only where it is ours.
  private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
    var status = stat()
    guard let stream, unsafe fstat(descriptor, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }
}
