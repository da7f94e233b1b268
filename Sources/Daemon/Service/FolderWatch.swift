import Foundation
import Platform
import Synchronization

/// Hints that something happened in the watched folder, from the kernel where it gives them.
///
/// It never decides anything: a scan is what finds documents, and a hint only makes one happen sooner.
package final class FolderWatch: Sendable {
  enum Hint: Hashable, Sendable {
    case changed
    /// Events were lost.
    case overflow
    /// A part of the folder, or all of it, gives no events: it has to be polled.
    case blind(String)
  }

  typealias Opening = @Sendable (Path) throws -> AsyncStream<WatchEvent>

  private struct State {
    var task: Task<Void, Never>?
    var isWatching = false
    var isPartial = false
    /// Of the watcher whose events count.
    var number = 0
  }

  private let root: Path
  private let open: Opening
  private let sink: @Sendable (Hint) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - open: gives the folder's events, or throws where the kernel does not.
  ///   - sink: called from any thread.
  init(_ root: Path, opening open: @escaping Opening = FolderWatch.inotify, sink: @escaping @Sendable (Hint) -> Void) {
    self.root = root
    self.open = open
    self.sink = sink
  }

  /// Whether the kernel tells of changes, though perhaps not everywhere in the folder.
  var isWatching: Bool { state.withLock { $0.isWatching } }

  /// Whether a folder in it gives no events.
  var isPartial: Bool { state.withLock { $0.isPartial } }

  /// Begins to watch, or tries again where that failed before, be it in a part.
  func start() {
    state.withLock { state in
      guard !state.isWatching || state.isPartial else { return }
      state.task?.cancel()
      (state.isWatching, state.isPartial) = (false, false)
      state.number += 1
      let number = state.number
      do {
        let events = try open(root)
        state.isWatching = true
        state.task = Task { [weak self] in
          for await event in events { self?.take(event, from: number) }
          self?.change(from: number) { $0.isWatching = false }
        }
      } catch {
        sink(.blind("\(error)"))
      }
    }
  }

  func stop() {
    state.withLock { state in
      state.task?.cancel()
      state = State(number: state.number + 1)
    }
  }

  private func change(from number: Int, _ body: (inout State) -> Void) {
    state.withLock { if $0.number == number { body(&$0) } }
  }

  private func take(_ event: WatchEvent, from number: Int) {
    switch event {
    case .changed: sink(.changed)
    case .overflow: sink(.overflow)
    case .unwatched(let error):
      change(from: number) { $0.isPartial = true }
      sink(.blind(error.description))
    case .lost:
      change(from: number) { $0.isWatching = false }
      sink(.blind("\(root): was moved, removed or unmounted. Put it back; it is looked for again and again."))
    }
  }

  /// The watcher lives as long as its stream is read.
  @Sendable package static func inotify(_ root: Path) throws -> AsyncStream<WatchEvent> {
    let watcher = try DirectoryWatcher(root)
    return AsyncStream { continuation in
      let task = Task {
        for await event in watcher.events { continuation.yield(event) }
        continuation.finish()
      }
      continuation.onTermination = { _ in
        task.cancel()
        watcher.cancel()
      }
    }
  }
}
