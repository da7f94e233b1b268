import Foundation
import Synchronization

/// Changes that are wholly there or not at all, whenever the program is killed or the power fails.
///
/// The order is always: temporary name in the same directory → fsync → rename → fsync of the directory. What a kill
/// leaves behind has a name that `isTemporary` knows. After a failed fsync nothing is tried again with the same file.
package enum DurableFile {
  /// Writes or replaces a file.
  /// - Parameter mode: permissions, whatever the umask is.
  package static func write(
    _ data: Data, to path: some PathConvertible, mode: UInt32 = 0o600, through fileSystem: some FileSystem
  ) throws {
    try write(to: path, mode: mode, through: fileSystem) { try $0.append(data) }
  }

  /// Writes or replaces a file of any length, from what `body` appends.
  @discardableResult
  package static func write<Result>(
    to path: some PathConvertible, mode: UInt32 = 0o600, through fileSystem: some FileSystem,
    _ body: (DurableWriter) throws -> Result
  ) throws -> Result {
    let target = path.asPath
    let result = try withTemporary(for: target, through: fileSystem) { temporary in
      let file = try fileSystem.open(temporary, for: .create(mode: mode))
      defer { file.close() }
      let writer = DurableWriter(file: file, fileSystem: fileSystem)
      let result = try body(writer)
      try writer.flush()
      try fileSystem.synchronize(file)
      try fileSystem.rename(temporary, to: target)
      return result
    }
    try synchronizeDirectory(target.parent, through: fileSystem)
    return result
  }

  /// Makes `path` a symbolic link to `target`, or turns the one that is there, with no moment without a link.
  package static func replaceSymbolicLink(
    at path: some PathConvertible, target: some PathConvertible, through fileSystem: some FileSystem
  ) throws {
    let link = path.asPath
    try withTemporary(for: link, through: fileSystem) { temporary in
      try fileSystem.makeSymbolicLink(temporary, target: target.asPath)
      try fileSystem.rename(temporary, to: link)
    }
    try synchronizeDirectory(link.parent, through: fileSystem)
  }

  /// Makes a directory and what is missing above it. One that is there stays as it is.
  package static func makeDirectory(
    _ path: some PathConvertible, mode: UInt32 = 0o700, through fileSystem: some FileSystem
  ) throws {
    let directory = path.asPath
    if let status = try fileSystem.statusIfPresent(directory, followingLinks: true) {
      guard status.kind == .directory else {
        throw PlatformError(path: directory, operation: "make the directory", code: POSIXErrorCode.EEXIST.rawValue)
      }
      return
    }
    try makeDirectory(directory.parent, mode: mode, through: fileSystem)
    do {
      try fileSystem.makeDirectory(directory, mode: mode)
    } catch let error as PlatformError where error.isAlreadyThere {
      // Another process made it between the look and the call; a file in its place shows at the next use.
    }
    try synchronizeDirectory(directory.parent, through: fileSystem)
  }

  /// Makes the entries of a directory durable.
  package static func synchronizeDirectory(_ path: some PathConvertible, through fileSystem: some FileSystem) throws {
    let directory = try fileSystem.open(path.asPath, for: .directory)
    defer { directory.close() }
    try fileSystem.synchronize(directory)
  }

  /// Removes a file or a link; nothing there is fine.
  package static func remove(_ path: some PathConvertible, through fileSystem: some FileSystem) throws {
    do {
      try fileSystem.unlink(path.asPath)
    } catch let error as PlatformError where error.isMissing {
      return
    }
    try synchronizeDirectory(path.asPath.parent, through: fileSystem)
  }

  /// Removes a file, a link or a directory with all that is in it; nothing there is fine. Links are not followed.
  package static func removeTree(_ path: some PathConvertible, through fileSystem: some FileSystem) throws {
    guard let status = try fileSystem.statusIfPresent(path) else { return }
    try removeEntry(path.asPath, kind: status.kind, through: fileSystem)
    try synchronizeDirectory(path.asPath.parent, through: fileSystem)
  }

  private static func removeEntry(_ path: Path, kind: FileKind, through fileSystem: some FileSystem) throws {
    guard kind == .directory else { return try fileSystem.unlink(path) }
    for entry in try fileSystem.list(path) {
      try removeEntry(path.appending(entry.name), kind: entry.kind, through: fileSystem)
    }
    try fileSystem.removeDirectory(path)
  }
}

// MARK: Temporary names

extension DurableFile {
  private static let marker = ".stet-tmp"
  private static let counter = Atomic<UInt64>(0)

  /// Whether a name is one that an interrupted write can have left behind.
  package static func isTemporary(_ name: some PathConvertible) -> Bool {
    let bytes = name.asPath.bytes
    return bytes.first == Path.dot && bytes.suffix(marker.utf8.count).elementsEqual(marker.utf8)
  }

  /// A hidden name beside `path`, which no other call of this process gets. Names over 255 bytes are refused by the
  /// kernel, so a long one is cut.
  static func temporaryName(for path: Path) -> Path {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let process = ProcessInfo.processInfo.processIdentifier
    let suffix = ".\(process)-\(number)\(marker)"
    let name = path.lastComponent.bytes.prefix(200)
    return path.parent.appending(Path(bytes: [Path.dot] + name + Array(suffix.utf8)))
  }

  /// Runs `body` with a temporary name; where it fails, what has that name is removed and the first error stands.
  static func withTemporary<Result>(
    for path: Path, through fileSystem: some FileSystem, _ body: (Path) throws -> Result
  ) throws -> Result {
    let temporary = temporaryName(for: path)
    // A process of the same number may have been killed in the middle of this.
    if try fileSystem.exists(temporary) { try fileSystem.unlink(temporary) }
    do {
      return try body(temporary)
    } catch {
      try? fileSystem.unlink(temporary)
      throw error
    }
  }
}
