import Foundation
import Platform
import Synchronization

/// The local disk, with a record of everything that changes below one folder, SQLite's files too: from it come the
/// folders that a loss of power can leave (as ALICE, Pillai et al., 2014, and CrashMonkey, Mohan et al., 2018, make
/// them). What was not synchronised may be there or not, in whole or in part.
package final class RecordingFileSystem: FileSystem, DatabaseObserver {
  private struct State {
    var isOn = false
    var start = DiskImage()
    /// As a program sees it: with everything that was done.
    var now = DiskImage()
    var changes: [DiskChange] = []
    var numbers = 1_000_000
  }

  private let root: Path
  private let skipping: @Sendable (Path) -> Bool
  private let local = LocalFileSystem()
  private let state = Mutex(State())

  /// - Parameter skipping: files (relative to `root`) that take no part.
  package init(_ root: Path, skipping: @escaping @Sendable (Path) -> Bool = { _ in false }) {
    self.root = root
    // Shared memory is made anew at every start.
    self.skipping = { $0.bytes.suffix(4).elementsEqual("-shm".utf8) || skipping($0) }
    DatabaseShim.observe(below: root, self)
  }

  /// What is there now has long been durable; what happens from now on is recorded.
  package func begin() throws {
    let image = try DiskImage(of: root, skipping: skipping)
    state.withLock { state in
      state.start = image
      state.now = image
      state.changes = []
      state.isOn = true
    }
  }

  package func end() {
    state.withLock { $0.isOn = false }
    DatabaseShim.forget(below: root)
  }

  private func relative(_ path: Path) -> Path? { path.relative(to: root) }

  private func record(_ change: DiskChange) {
    state.withLock { state in
      guard state.isOn else { return }
      state.now.apply(change)
      state.changes.append(change)
    }
  }

  private func record(named path: Path, _ change: (Path) -> DiskChange) {
    guard let path = relative(path), !skipping(path) else { return }
    record(change(path))
  }

  private func record(contentOf path: Path, _ change: (Int, DiskImage) -> DiskChange) {
    guard let path = relative(path), !skipping(path) else { return }
    state.withLock { state in
      guard state.isOn, let number = state.now.number(of: path) else { return }
      let change = change(number, state.now)
      state.now.apply(change)
      state.changes.append(change)
    }
  }

  private func recordCreation(_ path: Path) {
    guard let path = relative(path), !skipping(path) else { return }
    state.withLock { state in
      guard state.isOn, state.now.number(of: path) == nil else { return }
      state.numbers += 1
      let change = DiskChange.create(path, state.numbers)
      state.now.apply(change)
      state.changes.append(change)
    }
  }

  // MARK: FileSystem

  package func open(_ path: Path, for purpose: OpenPurpose) throws -> OpenFile {
    let file = try local.open(path, for: purpose)
    switch purpose {
    case .create, .append: recordCreation(path)
    case .read, .readUntrusted, .directory: break
    }
    return file
  }
  package func open(_ relative: Path, beneath root: Path) throws -> OpenFile {
    try local.open(relative, beneath: root)
  }
  package func read(_ file: OpenFile, into buffer: inout [UInt8]) throws -> Int {
    try local.read(file, into: &buffer)
  }
  package func write(_ bytes: RawSpan, to file: OpenFile) throws -> Int {
    let count = try local.write(bytes, to: file)
    let written = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0.prefix(count)) }
    record(contentOf: file.path) { number, now in
      .write(number, offset: now.contents[number]?.count ?? 0, written)
    }
    return count
  }
  package func synchronize(_ file: OpenFile) throws {
    try local.synchronize(file)
    if file.path == root { return record(.synchronizeDirectory(Path("."))) }
    guard let path = relative(file.path) else { return }
    if try local.status(of: file).kind == .directory { return record(.synchronizeDirectory(path)) }
    record(contentOf: file.path) { number, _ in .synchronize(number) }
  }
  package func truncate(_ file: OpenFile, to byteCount: Int64) throws {
    try local.truncate(file, to: byteCount)
    record(contentOf: file.path) { number, _ in .truncate(number, to: Int(byteCount)) }
  }
  package func writerHasOpen(_ file: OpenFile) -> Bool? { local.writerHasOpen(file) }
  package func status(of file: OpenFile) throws -> FileStatus { try local.status(of: file) }
  package func status(of path: Path, followingLinks: Bool) throws -> FileStatus {
    try local.status(of: path, followingLinks: followingLinks)
  }
  package func list(_ path: Path) throws -> [DirectoryEntry] { try local.list(path) }
  package func readSymbolicLink(_ path: Path) throws -> Path { try local.readSymbolicLink(path) }
  package func rename(_ source: Path, to target: Path) throws {
    try local.rename(source, to: target)
    guard let from = relative(source), let to = relative(target) else { return }
    record(.rename(from, to: to))
  }
  package func link(_ source: Path, to target: Path) throws {
    try local.link(source, to: target)
    guard let from = relative(source), let to = relative(target) else { return }
    record(.link(from, to: to))
  }
  package func unlink(_ path: Path) throws {
    try local.unlink(path)
    record(named: path) { .unlink($0) }
  }
  package func makeDirectory(_ path: Path, mode: UInt32) throws {
    try local.makeDirectory(path, mode: mode)
    record(named: path) { .makeDirectory($0) }
  }
  package func removeDirectory(_ path: Path) throws {
    try local.removeDirectory(path)
    record(named: path) { .removeDirectory($0) }
  }
  package func makeSymbolicLink(_ path: Path, target: Path) throws {
    try local.makeSymbolicLink(path, target: target)
    record(named: path) { .makeLink($0, target: target) }
  }
  package func setPermissions(_ path: Path, mode: UInt32) throws { try local.setPermissions(path, mode: mode) }
  package func setGroup(_ path: Path, group: UInt32) throws { try local.setGroup(path, group: group) }
  package func availableBytes(at path: Path) throws -> Int64 { try local.availableBytes(at: path) }

  // MARK: SQLite

  /// Called before each call; a call that then fails is recorded all the same, which a test does not provoke.
  package func database(_ call: DatabaseCall, on path: Path) throws {
    switch call {
    case .open(let creates): if creates { recordCreation(path) }
    case .write(let bytes, let offset):
      record(contentOf: path) { number, _ in .write(number, offset: Int(offset), bytes) }
    case .truncate(let size): record(contentOf: path) { number, _ in .truncate(number, to: Int(size)) }
    case .synchronize:
      record(contentOf: path) { number, _ in .synchronize(number) }
      // os_unix.c synchronises the directory with the first fsync of a new journal.
      record(named: path) { .synchronizeDirectory($0.parent) }
    case .delete: record(named: path) { .unlink($0) }
    case .read, .grow: break
    }
  }
}

