import Foundation
import Platform
import ReplayStore

/// Puts files whose content is committed where they belong: `State/originals`, `State/quarantine`, or nowhere.
///
/// Every step may be repeated: names under State are content hashes, so a second time changes nothing.
struct Filing {
  enum Outcome: Hashable {
    /// It has left the watched folder, or stays there on purpose.
    case settled
    /// Another content has its name now, or somebody writes to it again: the next scan reads it anew.
    case changed
    /// The folder does not let it go; it is left alone from now on.
    case stuck(String)
  }

  let state: StateDirectory
  let watch: Path
  let settings: IntakeSettings
  let fileSystem: any FileSystem
  /// Directories whose entries changed.
  private var touched: Set<Path> = []

  init(state: StateDirectory, watch: Path, settings: IntakeSettings, fileSystem: any FileSystem) {
    self.state = state
    self.watch = watch
    self.settings = settings
    self.fileSystem = fileSystem
  }

  mutating func file(_ arrival: Arrival, _ document: Document) throws -> Outcome {
    let source = watch.appending(arrival.path)
    let isRefused = document.state == .quarantined || document.state == .forgotten
    // What stays where it lies is not copied for having been forgotten.
    if document.state == .forgotten, settings.take == .copy { return .settled }
    // Before the move: a kill in between must not lose it.
    let isKept = isRefused && (settings.take == .move || arrival.hasBytes)
    if isKept { try writeReason(arrival, document) }
    if !isRefused, settings.take == .move, settings.originals == .keep { _ = try original(arrival.sha256) }
    guard let status = try fileSystem.statusIfPresent(source) else { return .settled }
    guard arrival.status.isUnchanged(in: status), !isBeingWritten(arrival.path) else { return .changed }
    if settings.take == .copy { return try copy(arrival, isRefused: isRefused) }

    do {
      if !isRefused, settings.originals == .delete {
        try fileSystem.unlink(source)
      } else {
        let target = isRefused ? state.quarantined(arrival.sha256) : state.original(arrival.sha256)
        guard try move(arrival, from: source, to: target) else { return .changed }
      }
      touched.insert(source.parent)
      return .settled
    } catch let error as PlatformError where error.isDenied {
      if isKept { try DurableFile.remove(state.quarantineReason(arrival.sha256), through: fileSystem) }
      return .stuck(error.description)
    }
  }

  /// Makes what `file` did durable, a directory at a time.
  mutating func synchronize() throws {
    for directory in touched.sorted() {
      do {
        try DurableFile.synchronizeDirectory(directory, through: fileSystem)
      } catch let error as PlatformError where error.isMissing {
        continue
      }
    }
    touched.removeAll()
  }

  /// Puts a file that is under State already where its document's new state wants it.
  func file(again arrival: Arrival, _ document: Document) throws {
    if document.state == .quarantined {
      try DurableFile.remove(state.quarantineReason(arrival.sha256), through: fileSystem)
      try writeReason(arrival, document)
      let taken = state.original(arrival.sha256)
      guard try fileSystem.exists(taken) else { return }
      return try DurableFile.move(taken, to: state.quarantined(arrival.sha256), through: fileSystem)
    }
    try Self.release(arrival.sha256, in: state, keepsOriginal: settings.originals == .keep, through: fileSystem)
  }

  /// Takes a file out of quarantine to where it would lie had it not been refused. A kill before this leaves it in the
  /// folder, which does no harm.
  static func release(
    _ digest: Digest, in state: StateDirectory, keepsOriginal: Bool, through fileSystem: any FileSystem
  ) throws {
    let (source, target) = (state.quarantined(digest), state.original(digest))
    if try fileSystem.exists(source) {
      if keepsOriginal {
        try DurableFile.makeDirectory(target.parent, through: fileSystem)
        try DurableFile.move(source, to: target, through: fileSystem)
      } else {
        try DurableFile.remove(source, through: fileSystem)
      }
    }
    try DurableFile.remove(state.quarantineReason(digest), through: fileSystem)
  }

