import Foundation
import Platform
import Synchronization

/// The local disk with one planned fault, at the step-th of the calls that it counts.
package final class FaultyFileSystem: FileSystem {
  package enum Fault: Sendable {
    /// The call fails with this `errno`, and so do later ones where `sticky`.
    case error(Int32, sticky: Bool)
    /// The program is killed before the call: nothing it does afterwards reaches the disk.
    case kill
  }

  /// Which calls are counted and can fail.
  package enum Scope: Int, Comparable, Sendable {
    /// `write` and `synchronize`.
    case writes
    /// All that can change something or wait for the disk.
    case changes
    /// These and `read`.
    case reads
    case everything

    package static func < (a: Scope, b: Scope) -> Bool { a.rawValue < b.rawValue }
  }

  package struct Killed: Error {}

  private struct State {
    var calls: [String] = []
    var isKilled = false
  }

  private let step: Int
  private let fault: Fault
  private let scope: Scope
  private let shortWrites: Bool
  private let local = LocalFileSystem()
  private let state = Mutex(State())

  /// - Parameters:
  ///   - step: 1 is the first call.
  ///   - shortWrites: writes take seven bytes at most, as a disk may.
  package init(step: Int, fault: Fault, in scope: Scope = .changes, shortWrites: Bool = false) {
    self.step = step
    self.fault = fault
    self.scope = scope
    self.shortWrites = shortWrites
  }

  /// The calls made so far, by name.
  package var calls: [String] { state.withLock { $0.calls } }

  private func pass<Result>(
    _ call: String, _ path: Path, _ kind: Scope = .changes, _ body: () throws -> Result
  ) throws -> Result {
    if kind <= scope { try count(call, path) }
    return try body()
  }

  private func count(_ call: String, _ path: Path) throws {
    try state.withLock { state in
      if state.isKilled { throw Killed() }
      state.calls.append(call)
      switch fault {
      case .kill where state.calls.count == step:
        state.isKilled = true
        throw Killed()
      case .error(let code, let sticky) where state.calls.count == step || (sticky && state.calls.count > step):
        throw PlatformError(path: path, operation: call, code: code)
      case .kill, .error:
        break
      }
    }
  }

  package func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile {
    try pass("open", path) { try local.open(path, for: purpose) }
  }
  package func open(_ relative: Path, beneath root: Path) throws -> OpenFile {
    try pass("open", root, .everything) { try local.open(relative, beneath: root) }
  }
  package func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int {
    try pass("read", file.path, .reads) { try local.read(file, into: &buffer) }
  }
  package func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int {
    let count = shortWrites ? min(bytes.byteCount, 7) : bytes.byteCount
    return try pass("write", file.path, .writes) { try local.write(bytes.extracting(0..<count), to: file) }
  }
  package func synchronize(_ file: OpenFile) throws {
    try pass("fsync", file.path, .writes) { try local.synchronize(file) }
  }
  package func truncate(_ file: OpenFile, to byteCount: Int64) throws {
    try pass("truncate", file.path) { try local.truncate(file, to: byteCount) }
  }
  package func status(of file: OpenFile) throws -> FileStatus {
    try pass("fstat", file.path, .everything) { try local.status(of: file) }
  }
  package func status(of path: Path, followingLinks: Bool) throws -> FileStatus {
    try pass("stat", path, .everything) { try local.status(of: path, followingLinks: followingLinks) }
  }
  package func list(_ path: Path) throws -> [DirectoryEntry] {
    try pass("list", path, .everything) { try local.list(path) }
  }
  package func readSymbolicLink(_ path: Path) throws -> Path {
    try pass("readlink", path, .everything) { try local.readSymbolicLink(path) }
  }
  package func rename(_ source: Path, to target: Path) throws {
    try pass("rename", source) { try local.rename(source, to: target) }
  }
  package func link(_ source: Path, to target: Path) throws {
    try pass("link", source) { try local.link(source, to: target) }
  }
  package func unlink(_ path: Path) throws { try pass("unlink", path) { try local.unlink(path) } }
  package func makeDirectory(_ path: Path, mode: UInt32) throws {
    try pass("mkdir", path) { try local.makeDirectory(path, mode: mode) }
  }
  package func removeDirectory(_ path: Path) throws { try pass("rmdir", path) { try local.removeDirectory(path) } }
  package func makeSymbolicLink(_ path: Path, target: Path) throws {
    try pass("symlink", path) { try local.makeSymbolicLink(path, target: target) }
  }
  package func setPermissions(_ path: Path, mode: UInt32) throws {
    try pass("chmod", path) { try local.setPermissions(path, mode: mode) }
  }
  package func setGroup(_ path: Path, group: UInt32) throws {
    try pass("chown", path) { try local.setGroup(path, group: group) }
  }
  package func availableBytes(at path: Path) throws -> Int64 {
    try pass("statfs", path, .everything) { try local.availableBytes(at: path) }
  }
}
