import Foundation
import Glibc

/// The disk of this machine. Interrupted calls are taken up again, except `fsync`'s failure, which is final.
package struct LocalFileSystem: FileSystem {
  package init() {}

  package func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile {
    let (flags, mode): (Int32, UInt32) =
      switch purpose {
      case .read: (O_RDONLY, 0)
      case .readUntrusted: (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0)
      case .create(let mode): (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
      case .append(let mode): (O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode)
      case .directory: (O_RDONLY | O_DIRECTORY, 0)
      }
    let descriptor = try unsafe SystemCall.check("open", named: path) { unsafe Glibc.open($0, flags | O_CLOEXEC, mode) }
    let file = OpenFile(descriptor: descriptor, path: path)
    if case .create = purpose { try SystemCall.check("set the permissions", path) { fchmod(descriptor, mode) } }
    return file
  }

  package func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int {
    let descriptor = file.descriptor
    return try unsafe buffer.withUnsafeMutableBytes { bytes in
      try SystemCall.check("read", file.path) { unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count) }
    }
  }

  package func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int {
    let descriptor = file.descriptor
    return try unsafe bytes.withUnsafeBytes { bytes in
      try SystemCall.check("write", file.path) { unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }
  }

  package func synchronize(_ file: OpenFile) throws {
    let descriptor = file.descriptor
    try SystemCall.check("make durable", file.path) { fsync(descriptor) }
  }

  package func truncate(_ file: OpenFile, to byteCount: Int64) throws {
    let descriptor = file.descriptor
    try SystemCall.check("truncate", file.path) { ftruncate(descriptor, Int(byteCount)) }
  }

  package func writerHasOpen(_ file: OpenFile) -> Bool? { FileLease.writerHasOpen(file) }

  package func status(of file: OpenFile) throws -> FileStatus {
    var result = stat()
    let descriptor = file.descriptor
    try SystemCall.check("inspect", file.path) { unsafe fstat(descriptor, &result) }
    return FileStatus(result)
  }

  package func status(of path: Path, followingLinks: Bool) throws -> FileStatus {
    var result = stat()
    try unsafe SystemCall.check("inspect", named: path) {
      followingLinks ? unsafe stat($0, &result) : unsafe lstat($0, &result)
    }
    return FileStatus(result)
  }

  package func readSymbolicLink(_ path: Path) throws -> Path {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = try unsafe buffer.withUnsafeMutableBytes { bytes in
      try unsafe SystemCall.check("read the link", named: path) {
        guard let base = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return 0 }
        return unsafe readlink($0, base, bytes.count)
      }
    }
    return Path(bytes: Array(buffer[..<count]))
  }

  package func rename(_ source: Path, to target: Path) throws {
    try unsafe SystemCall.check("rename to \(target)", named: source) { from in
      try unsafe SystemCall.withName("rename to \(target)", target) { to in unsafe Glibc.rename(from, to) }
    }
  }

  package func link(_ source: Path, to target: Path) throws {
    try unsafe SystemCall.check("link to \(target)", named: source) { from in
      try unsafe SystemCall.withName("link to \(target)", target) { to in unsafe Glibc.link(from, to) }
    }
  }

  package func unlink(_ path: Path) throws {
    try unsafe SystemCall.check("remove", named: path) { unsafe Glibc.unlink($0) }
  }

  package func makeDirectory(_ path: Path, mode: UInt32) throws {
    try unsafe SystemCall.check("make the directory", named: path) { unsafe mkdir($0, mode) }
    try unsafe SystemCall.check("set the permissions", named: path) { unsafe chmod($0, mode) }
  }

  package func removeDirectory(_ path: Path) throws {
    try unsafe SystemCall.check("remove the directory", named: path) { unsafe rmdir($0) }
  }

  package func makeSymbolicLink(_ path: Path, target: Path) throws {
    try unsafe SystemCall.check("make the link", named: path) { link in
      try unsafe SystemCall.withName("make the link", target) { target in unsafe symlink(target, link) }
    }
  }

  package func setPermissions(_ path: Path, mode: UInt32) throws {
    try unsafe SystemCall.check("set the permissions", named: path) { unsafe chmod($0, mode) }
  }

  package func setGroup(_ path: Path, group: UInt32) throws {
    try unsafe SystemCall.check("set the group", named: path) { unsafe lchown($0, uid_t.max, group) }
  }

  package func availableBytes(at path: Path) throws -> Int64 {
    var result = statvfs()
    try unsafe SystemCall.check("inspect the file system", named: path) { unsafe statvfs($0, &result) }
    let (bytes, overflow) = UInt64(result.f_bavail).multipliedReportingOverflow(by: UInt64(result.f_frsize))
    return overflow ? .max : Int64(clamping: bytes)
  }
}