  /// - Returns: false where an editor had put another file under that name just then: it has it again.
  private mutating func move(_ arrival: Arrival, from source: Path, to target: Path) throws -> Bool {
    let wasThere = try fileSystem.exists(target)
    do {
      try fileSystem.rename(source, to: target)
      guard try arrival.status.isSameContent(in: fileSystem.status(of: target, followingLinks: false)) else {
        try putBack(target, to: source)
        if wasThere { try copyContent(arrival, to: target) }
        return false
      }
      try close(target)
    } catch let error as PlatformError where error.isOtherFileSystem {
      guard case .bytes = arrival.content else {
        // So much is not copied to tell that it is not wanted.
        throw PlatformError(
          path: source, operation: "move to \(target)", code: POSIXErrorCode.EPERM.rawValue,
          remedy: "It is too large to be learned; remove it.")
      }
      try copyContent(arrival, to: target)
      try fileSystem.unlink(source)
    }
    touched.insert(target.parent)
    return true
  }

  /// Gives a file its name back, or where yet another has taken it, one beside it.
  private func putBack(_ path: Path, to source: Path) throws {
    var (name, number) = (source, 1)
    while true {
      do {
        return try DurableFile.move(path, to: name, replacing: false, through: fileSystem)
      } catch let error as PlatformError where error.isAlreadyThere {
        number += 1
        name = source.parent.appending("edition-\(number)-\(source.lastComponent)")
      }
    }
  }

  /// For the owner alone. A file that belongs to another keeps its permissions; the folder above it is closed.
  private func close(_ path: Path) throws {
    do {
      try fileSystem.setPermissions(path, mode: 0o600)
    } catch let error as PlatformError where error.isDenied { return }
  }

  /// Finishes a move that was broken off before the file was closed to others.
  func finish(_ digest: Digest) throws {
    for path in [state.original(digest), state.quarantined(digest)] {
      guard let status = try fileSystem.statusIfPresent(path), status.permissions != 0o600 else { continue }
      try close(path)
    }
  }

  private mutating func copy(_ arrival: Arrival, isRefused: Bool) throws -> Outcome {
    guard case .bytes = arrival.content else { return .settled }
    if isRefused {
      try copyContent(arrival, to: state.quarantined(arrival.sha256))
    } else if settings.originals == .keep {
      try copyContent(arrival, to: try original(arrival.sha256))
    }
    return .settled
  }

  /// From the bytes that were hashed: the file may be another by now.
  private func copyContent(_ arrival: Arrival, to target: Path) throws {
    guard case .bytes(let data) = arrival.content, try !fileSystem.exists(target) else { return }
    try DurableFile.write(data, to: target, through: fileSystem)
  }

  private func original(_ digest: Digest) throws -> Path {
    let target = state.original(digest)
    try DurableFile.makeDirectory(target.parent, through: fileSystem)
    return target
  }

  private func isBeingWritten(_ path: Path) -> Bool {
    guard let (file, _) = try? UntrustedFile.open(path, beneath: watch, through: fileSystem) else { return false }
    defer { file.close() }
    return fileSystem.writerHasOpen(file) == true
  }

  func writeReason(_ arrival: Arrival, _ document: Document) throws {
    let path = state.quarantineReason(arrival.sha256)
    guard try !fileSystem.exists(path) else { return }
    let reason = document.reason ?? "refused"
    let remedy =
      arrival.hasBytes
      ? "To take it all the same: stet documents release \(document.id.rawValue)"
      : "Split it, or raise intake.limit, and drop it again."
    let text = """
      \(arrival.path): \(reason)
      \(arrival.status.size) bytes, SHA-256 \(arrival.sha256), refused as document \(document.id.rawValue).
      \(remedy)

      """
    try DurableFile.write(Data(text.utf8), to: path, through: fileSystem)
  }
}
