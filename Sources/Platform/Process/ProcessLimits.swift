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

  /// Processes and threads of this user, as the kernel counts them against a limit.
  package static func tasksOfThisUser() throws -> Int {
    let system = LocalFileSystem()
    let mine = getuid()
    return try system.list(Path("/proc")).reduce(0) { count, entry in
      guard let name = entry.name.string, name.allSatisfy(\.isNumber) else { return count }
      let folder = Path("/proc/\(name)")
      guard let text = try? system.contents(of: folder.appending("status"), limit: 1 << 16) else { return count }
      let lines = String(decoding: text, as: UTF8.self)
      guard Machine.field("Uid", in: lines)?.split(whereSeparator: \.isWhitespace).first == "\(mine)" else {
        return count
      }
      return count + (Machine.field("Threads", in: lines).flatMap { Int($0) } ?? 1)
    }
  }

  /// New files are for their owner alone, also those that libraries make.
  package static func restrictNewFiles() { _ = umask(0o077) }

  /// Blocks of a megabyte and more go back to the system when they are freed. Else the C library keeps those up to 32 MB,
  /// and what one phase of a round held stays beside what the next one holds.
  package static func returnLargeBlocks() {
    // `malloc.h` is no part of the C library's module for Swift; -3 is its M_MMAP_THRESHOLD.
    typealias Mallopt = @convention(c) (CInt, CInt) -> CInt
    guard let address = unsafe dlsym(nil, "mallopt") else { return }
    _ = unsafe unsafeBitCast(address, to: Mallopt.self)(-3, 1 << 20)
  }

  /// A reader that goes away ends a write with an error instead of ending the process. Children get the default back.
  package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