// MARK: After a loss of power

extension RecordingFileSystem {
  /// Changes recorded so far.
  package var changeCount: Int { state.withLock { $0.changes.count } }

  /// The folders that a loss of power can leave after each prefix of what was recorded, each once. For every prefix:
  /// nothing of what is pending; all of it; names without contents; each prefix of the names, with and without contents;
  /// each pending change missing alone; each pending write cut in half.
  /// - Parameter share: one in how many of them, the first two of every prefix always.
  package func images(oneIn share: Int = 1) -> [DiskImage] {
    let (start, changes) = state.withLock { ($0.start, $0.changes) }
    var seen: Set<DiskImage> = []
    var images: [DiskImage] = []
    var durableAt = [Int](repeating: .max, count: changes.count)
    for (index, change) in changes.enumerated() {
      for later in changes.indices.dropFirst(index + 1) where durableAt[index] == .max {
        switch changes[later] {
        case .synchronize(let number): if change.content == number { durableAt[index] = later }
        case .synchronizeDirectory(let path): if change.directories.contains(path) { durableAt[index] = later }
        default: continue
        }
      }
    }
    var candidates = 0
    func add(_ length: Int, always: Bool = false, keeping isKept: (Int) -> Bool, cutting cut: Int? = nil) {
      candidates += 1
      guard always || candidates.isMultiple(of: share) else { return }
      var image = start
      for index in 0..<length where durableAt[index] < length || isKept(index) {
        if index == cut, case .write(let number, let offset, let bytes) = changes[index] {
          image.apply(.write(number, offset: offset, Array(bytes.prefix(bytes.count / 2))))
        } else {
          image.apply(changes[index])
        }
      }
      if seen.insert(image).inserted { images.append(image) }
    }
    for length in 0...changes.count {
      let pending = (0..<length).filter { durableAt[$0] >= length }
      let names = pending.filter { changes[$0].content == nil }
      add(length, always: true, keeping: { _ in false })
      add(length, always: true, keeping: { _ in true })
      for kept in names {
        add(length, keeping: { $0 <= kept && changes[$0].content == nil })
        add(length, keeping: { $0 <= kept || changes[$0].content != nil })
      }
      add(length, keeping: { changes[$0].content != nil })
      for missing in pending {
        // A change of names that later ones build on does not go missing under them.
        let isBase = pending.contains {
          $0 > missing && !Set(changes[$0].paths).isDisjoint(with: changes[missing].paths)
        }
        if !isBase { add(length, keeping: { $0 != missing }) }
        if changes[missing].content != nil { add(length, keeping: { _ in true }, cutting: missing) }
      }
    }
    return images
  }
}
