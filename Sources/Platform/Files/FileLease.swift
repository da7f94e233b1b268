import Glibc

/// Asks the kernel whether somebody is still writing a file.
///
/// A read lease is granted only while no process has the file open for writing, however long the writer pauses, and
/// the answer survives a restart of this program. Leases need a file of our own on a local file system.
package enum FileLease {
  // Linux's numbers, <fcntl.h> under _GNU_SOURCE; Swift's Glibc lacks them.
  private static let setSignal: Int32 = 10
  private static let setLease: Int32 = 1024

  /// - Parameter descriptor: open for reading only.
  /// - Returns: whether a writer has it open; `nil` where the kernel does not say (not our file, no local file system).
  package static func writerHasOpen(descriptor: Int32) -> Bool? {
    // A writer who opens the file while the lease is held makes the kernel signal us. By default that is SIGIO, which
    // would end the program; SIGURG is ignored by default.
    guard fcntl(descriptor, setSignal, SIGURG) == 0 else { return nil }
    guard fcntl(descriptor, setLease, Int32(F_RDLCK)) == 0 else {
      return errno == EAGAIN ? true : nil
    }
    _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
    return false
  }

  package static func writerHasOpen(_ file: OpenFile) -> Bool? { writerHasOpen(descriptor: file.descriptor) }
}
