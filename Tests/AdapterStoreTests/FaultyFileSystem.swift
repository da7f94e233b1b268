import Foundation
import Platform
import Synchronization

/// A local file system that fails at one of its calls: only there, or from there on as if the process were dead.
final class FaultyFileSystem: FileSystem {
  enum Fault: Sendable {
    case none
    /// This call fails with `EIO`, the ones after it work.
    case once(Int)
    /// This call and all after it fail: nothing more reaches the disk.
    case killed(Int)
    /// Every write and synchronization fails with `ENOSPC`.
    case full
  }

  private let local = LocalFileSystem()
  private let fault: Fault
  private let calls = Atomic<Int>(0)

  init(_ fault: Fault) { self.fault = fault }

  var callCount: Int { calls.load(ordering: .relaxed) }

  private func pass(_ path: Path, writes: Bool = false) throws {
    let call = calls.wrappingAdd(1, ordering: .relaxed).newValue
    switch fault {
    case .none: return
    case let .once(number): if call != number { return }
    case let .killed(number): if call < number { return }
    case .full: if !writes { return }
    }
    let code = writes ? POSIXErrorCode.ENOSPC : .EIO
    throw PlatformError(path: path, operation: "go on", code: code.rawValue)
  }

  func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile {
    try pass(path)
    return try local.open(path, for: purpose)
  }
  func open(_ relative: Path, beneath root: Path) throws -> OpenFile {
    try pass(root)
    return try local.open(relative, beneath: root)
  }
  func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int {
    try pass(file.path)
    return try local.read(file, into: &buffer)
  }
  func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int {
    try pass(file.path, writes: true)
    return try local.write(bytes, to: file)
  }
  func synchronize(_ file: OpenFile) throws {
    try pass(file.path, writes: true)
    try local.synchronize(file)
  }
  func truncate(_ file: OpenFile, to byteCount: Int64) throws {
    try pass(file.path)
    try local.truncate(file, to: byteCount)
  }
  func status(of file: OpenFile) throws -> FileStatus {
    try pass(file.path)
    return try local.status(of: file)
  }
  func status(of path: Path, followingLinks: Bool) throws -> FileStatus {
    try pass(path)
    return try local.status(of: path, followingLinks: followingLinks)
  }
  func list(_ path: Path) throws -> [DirectoryEntry] {
    try pass(path)
    return try local.list(path)
  }
  func readSymbolicLink(_ path: Path) throws -> Path {
    try pass(path)
    return try local.readSymbolicLink(path)
  }
  func rename(_ source: Path, to target: Path) throws {
    try pass(source)
    try local.rename(source, to: target)
  }
  func link(_ source: Path, to target: Path) throws {
    try pass(source)
    try local.link(source, to: target)
  }
  func unlink(_ path: Path) throws {
    try pass(path)
    try local.unlink(path)
  }
  func makeDirectory(_ path: Path, mode: UInt32) throws {
    try pass(path)
    try local.makeDirectory(path, mode: mode)
  }
  func removeDirectory(_ path: Path) throws {
    try pass(path)
    try local.removeDirectory(path)
  }
  func makeSymbolicLink(_ path: Path, target: Path) throws {
    try pass(path)
    try local.makeSymbolicLink(path, target: target)
  }
  func setPermissions(_ path: Path, mode: UInt32) throws {
    try pass(path)
    try local.setPermissions(path, mode: mode)
  }
  func setGroup(_ path: Path, group: UInt32) throws {
    try pass(path)
    try local.setGroup(path, group: group)
  }
  func availableBytes(at path: Path) throws -> Int64 {
    try pass(path)
    return try local.availableBytes(at: path)
  }
}
