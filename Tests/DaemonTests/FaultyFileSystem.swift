import Foundation
import Platform
import Synchronization

/// The local disk with one planned fault: at the step-th call that can change something or wait for the disk.
final class FaultyFileSystem: FileSystem {
  enum Fault {
    /// The call fails with this `errno`, and so do later ones where `sticky`.
    case error(Int32, sticky: Bool)
    /// The program is killed before the call: nothing it does afterwards reaches the disk.
    case kill
  }

  struct Killed: Error {}

  private struct State {
    var count = 0
    var isKilled = false
  }

  private let step: Int
  private let fault: Fault
  private let local = LocalFileSystem()
  private let state = Mutex(State())

  init(step: Int, fault: Fault) {
    self.step = step
    self.fault = fault
  }

  /// Calls made so far.
  var count: Int { state.withLock { $0.count } }

  private func pass<Result>(_ call: String, _ path: Path, _ body: () throws -> Result) throws -> Result {
    try state.withLock { state in
      if state.isKilled { throw Killed() }
      state.count += 1
      switch fault {
      case .kill where state.count == step:
        state.isKilled = true
        throw Killed()
      case .error(let code, let sticky) where state.count == step || (sticky && state.count > step):
        throw PlatformError(path: path, operation: call, code: code)
      case .kill, .error:
        break
      }
    }
    return try body()
  }

  func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile {
    try pass("open", path) { try local.open(path, for: purpose) }
  }
  func open(_ relative: Path, beneath root: Path) throws -> OpenFile { try local.open(relative, beneath: root) }
  func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int {
    try pass("read", file.path) { try local.read(file, into: &buffer) }
  }
  func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int {
    try pass("write", file.path) { try local.write(bytes, to: file) }
  }
  func synchronize(_ file: OpenFile) throws { try pass("fsync", file.path) { try local.synchronize(file) } }
  func truncate(_ file: OpenFile, to byteCount: Int64) throws {
    try pass("truncate", file.path) { try local.truncate(file, to: byteCount) }
  }
  func status(of file: OpenFile) throws -> FileStatus { try local.status(of: file) }
  func status(of path: Path, followingLinks: Bool) throws -> FileStatus {
    try local.status(of: path, followingLinks: followingLinks)
  }
  func list(_ path: Path) throws -> [DirectoryEntry] { try local.list(path) }
  func readSymbolicLink(_ path: Path) throws -> Path { try local.readSymbolicLink(path) }
  func rename(_ source: Path, to target: Path) throws {
    try pass("rename", source) { try local.rename(source, to: target) }
  }
  func link(_ source: Path, to target: Path) throws { try pass("link", source) { try local.link(source, to: target) } }
  func unlink(_ path: Path) throws { try pass("unlink", path) { try local.unlink(path) } }
  func makeDirectory(_ path: Path, mode: UInt32) throws {
    try pass("mkdir", path) { try local.makeDirectory(path, mode: mode) }
  }
  func removeDirectory(_ path: Path) throws { try pass("rmdir", path) { try local.removeDirectory(path) } }
  func makeSymbolicLink(_ path: Path, target: Path) throws {
    try pass("symlink", path) { try local.makeSymbolicLink(path, target: target) }
  }
  func setPermissions(_ path: Path, mode: UInt32) throws {
    try pass("chmod", path) { try local.setPermissions(path, mode: mode) }
  }
  func setGroup(_ path: Path, group: UInt32) throws {
    try pass("chown", path) { try local.setGroup(path, group: group) }
  }
  func availableBytes(at path: Path) throws -> Int64 { try local.availableBytes(at: path) }
}
