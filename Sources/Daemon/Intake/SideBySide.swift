import Dispatch
import Synchronization

/// Work on many items at once, in the order of the items; on threads of its own, so that what waits for a converter keeps
/// nobody else from the tasks' few.
enum SideBySide {
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) -> Result
  ) async -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: items.count))
    return await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        DispatchQueue.concurrentPerform(iterations: items.count) { index in
          let result = body(items[index])
          results.withLock { $0[index] = result }
        }
        continuation.resume(returning: results.withLock { $0 }.compactMap { $0 })
      }
    }
  }
}
