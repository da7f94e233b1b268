import Foundation
import Platform
import ReplayStore

/// A file as it lay in the watched folder, read whole and hashed.
struct Arrival: Sendable {
  enum Content: Sendable {
    case bytes(Data)
    /// Larger than the limit: hashed, not kept.
    case tooLarge
  }

  /// Relative to the watched folder.
  let path: Path
  /// Of the descriptor that was read.
  let status: FileStatus
  let sha256: Digest
  let content: Content
  /// Whether the kernel said that no writer has it; false where only the quiet time speaks for it.
  let isCertain: Bool

  var hasBytes: Bool { if case .bytes = content { true } else { false } }

  /// As the store keeps it; bytes that are not UTF-8 are made visible.
  var name: String { Arrival.name(path) }

  var domain: String { Arrival.domain(path) }

  /// The folder that it came in, below the watched one.
  var source: String { Arrival.source(ofName: name) }

  /// Tells this very file, in this very state, from others under its name.
  var stamp: String { Arrival.stamp(status) }

  func incoming(_ received: Date) -> IncomingDocument {
    IncomingDocument(
      sha256: sha256, domain: domain, path: name, stamp: stamp, byteCount: Int(clamping: status.size),
      received: received)
  }

  static func name(_ path: Path) -> String { path.string ?? path.description }

  /// The first folder below the watched one, `default` for files beside it.
  static func domain(_ path: Path) -> String {
    let components = path.components
    guard components.count > 1, let first = components.first else { return "default" }
    // One folder, whichever system wrote its accents.
    return (first.string ?? first.description).precomposedStringWithCanonicalMapping
  }

  static func source(ofName name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "default"
  }

  static func stamp(_ status: FileStatus) -> String {
    "\(status.identity.device):\(status.identity.inode):\(status.size):\(status.modifiedNanoseconds)"
      + ":\(status.changedNanoseconds)"
  }
}

extension Arrival {
  /// A document's file as it lies in quarantine.
  /// - Parameter name: that it was dropped under.
  /// - Throws: `ReleaseError` where it is not there or another; `PlatformError`.
  static func quarantined(
    _ document: Document, _ name: String, _ state: StateDirectory, limit: Int, through fileSystem: any FileSystem
  ) throws -> Arrival {
    let path = state.quarantined(document.sha256)
    guard let status = try fileSystem.statusIfPresent(path), status.kind == .regular else {
      throw ReleaseError.missing(document.id, path: path.description)
    }
    guard status.size <= Int64(limit) else {
      throw ReleaseError.unreadable(
        document.id, reason: "\(status.size) bytes, the limit is \(limit)", path: path.description)
    }
    let bytes = try fileSystem.contents(of: path, limit: limit)
    guard Digest.of(bytes) == document.sha256 else {
      throw ReleaseError.edited(document.id, path: path.description)
    }
    return Arrival(path: Path(name), status: status, sha256: document.sha256, content: .bytes(bytes), isCertain: true)
  }
}

/// Reads what lies in a watched folder, one file after another, each once.
struct ArrivalReader: Sendable {
  enum Outcome: Sendable {
    case ready(Arrival)
    /// Somebody is still writing it.
    case busy
    case gone
    /// Links, devices and the like; the error says which.
    case notRegular(UntrustedFileError)
    /// A second name of some other file: taking it would take that one's content.
    case hardLink
    case unreadable(String)
    /// Asked to stop in the middle.
    case stopped
  }

  let watch: Path
  let limit: Int
  let fileSystem: any FileSystem

  func read(_ path: Path, shouldStop: @Sendable () -> Bool) -> Outcome {
    do {
      let (file, status) = try UntrustedFile.open(path, beneath: watch, through: fileSystem)
      defer { file.close() }
      guard status.linkCount == 1 else { return .hardLink }
      let writer = fileSystem.writerHasOpen(file)
      if writer == true { return .busy }
      guard let arrival = try read(file, path, status, isCertain: writer != nil, shouldStop) else { return .stopped }
      // Who began to write meanwhile, or did in between, is found by one of these.
      guard fileSystem.writerHasOpen(file) != true, try status.isUnchanged(in: fileSystem.status(of: file)) else {
        return .busy
      }
      return .ready(arrival)
    } catch let error as UntrustedFileError {
      switch error {
      case .notRegular: return .notRegular(error)
      case .vanished: return .gone
      case .busy: return .busy
      case .system: return .unreadable(error.description)
      }
    } catch {
      return .unreadable("\(error)")
    }
  }

  private func read(
    _ file: OpenFile, _ path: Path, _ status: FileStatus, isCertain: Bool, _ shouldStop: @Sendable () -> Bool
  ) throws -> Arrival? {
    var hash = SHA256()
    var data = Data(capacity: min(limit, Int(clamping: status.size)))
    var fits = status.size <= Int64(limit)
    var isStopped = false
    try fileSystem.readChunks(of: file) { chunk in
      hash.update(chunk)
      if fits, data.count + chunk.count <= limit {
        data.append(contentsOf: chunk)
      } else if fits {
        fits = false
        data = Data()
      }
      isStopped = shouldStop()
      return !isStopped
    }
    guard !isStopped else { return nil }
    return Arrival(
      path: path, status: status, sha256: hash.finalized(), content: fits ? .bytes(data) : .tooLarge,
      isCertain: isCertain)
  }
}
