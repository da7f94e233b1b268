import Foundation

/// What a file is opened for.
package enum OpenPurpose: Hashable, Sendable {
  /// Reading a file of our own.
  case read
  /// Reading whatever a stranger put there: links are not followed, and a FIFO does not block.
  case readUntrusted
  /// Writing a file that must not exist yet. The mode holds whatever the umask is.
  case create(mode: UInt32)
  /// Writing at the end, creating the file where it is missing.
  case append(mode: UInt32)
  /// A directory, to be made durable.
  case directory
}

/// One entry of a directory.
package struct DirectoryEntry: Hashable, Sendable {
  /// One component.
  package let name: Path
  /// Without following a link.
  package let kind: FileKind

  package init(name: Path, kind: FileKind) {
    self.name = name
    self.kind = kind
  }
}

/// The one door to the disk. Each requirement is one system call, so that a test can wrap it and fail or kill the
/// program at every single one. Failures are `PlatformError`.
package protocol FileSystem: Sendable {
  func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile
  /// Opens what a stranger put below `root`, for reading: no component below the root is followed where it is a link,
  /// and a FIFO does not block. `relative` holds no `..`.
  func open(_ relative: Path, beneath root: Path) throws -> OpenFile
  /// Fills the front of `buffer`; returns how many bytes, 0 at the end of the file.
  func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int
  /// Writes from the front of `bytes`; returns how many were written, which can be fewer than asked.
  func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int
  /// Waits until the content, or a directory's entries, would survive a loss of power.
  /// After a failure the kernel may have dropped the pages: do not try again, write anew.
  func synchronize(_ file: OpenFile) throws
  func truncate(_ file: OpenFile, to byteCount: Int64) throws
  /// Whether a writer has it open; `nil` where the kernel does not say (see `FileLease`).
  func writerHasOpen(_ file: OpenFile) -> Bool?

  func status(of file: OpenFile) throws -> FileStatus
  func status(of path: Path, followingLinks: Bool) throws -> FileStatus
  /// Every entry but `.` and `..`, in the order of their bytes; does not follow a link at `path`.
  func list(_ path: Path) throws -> [DirectoryEntry]
  func readSymbolicLink(_ path: Path) throws -> Path

  /// Renames within one file system; a file at `target` is replaced.
  func rename(_ source: Path, to target: Path) throws
  /// Gives a file a second name; fails with `isAlreadyThere` where `target` exists.
  func link(_ source: Path, to target: Path) throws
  func unlink(_ path: Path) throws
  /// The mode holds whatever the umask is.
  func makeDirectory(_ path: Path, mode: UInt32) throws
  func removeDirectory(_ path: Path) throws
  func makeSymbolicLink(_ path: Path, target: Path) throws
  func setPermissions(_ path: Path, mode: UInt32) throws
  func setGroup(_ path: Path, group: UInt32) throws
  /// Bytes that this user can still write on the file system of `path`.
  func availableBytes(at path: Path) throws -> Int64
}

extension FileSystem {
  /// The status, or `nil` where nothing is there.
  package func statusIfPresent(_ path: some PathConvertible, followingLinks: Bool = false) throws -> FileStatus? {
    do {
      return try status(of: path.asPath, followingLinks: followingLinks)
    } catch let error as PlatformError where error.isMissing {
      return nil
    }
  }

  /// Whether something has that name, a dangling link too.
  package func exists(_ path: some PathConvertible) throws -> Bool { try statusIfPresent(path) != nil }

  /// Writes all of `bytes`, in as many calls as it takes.
  package func writeAll(_ bytes: RawSpan, to file: OpenFile) throws {
    var offset = 0
    while offset < bytes.byteCount {
      offset += try write(bytes.extracting(offset..<bytes.byteCount), to: file)
    }
  }

  /// The whole content of a file of our own.
  /// - Parameter limit: bytes; a longer file is refused (`EFBIG`) before it fills memory.
  package func contents(of path: some PathConvertible, limit: Int = .max) throws -> Data {
    let file = try open(path.asPath, for: .read)
    defer { file.close() }
    return try contents(of: file, limit: limit)
  }

  /// The rest of `file` from where it stands.
  /// - Parameter limit: bytes; a longer file is refused (`EFBIG`) before it fills memory.
  package func contents(of file: OpenFile, limit: Int = .max) throws -> Data {
    let size = Int(clamping: try status(of: file).size)
    guard size <= limit else { throw PlatformError.tooLarge(file.path, limit: limit) }
    var data = Data(capacity: size)
    try readChunks(of: file) { chunk in
      guard data.count + chunk.count <= limit else { throw PlatformError.tooLarge(file.path, limit: limit) }
      data.append(contentsOf: chunk)
      return true
    }
    return data
  }

  /// Hands the rest of `file` to `body`, at most `chunkSize` bytes at a time, until the end or until `body` returns false.
  package func readChunks(
    of file: OpenFile, chunkSize: Int = 1 << 20, _ body: (ArraySlice<UInt8>) throws -> Bool
  ) throws {
    // Most files are small, and clearing a large buffer takes longer than reading them.
    var buffer = [UInt8](repeating: 0, count: min(chunkSize, 1 << 14))
    while true {
      let count = try read(file, into: &buffer)
      if count == 0 { return }
      guard try body(buffer[..<count]) else { return }
      if count == buffer.count, count < chunkSize {
        buffer = [UInt8](repeating: 0, count: min(chunkSize, 8 * count))
      }
    }
  }
}
