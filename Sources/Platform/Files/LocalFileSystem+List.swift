import Foundation
import Glibc

extension LocalFileSystem {
  package func list(_ path: Path) throws -> [DirectoryEntry] {
    let descriptor = try unsafe SystemCall.check("open the directory", named: path) {
      unsafe Glibc.open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    return try LocalFileSystem.entries(ofDirectory: descriptor, path: path)
  }

  /// Reads a directory to its end and closes `descriptor` in every case.
  static func entries(ofDirectory descriptor: Int32, path: Path) throws -> [DirectoryEntry] {
    guard let stream = unsafe fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw PlatformError(path: path, operation: "list", code: code)
    }
    defer { unsafe closedir(stream) }
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        let code = errno
        guard code == 0 else { throw PlatformError(path: path, operation: "list", code: code) }
        break
      }
      let name = unsafe Path(bytes: nameBytes(of: entry))
      if name.bytes == [Path.dot] || name.bytes == [Path.dot, Path.dot] { continue }
      let type = unsafe entry.pointee.d_type
      if let kind = unsafe kind(type: type, name: name, directory: dirfd(stream)) {
        entries.append(DirectoryEntry(name: name, kind: kind))
      }
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// The record's name runs to its NUL, inside the `d_reclen` bytes that the kernel filled.
  private static func nameBytes(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    guard let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) else { return [] }
    let raw = unsafe UnsafeRawBufferPointer(start: entry, count: Int(entry.pointee.d_reclen))
    return unsafe Array(raw[offset...].prefix { $0 != 0 })
  }

  /// `nil` where the entry vanished while we looked. Not every file system says the kind in the listing.
  private static func kind(type: UInt8, name: Path, directory: Int32) -> FileKind? {
    switch Int(type) {
    case Int(DT_REG): return .regular
    case Int(DT_DIR): return .directory
    case Int(DT_LNK): return .symbolicLink
    case Int(DT_FIFO): return .fifo
    case Int(DT_SOCK): return .socket
    case Int(DT_CHR): return .characterDevice
    case Int(DT_BLK): return .blockDevice
    default:
      var status = stat()
      let found = try? unsafe SystemCall.check("inspect", named: name) {
        unsafe fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW)
      }
      return found == nil ? nil : FileKind(mode: status.st_mode)
    }
  }
}
