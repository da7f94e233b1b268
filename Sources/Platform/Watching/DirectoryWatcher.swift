import Dispatch
import Foundation
import Glibc

/// What a watched folder reports. Every event is a hint: a rescan is what makes intake correct.
package enum WatchEvent: Hashable, Sendable {
  /// Something came, was closed by its writer, or may be readable now. The full path.
  case changed(Path)
  /// Events were lost, by the kernel's queue or by a reader that fell behind: rescan.
  case overflow
  /// A directory below the root could not be watched (the limit of watches, permissions): poll that part.
  case unwatched(PlatformError)
  /// The folder was removed, moved or unmounted. The last event; watch anew when the folder is back.
  case lost
}

/// Watches a folder and every directory below it (inotify). Links are never followed below the root.
///
/// A local file system is needed; where the kernel refuses, `init` throws and the caller polls.
package final class DirectoryWatcher: Sendable {
  /// Ends after `.lost` or `cancel`. For one reader.
  package let events: AsyncStream<WatchEvent>

  private let queue: DispatchQueue
  // Dispatch's objects are safe to use from any thread; its Swift types do not say so.
  private nonisolated(unsafe) let source: any DispatchSourceRead

  /// - Parameters:
  ///   - bufferedEvents: how many events wait for a slow reader; past that, old ones make way for an `.overflow`.
  ///   - target: where the work runs.
  package init(
    _ root: some PathConvertible, bufferedEvents: Int = 16_384, target: DispatchQueue? = nil,
    through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(PlatformError) {
    let root = root.asPath
    let descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PlatformError(
        path: root, operation: "watch it", code: errno,
        remedy: "The folder is polled instead; raise fs.inotify.max_user_instances to have it watched.")
    }
    let (stream, continuation) = AsyncStream.makeStream(
      of: WatchEvent.self, bufferingPolicy: .bufferingNewest(bufferedEvents))
    let tree = WatchedTree(
      root: root, descriptor: OpenFile(descriptor: descriptor, path: root), fileSystem: fileSystem, sink: continuation)
    do {
      try tree.begin()
    } catch {
      continuation.finish()
      throw error
    }
    events = stream
    queue = DispatchQueue(label: "stet.watch", target: target)
    nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    unsafe self.source = source
    // The tree lives in the handlers and runs on the queue alone.
    nonisolated(unsafe) let confined = tree
    unsafe source.setEventHandler {
      if unsafe !confined.drain() { unsafe source.cancel() }
    }
    unsafe source.setCancelHandler {
      continuation.finish()
      unsafe confined.close()
    }
    continuation.onTermination = { _ in unsafe source.cancel() }
    unsafe source.activate()
  }

  /// Stops watching and ends `events`.
  package func cancel() { unsafe source.cancel() }

  deinit { unsafe source.cancel() }
}
