import Foundation
import Glibc

/// Why a lock was not taken.
package enum LockError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process has it; `pid` is what that process wrote, `nil` where it wrote nothing we can read.
  case held(path: String, pid: Int32?)
  case unavailable(PlatformError)

  package var description: String {
    switch self {
    case .held(let path, .some(let pid)):
      "\(path): process \(pid) has this state open. Stop it first (kill \(pid)), or name another with --state."
    case .held(let path, .none):
      "\(path): another process has this state open. Stop it first, or name another with --state."
    case .unavailable(let error):
      error.description
    }
  }
}

/// One process at a time works on a State. The kernel keeps the lock (`flock`), so a killed holder leaves none behind;
/// the file also says who holds it. Released by `release`, by the last reference, or by the end of the process.
package final class StateLock: Sendable {
  private let file: OpenFile

  private init(_ file: OpenFile) { self.file = file }

  /// Takes the lock at once or not at all.
  /// - Parameter path: of the lock file, which is made where it is missing and never removed.
  package static func acquire(_ path: some PathConvertible) throws(LockError) -> StateLock {
    let path = path.asPath
    // `holder` takes the lock for an instant to look, so a refusal that no living process stands behind is tried again.
    for _ in 0..<50 {
      let file = try open(path)
      if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 {
        guard isStill(file, at: path) else { continue }
        try write(pid: getpid(), to: file)
        return StateLock(file)
      }
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .unavailable(PlatformError(path: path, operation: "lock", code: errno))
      }
      if let pid = writtenPID(in: file), isAlive(pid) { throw .held(path: path.description, pid: pid) }
      usleep(10_000)
    }
    throw .held(path: path.description, pid: (try? open(path)).flatMap(writtenPID))
  }

  /// Who holds the lock now: `nil` for nobody, a process number of 0 for somebody who did not write one.
  package static func holder(of path: some PathConvertible) -> Int32? {
    guard (try? LocalFileSystem().exists(path)) == true, let file = try? open(path.asPath) else { return nil }
    if flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 {
      _ = flock(file.descriptor, LOCK_UN)
      return nil
    }
    return errno == EWOULDBLOCK ? writtenPID(in: file) ?? 0 : nil
  }

  /// Gives the lock back; once is enough.
  package func release() {
    guard file.isOpen else { return }
    // Closing is not enough: a child between fork and exec still has the descriptor.
    _ = flock(file.descriptor, LOCK_UN)
    file.close()
  }

  deinit { release() }

  private static func open(_ path: Path) throws(LockError) -> OpenFile {
    do {
      let descriptor = try unsafe SystemCall.check("open the lock", named: path) {
        unsafe Glibc.open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      }
      return OpenFile(descriptor: descriptor, path: path)
    } catch let error as PlatformError {
      throw .unavailable(error)
    } catch {
      throw .unavailable(PlatformError(path: path, operation: "open the lock", code: EIO, remedy: "\(error)"))
    }
  }

  /// Whether the name still stands for the file that was locked: somebody may have removed it in between.
  private static func isStill(_ file: OpenFile, at path: Path) -> Bool {
    let fileSystem = LocalFileSystem()
    let named = try? fileSystem.status(of: path, followingLinks: false).identity
    return named != nil && named == (try? fileSystem.status(of: file).identity)
  }

  private static func write(pid: pid_t, to file: OpenFile) throws(LockError) {
    let text = Array("\(pid)\n".utf8)
    let written = unsafe text.withUnsafeBytes { unsafe pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
    guard written == text.count, ftruncate(file.descriptor, text.count) == 0 else {
      throw .unavailable(PlatformError(path: file.path, operation: "write the process number", code: errno))
    }
  }

  private static func writtenPID(in file: OpenFile) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(file.descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    return Int32(String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private static func isAlive(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}
