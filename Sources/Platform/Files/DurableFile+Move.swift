import Foundation

extension DurableFile {
  /// Moves a regular file, a link or, within one file system, a directory; the new name is durable before the old one
  /// goes. Across file systems the content is copied.
  /// - Parameters:
  ///   - replacing: where false, a file at `target` stays and the move fails with `isAlreadyThere`; not for directories.
  ///   - expected: where given, only this very file is moved; another one under that name stays (`ESTALE`).
  ///   - mode: permissions of a copied file; a renamed one keeps its own.
  package static func move(
    _ source: some PathConvertible, to target: some PathConvertible, replacing: Bool = true,
    expecting expected: FileIdentity? = nil, mode: UInt32 = 0o600, through fileSystem: some FileSystem
  ) throws {
    let (source, target) = (source.asPath, target.asPath)
    let status = try fileSystem.status(of: source, followingLinks: false)
    if let expected, expected != status.identity {
      throw PlatformError(
        path: source, operation: "move to \(target)", code: POSIXErrorCode.ESTALE.rawValue,
        remedy: "Another file has taken its name; it is looked at next time.")
    }
    do {
      if replacing {
        try fileSystem.rename(source, to: target)
        try synchronizeDirectory(target.parent, through: fileSystem)
        return try synchronizeDirectory(source.parent, through: fileSystem)
      }
      try fileSystem.link(source, to: target)
    } catch let error as PlatformError where error.isOtherFileSystem {
      try copy(source, to: target, replacing: replacing, mode: mode, through: fileSystem)
    }
    try synchronizeDirectory(target.parent, through: fileSystem)
    // Someone may have put a new file under the old name meanwhile: that one is not ours to remove.
    if try fileSystem.statusIfPresent(source)?.identity == status.identity {
      try remove(source, through: fileSystem)
    }
  }

  private static func copy(
    _ source: Path, to target: Path, replacing: Bool, mode: UInt32, through fileSystem: some FileSystem
  ) throws {
    if !replacing, try fileSystem.exists(target) {
      throw PlatformError(path: target, operation: "move here", code: POSIXErrorCode.EEXIST.rawValue)
    }
    let status = try fileSystem.status(of: source, followingLinks: false)
    switch status.kind {
    case .symbolicLink:
      let destination = try fileSystem.readSymbolicLink(source)
      try replaceSymbolicLink(at: target, target: destination, through: fileSystem)
    case .regular:
      let file = try fileSystem.open(source, for: .readUntrusted)
      defer { file.close() }
      try copy(restOf: file, to: target, mode: mode, through: fileSystem)
    case .directory, .fifo, .socket, .characterDevice, .blockDevice, .unknown:
      throw PlatformError(path: source, operation: "move to \(target)", code: POSIXErrorCode.EXDEV.rawValue)
    }
  }

  /// Writes the rest of an open file to `target`, durably.
  /// - Returns: the SHA-256 and the length in bytes of what was copied.
  @discardableResult
  package static func copy(
    restOf file: OpenFile, to target: some PathConvertible, mode: UInt32 = 0o600, through fileSystem: some FileSystem
  ) throws -> (digest: Digest, byteCount: Int64) {
    try write(to: target, mode: mode, through: fileSystem) { writer in
      try fileSystem.readChunks(of: file) { chunk in
        try unsafe writer.append(chunk.span.bytes)
        return true
      }
      return (writer.digest, writer.byteCount)
    }
  }
}
