import CSQLite
import Foundation
import Glibc
import Platform
import Synchronization

/// What SQLite is about to do to a file.
package enum DatabaseCall: Sendable {
  /// - creates: the file is made where it is missing.
  case open(creates: Bool)
  case read
  case write([UInt8], offset: Int64)
  case truncate(to: Int64)
  case synchronize
  case delete
  /// Of the shared memory, which lies in a file too.
  case grow
}

/// Looks on at what SQLite does to the disk, and may make it fail.
package protocol DatabaseObserver: Sendable {
  /// Called before each call.
  /// - Throws: what SQLite is told instead: a `PlatformError`'s code, or an I/O error.
  func database(_ call: DatabaseCall, on path: Path) throws
}

/// A thin `sqlite3_vfs` over the system's own: it passes every call on, after an observer has seen it
/// (https://sqlite.org/c3ref/vfs.html). Databases that nobody observes go straight through.
package enum DatabaseShim {
  /// Every database below `folder` that is opened from now on is looked at.
  package static func observe(below folder: some PathConvertible, _ observer: any DatabaseObserver) {
    _ = registered
    registry.withLock { $0.append((folder.asPath, observer)) }
  }

  /// Databases below `folder` that are opened from now on are left alone.
  package static func forget(below folder: some PathConvertible) {
    let folder = folder.asPath
    registry.withLock { $0.removeAll { $0.folder == folder } }
  }

  private static let registry = Mutex<[(folder: Path, observer: any DatabaseObserver)]>([])

  fileprivate static func observer(of path: Path) -> (any DatabaseObserver)? {
    registry.withLock { entries in
      entries.last { $0.folder == Path("/") || path.relative(to: $0.folder) != nil }?.observer
    }
  }

  private static let registered: Void = register()
}

/// One open file: SQLite's header, what we know of it, and behind that the system's own file.
private enum Layout {
  static let box = 16
  static let inner = 32
}

private final class Box {
  let path: Path
  let observer: any DatabaseObserver

  init(path: Path, observer: any DatabaseObserver) {
    self.path = path
    self.observer = observer
  }
}

private typealias File = UnsafeMutablePointer<sqlite3_file>

@unsafe private struct Shim: @unchecked Sendable {
  var system: UnsafeMutablePointer<sqlite3_vfs>
  var vfs: UnsafeMutablePointer<sqlite3_vfs>
  var methods: UnsafeMutablePointer<sqlite3_io_methods>
}

/// Set once, before any database is opened through it.
nonisolated(unsafe) private var shim: Shim?

private func inner(_ file: File) -> File {
  unsafe UnsafeMutableRawPointer(file).advanced(by: Layout.inner).assumingMemoryBound(to: sqlite3_file.self)
}

private func box(_ file: File) -> Box? {
  let slot = unsafe UnsafeMutableRawPointer(file).advanced(by: Layout.box)
  guard let raw = unsafe slot.load(as: UnsafeRawPointer?.self) else { return nil }
  return unsafe Unmanaged<Box>.fromOpaque(raw).takeUnretainedValue()
}

/// SQLite's result for an observer's refusal; `nil` where it lets the call pass.
private func refusal(_ box: Box?, _ call: DatabaseCall, else code: Int32) -> Int32? {
  guard let box else { return nil }
  do {
    try box.observer.database(call, on: box.path)
    return nil
  } catch let error as PlatformError {
    // As os_unix.c has it.
    if case .write = call, error.code == ENOSPC { return SQLITE_FULL }
    return code
  } catch {
    return code
  }
}

private let ioError = SQLITE_IOERR
private func extended(_ number: Int32) -> Int32 { ioError | (number << 8) }

private func register() {
  guard let system = unsafe sqlite3_vfs_find(nil) else { return }
  let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
  unsafe vfs.initialize(to: system.pointee)
  unsafe vfs.pointee.zName = UnsafePointer(strdup("stet-observed"))
  unsafe vfs.pointee.pNext = nil
  unsafe vfs.pointee.szOsFile = Int32(Layout.inner) + system.pointee.szOsFile
  unsafe vfs.pointee.xOpen = { _, name, file, flags, outFlags in
    guard let file = unsafe file, let shim = unsafe shim else { return SQLITE_CANTOPEN }
    return unsafe open(shim, name, file, flags, outFlags)
  }
  unsafe vfs.pointee.xDelete = { _, name, synchronizes in
    guard let shim = unsafe shim, let name = unsafe name else { return SQLITE_IOERR }
    let path = unsafe Path(String(cString: name))
    if let observer = DatabaseShim.observer(of: path),
      let code = refusal(Box(path: path, observer: observer), .delete, else: extended(10))
    {
      return code
    }
    return unsafe shim.system.pointee.xDelete?(shim.system, name, synchronizes) ?? SQLITE_IOERR
  }
  let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
  unsafe methods.initialize(to: observedMethods())
  unsafe shim = Shim(system: system, vfs: vfs, methods: methods)
  unsafe sqlite3_vfs_register(vfs, 1)
}

