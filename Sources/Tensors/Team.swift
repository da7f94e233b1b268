import Dispatch

/// The threads that one piece of work may use: one inside a row that runs beside others, all for a row on its own.
package struct Team: Sendable {
  package let threads: Int

  package init(threads: Int) { self.threads = max(threads, 1) }

  /// Calls `body` once for each of `threads` contiguous parts of `0..<count`; parts start at multiples of `grain`.
  ///
  /// The split depends on `count`, `grain` and `threads` only, so results do not depend on timing.
  package func split(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    let chunks = (count + grain - 1) / grain
    let parts = min(threads, chunks)
    if parts <= 1 {
      if count > 0 { body(0..<count) }
      return
    }
    // Parts touch ranges of their own, so sharing the closure is safe although the compiler cannot see it.
    nonisolated(unsafe) let body = body
    let section = StepClock.section ?? .elementwise
    StepClock.measure(.waiting) {
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        let lower = chunks * part / parts * grain
        let upper = min(chunks * (part + 1) / parts * grain, count)
        if lower < upper { StepClock.measure(section) { unsafe body(lower..<upper) } }
      }
    }
  }

  /// Calls `body(item)` for every item, spread over the threads in contiguous runs.
  package func each(_ count: Int, _ body: (Int) -> Void) {
    split(count) { range in for item in range { body(item) } }
  }
}
