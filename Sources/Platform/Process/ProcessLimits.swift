import Foundation
import Glibc

/// What the process allows itself. Training data is confidential and training is heavy; this keeps both in bounds.
package enum ProcessLimits {
  /// No core file, which would hold documents.
  package static func disableCoreDumps() throws {
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    try SystemCall.check("turn off core files", Path("this process")) {
      unsafe setrlimit(Int32(RLIMIT_CORE.rawValue), &limit)
    }
  }

  /// Yields the processor to others: 0 is normal, 19 the most yielding. Going back needs a privilege.
  ///
  /// Linux keeps niceness by thread, so every thread of this process gets it; threads made later inherit it.
  package static func setNice(_ value: Int32) throws {
    let tasks = try LocalFileSystem().list(Path("/proc/self/task"))
    for task in tasks {
      guard let text = task.name.string, let thread = id_t(text) else { continue }
      do {
        try SystemCall.check("set the niceness to \(value)", Path("this process")) {
          setpriority(Int32(PRIO_PROCESS.rawValue), thread, value)
        }
      } catch let error as PlatformError where error.code == ESRCH {
        // The thread ended meanwhile.
        continue
      }
    }
  }

  /// New files are for their owner alone, also those that libraries make.
  package static func restrictNewFiles() { _ = umask(0o077) }

  /// A reader that goes away ends a write with an error instead of ending the process. Children get the default back.
  package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
