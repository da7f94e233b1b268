import Synchronization

/// Set by the first signal, asked between two steps of work.
final class StopSwitch: Sendable {
  private let flag = Mutex(false)
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(signals: AsyncStream<Int32>) {
    let listener = Task { [self] in for await _ in signals { flag.withLock { $0 = true } } }
    task.withLock { $0 = listener }
  }

  var isSet: Bool { flag.withLock { $0 } }

  func cancel() { task.withLock { $0?.cancel() } }
}
