import Foundation
import Glibc

/// A system call that failed: which file, what was tried, what the system said, what to do about it.
package struct PlatformError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Safe to print.
  package let path: String
  /// What was tried, as a verb: `"write"`, `"rename to State/current"`.
  package let operation: String
  /// The value of `errno`.
  package let code: Int32
  package let remedy: String

  /// - Parameters:
  ///   - code: a value of `errno`.
  ///   - remedy: what the reader can do; by default what usually helps against `code`.
  package init(path: some PathConvertible, operation: String, code: Int32, remedy: String? = nil) {
    self.path = path.asPath.description
    self.operation = operation
    self.code = code
    self.remedy = remedy ?? PlatformError.usualRemedy(code)
  }

  package var description: String { "\(path): cannot \(operation): \(reason). \(remedy)" }

  /// The system's own words for `code`: "No space left on device".
  package var reason: String { unsafe String(cString: strerror(code)) }

  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  package var isAlreadyThere: Bool { code == EEXIST || code == ENOTEMPTY }
  /// The disk or a quota is full: trying again later can help.
  package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }
  package var isOtherFileSystem: Bool { code == EXDEV }
  package var isDenied: Bool { code == EACCES || code == EPERM || code == EROFS }

  private static func usualRemedy(_ code: Int32) -> String {
    switch code {
    case ENOSPC: "Free some space on that disk; what waits is kept and goes on then."
    case EDQUOT: "Raise the quota or remove files; what waits is kept and goes on then."
    case EACCES, EPERM: "Check the owner and the permissions, of the directories above it too."
    case EROFS: "The file system is mounted read-only; name another folder or remount it."
    case ENOENT: "Check the path; was it moved or removed?"
    case ENOTDIR, EISDIR: "Check the path; a file stands where a directory is wanted, or the reverse."
    case EEXIST, ENOTEMPTY: "Something is already there; move it away first."
    case ELOOP: "It is a symbolic link, which is not followed here; name the file itself."
    case EMFILE, ENFILE: "Too many files are open; raise the limit (ulimit -n) and restart."
    case EIO: "The disk reports an error; check it (dmesg, smartctl) before going on."
    case ENAMETOOLONG: "Give it a shorter name."
    case EXDEV: "The two paths are on different file systems; put them on one."
    case ENOMEM: "Memory ran out; stop another program or give this one less to do."
    case EBUSY, ETXTBSY, EAGAIN: "Another program uses it; try again when that has finished."
    default: "Check the file system (dmesg) and try again."
    }
  }
}
