import Foundation
import Platform
import Synchronization

/// The local disk under a plan of faults.
package final class FaultyFileSystem: FileSystem {
  package typealias Fault = FaultPlan.Fault
  package typealias Scope = FaultPlan.Scope
  package typealias Killed = FaultPlan.Killed

  package let plan: FaultPlan
  private let shortWrites: Bool
  private let leases: Bool
  private let beforeRename: @Sendable (Path) -> Void
  private let local = LocalFileSystem()

  /// - Parameters:
  ///   - shortWrites: writes take seven bytes at most, as a disk may.
  ///   - leases: whether the kernel tells who writes a file; it does not where the file is not ours, or on NFS.
  ///   - beforeRename: what somebody else does just before a file is moved.
  package init(
    _ plan: FaultPlan, shortWrites: Bool = false, leases: Bool = true,
    beforeRename: @escaping @Sendable (Path) -> Void = { _ in }
  ) {
    self.beforeRename = beforeRename
    self.plan = plan
    self.shortWrites = shortWrites
    self.leases = leases
  }

  /// - Parameter step: 1 is the first call.
  package convenience init(step: Int, fault: Fault, in scope: Scope = .changes, shortWrites: Bool = false) {
    self.init(FaultPlan(step: step, fault: fault, in: scope), shortWrites: shortWrites)
  }

  /// The calls made so far, by name.
  package var calls: [String] { plan.calls }

  private func pass<Result>(
    _ call: String, _ path: Path, _ kind: Scope = .changes, _ body: () throws -> Result
  ) throws -> Result {
    try plan.pass(call, path, kind)
    return try body()
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
  package func writerHasOpen(_ file: OpenFile) -> Bool? { leases ? local.writerHasOpen(file) : nil }
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
    beforeRename(source)
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
