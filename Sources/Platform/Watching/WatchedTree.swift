import Foundation
import Glibc

/// The directories that one inotify descriptor watches, kept in step with the tree as it changes. Used by one queue.
///
/// Invariant: `paths` and `watches` are inverse to each other; `rootWatch` is in both while the folder is there.
final class WatchedTree {
  private let root: Path
  private let descriptor: OpenFile
  private let fileSystem: any FileSystem
  private let sink: AsyncStream<WatchEvent>.Continuation
  private var paths: [Int32: Path] = [:]
  private var watches: [Path: Int32] = [:]
  private var rootWatch: Int32 = -1
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(
    root: Path, descriptor: OpenFile, fileSystem: any FileSystem, sink: AsyncStream<WatchEvent>.Continuation
  ) {
    self.root = root
    self.descriptor = descriptor
    self.fileSystem = fileSystem
    self.sink = sink
  }

  /// Watches the root and what is below it, without an event for what is there already.
  func begin() throws(PlatformError) {
    switch addWatch(root, flags: 0) {
    case .success(let watch): rootWatch = watch
    case .failure(let error): throw error
    }
    addDirectories(below: root, reporting: false)
  }

  func close() { descriptor.close() }

  /// Takes in everything that waits in the descriptor.
  /// - Returns: false when the folder is lost and nothing more will come.
  func drain() -> Bool {
    while true {
      guard let count = try? LocalFileSystem().read(descriptor, into: &buffer), count > 0 else { return true }
      for record in InotifyRecord.parse(buffer[..<count]) {
        guard take(record) else {
          sink.yield(.lost)
          return false
        }
      }
    }
  }

  private func take(_ record: InotifyRecord) -> Bool {
    if record.has(InotifyMask.overflow) {
      // A directory may have come among what was lost.
      addDirectories(below: root, reporting: false)
      report(.overflow)
      return true
    }
    let aboutRoot = record.watch == rootWatch && record.name.isEmpty
    if aboutRoot {
      return !record.has(
        InotifyMask.deletedSelf | InotifyMask.movedSelf | InotifyMask.unmounted | InotifyMask.ignored)
    }
    if record.has(InotifyMask.ignored) {
      forget(watch: record.watch)
      return true
    }
    guard let directory = paths[record.watch], !record.name.isEmpty else { return true }
    let path = directory.appending(Path(bytes: record.name))
    if record.has(InotifyMask.isDirectory) {
      takeDirectory(path, record)
    } else if !record.has(InotifyMask.movedFrom) {
      report(.changed(path))
    }
    return true
  }

  private func takeDirectory(_ path: Path, _ record: InotifyRecord) {
    // A watch stays with the directory wherever it moves, so its old name must go before the new one comes.
    if record.has(InotifyMask.movedFrom) { removeWatches(atOrBelow: path) }
    guard record.has(InotifyMask.created | InotifyMask.movedTo | InotifyMask.attributes) else { return }
    report(.changed(path))
    guard watches[path] == nil else { return }
    switch addWatch(path, flags: InotifyMask.dontFollow) {
    case .success: addDirectories(below: path, reporting: true)
    case .failure(let error): reportUnwatched(error)
    }
  }

  /// Watches every directory below `top`. What came into a new directory before its watch did is reported.
  private func addDirectories(below top: Path, reporting: Bool) {
    var waiting = [top]
    while let directory = waiting.popLast() {
      let listed = directory == root ? Path(bytes: directory.bytes + [Path.slash]) : directory
      let entries: [DirectoryEntry]
      do {
        entries = try fileSystem.list(listed)
      } catch {
        if let error = error as? PlatformError { reportUnwatched(error) }
        continue
      }
      for entry in entries {
        let path = directory.appending(entry.name)
        if reporting { report(.changed(path)) }
        guard entry.kind == .directory else { continue }
        switch addWatch(path, flags: InotifyMask.dontFollow) {
        case .success: waiting.append(path)
        case .failure(let error): reportUnwatched(error)
        }
      }
    }
  }

  private func addWatch(_ path: Path, flags: UInt32) -> Result<Int32, PlatformError> {
    do {
      let inotify = descriptor.descriptor
      let watch = try unsafe SystemCall.check("watch it", named: path) {
        unsafe inotify_add_watch(inotify, $0, InotifyMask.directory | flags)
      }
      // The kernel gives the same number for the same directory: it may have moved since.
      forget(watch: watch)
      if let old = watches[path] { forget(watch: old) }
      paths[watch] = path
      watches[path] = watch
      return .success(watch)
    } catch let error as PlatformError {
      guard error.isOutOfSpace else { return .failure(error) }
      return .failure(
        PlatformError(
          path: path, operation: "watch it", code: error.code,
          remedy: "The limit of watches is reached: it is polled; raise fs.inotify.max_user_watches to have it watched."
        ))
    } catch {
      return .failure(PlatformError(path: path, operation: "watch it", code: EIO, remedy: "\(error)"))
    }
  }

  private func forget(watch: Int32) {
    if let path = paths.removeValue(forKey: watch), watches[path] == watch { watches.removeValue(forKey: path) }
  }

  private func removeWatches(atOrBelow top: Path) {
    let gone = watches.filter { $0.key == top || $0.key.relative(to: top) != nil }
    for watch in gone.values {
      _ = inotify_rm_watch(descriptor.descriptor, watch)
      forget(watch: watch)
    }
  }

  /// What vanished again needs no watch.
  private func reportUnwatched(_ error: PlatformError) {
    if !error.isMissing { report(.unwatched(error)) }
  }

  private func report(_ event: WatchEvent) {
    if case .dropped = sink.yield(event) { sink.yield(.overflow) }
  }
}
