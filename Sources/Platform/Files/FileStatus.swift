import Foundation
import Glibc

/// What kind of thing a name stands for.
package enum FileKind: String, Codable, Hashable, Sendable {
  case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice, unknown

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symbolicLink
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    default: self = .unknown
    }
  }
}

/// Which file it is while it exists. Numbers are used again after a removal: never the identity of a document.
package struct FileIdentity: Codable, Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// What the system knows about a file at one moment.
package struct FileStatus: Codable, Hashable, Sendable {
  package let kind: FileKind
  package let identity: FileIdentity
  /// Bytes.
  package let size: Int64
  /// Nanoseconds since 1970-01-01 when the content changed last.
  package let modifiedNanoseconds: Int64
  /// Nanoseconds since 1970-01-01 when content, name or permissions changed last; no program can set it back.
  package let changedNanoseconds: Int64
  package let linkCount: UInt64
  package let owner: UInt32
  package let group: UInt32
  /// The twelve permission bits.
  package let permissions: UInt32

  init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    size = Int64(status.st_size)
    modifiedNanoseconds = FileStatus.nanoseconds(status.st_mtim)
    changedNanoseconds = FileStatus.nanoseconds(status.st_ctim)
    linkCount = UInt64(status.st_nlink)
    owner = status.st_uid
    group = status.st_gid
    permissions = UInt32(status.st_mode & 0o7777)
  }

  /// Whether `later` is of the same file with the same content, as far as the system can tell without reading it.
  package func isUnchanged(in later: FileStatus) -> Bool {
    identity == later.identity && size == later.size && modifiedNanoseconds == later.modifiedNanoseconds
      && changedNanoseconds == later.changedNanoseconds
  }

  /// Whether it is the same file with the same content, whatever name it has: a rename changes the time of change.
  package func isSameContent(in later: FileStatus) -> Bool {
    identity == later.identity && size == later.size && modifiedNanoseconds == later.modifiedNanoseconds
  }

  /// Whether the file belongs to the user this process acts as.
  package var isOurs: Bool { owner == geteuid() }

  /// Whether anybody but its owner may write to it.
  package var isWritableByOthers: Bool { permissions & 0o022 != 0 }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    let (product, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (time.tv_sec < 0 ? .min : .max) : product &+ Int64(time.tv_nsec)
  }
}