private func open(
  _ shim: Shim, _ name: UnsafePointer<CChar>?, _ file: File, _ flags: Int32, _ outFlags: UnsafeMutablePointer<Int32>?
) -> Int32 {
  let raw = UnsafeMutableRawPointer(file)
  unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: Int(shim.vfs.pointee.szOsFile))
  var known: Box?
  if let name = unsafe name {
    let path = unsafe Path(String(cString: name))
    if let observer = DatabaseShim.observer(of: path) { known = Box(path: path, observer: observer) }
  }
  if let known {
    let creates = flags & SQLITE_OPEN_CREATE != 0 && (try? LocalFileSystem().exists(known.path)) != true
    if let code = refusal(known, .open(creates: creates), else: SQLITE_CANTOPEN) { return code }
  }
  let code = unsafe shim.system.pointee.xOpen?(shim.system, name, inner(file), flags, outFlags) ?? SQLITE_CANTOPEN
  if unsafe inner(file).pointee.pMethods != nil {
    unsafe file.pointee.pMethods = UnsafePointer(shim.methods)
    if let known {
      let retained = unsafe UnsafeRawPointer(Unmanaged.passRetained(known).toOpaque())
      unsafe raw.advanced(by: Layout.box).storeBytes(of: retained, as: UnsafeRawPointer?.self)
    }
  }
  return code
}

/// Every method of an open file: the observer first where there is something to see, then the system's own.
private func observedMethods() -> sqlite3_io_methods {
  var methods = sqlite3_io_methods()
  // 2: shared memory, but no mapping of the database, which would read and write unseen.
  methods.iVersion = 2
  unsafe methods.xClose = { file in
    guard let file = unsafe file else { return SQLITE_OK }
    let slot = unsafe UnsafeMutableRawPointer(file).advanced(by: Layout.box)
    if let raw = unsafe slot.load(as: UnsafeRawPointer?.self) { unsafe Unmanaged<Box>.fromOpaque(raw).release() }
    return unsafe inner(file).pointee.pMethods?.pointee.xClose?(inner(file)) ?? SQLITE_OK
  }
  unsafe methods.xRead = { file, bytes, count, offset in
    guard let file = unsafe file else { return SQLITE_IOERR }
    if let code = unsafe refusal(box(file), .read, else: extended(1)) { return code }
    return unsafe inner(file).pointee.pMethods?.pointee.xRead?(inner(file), bytes, count, offset) ?? SQLITE_IOERR
  }
  unsafe methods.xWrite = { file, bytes, count, offset in
    guard let file = unsafe file else { return SQLITE_IOERR }
    if let box = unsafe box(file) {
      let content = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      if let code = refusal(box, .write(content, offset: offset), else: extended(3)) { return code }
    }
    return unsafe inner(file).pointee.pMethods?.pointee.xWrite?(inner(file), bytes, count, offset) ?? SQLITE_IOERR
  }
  unsafe methods.xTruncate = { file, size in
    guard let file = unsafe file else { return SQLITE_IOERR }
    if let code = unsafe refusal(box(file), .truncate(to: size), else: extended(6)) { return code }
    return unsafe inner(file).pointee.pMethods?.pointee.xTruncate?(inner(file), size) ?? SQLITE_IOERR
  }
  unsafe methods.xSync = { file, flags in
    guard let file = unsafe file else { return SQLITE_IOERR }
    if let code = unsafe refusal(box(file), .synchronize, else: extended(4)) { return code }
    return unsafe inner(file).pointee.pMethods?.pointee.xSync?(inner(file), flags) ?? SQLITE_IOERR
  }
  unsafe methods.xFileSize = { file, size in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xFileSize?(inner(file), size) ?? SQLITE_IOERR
  }
  unsafe methods.xLock = { file, level in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xLock?(inner(file), level) ?? SQLITE_IOERR
  }
  unsafe methods.xUnlock = { file, level in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xUnlock?(inner(file), level) ?? SQLITE_IOERR
  }
  unsafe methods.xCheckReservedLock = { file, result in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xCheckReservedLock?(inner(file), result) ?? SQLITE_IOERR
  }
  unsafe methods.xFileControl = { file, operation, argument in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xFileControl?(inner(file), operation, argument)
      ?? SQLITE_NOTFOUND
  }
  unsafe methods.xSectorSize = { file in
    guard let file = unsafe file else { return 4096 }
    return unsafe inner(file).pointee.pMethods?.pointee.xSectorSize?(inner(file)) ?? 4096
  }
  unsafe methods.xDeviceCharacteristics = { file in
    guard let file = unsafe file else { return 0 }
    return unsafe inner(file).pointee.pMethods?.pointee.xDeviceCharacteristics?(inner(file)) ?? 0
  }
  unsafe methods.xShmMap = { file, region, size, extends, out in
    guard let file = unsafe file else { return SQLITE_IOERR }
    if extends != 0, region == 0, let code = unsafe refusal(box(file), .grow, else: extended(19)) { return code }
    return unsafe inner(file).pointee.pMethods?.pointee.xShmMap?(inner(file), region, size, extends, out)
      ?? SQLITE_IOERR
  }
  unsafe methods.xShmLock = { file, offset, count, flags in
    guard let file = unsafe file else { return SQLITE_IOERR }
    return unsafe inner(file).pointee.pMethods?.pointee.xShmLock?(inner(file), offset, count, flags) ?? SQLITE_IOERR
  }
  unsafe methods.xShmBarrier = { file in
    guard let file = unsafe file else { return }
    unsafe inner(file).pointee.pMethods?.pointee.xShmBarrier?(inner(file))
  }
  unsafe methods.xShmUnmap = { file, deletes in
    guard let file = unsafe file else { return SQLITE_OK }
    return unsafe inner(file).pointee.pMethods?.pointee.xShmUnmap?(inner(file), deletes) ?? SQLITE_OK
  }
  return methods
}
