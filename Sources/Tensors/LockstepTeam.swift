import Dispatch
import Foundation
import Synchronization

/// Threads that run one function side by side and meet at barriers, for work made of many parts of a few microseconds.
///
/// Decoding a token is some 250 such parts. A barrier between running threads costs a few hundred nanoseconds; handing
/// each part to a pool costs ten times as much. Between calls of `run` the threads sleep.
package final class LockstepTeam {
  private let state: LockstepState
  package var threads: Int { state.members }

  package init(threads: Int) {
    let state = LockstepState(members: max(threads, 1))
    self.state = state
    for index in 1..<max(threads, 1) {
      let thread = Thread { state.work(LockstepMember(index: index, state: state)) }
      thread.name = "stet-decode-\(index)"
      thread.start()
    }
  }

  deinit { state.dismiss() }

  /// Runs `body` once on each thread, the caller's among them, and returns when all are through.
  ///
  /// Every member must pass the same sequence of `share` and `meet`.
  package func run(_ body: (LockstepMember) -> Void) {
    withoutActuallyEscaping(body) { body in
      state.call(body)
    }
  }
}

/// One thread's view of its team.
package struct LockstepMember {
  /// 0 for the caller of `run`.
  package let index: Int
  fileprivate let state: LockstepState

  /// Calls `body` with the runs of `grain` that make up `0..<count`, each on whichever member is free; then all meet.
  package func share(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    while let start = state.claim(grain, of: count) { body(start..<min(start + grain, count)) }
    meet()
  }

  /// Waits until every member is here; what they wrote before is visible to all afterwards.
  package func meet() { state.meet() }
}

/// What the members share. `@unchecked Sendable`: `task` and `isDismissed` change only while the workers sleep.
private final class LockstepState: @unchecked Sendable {
  /// Turns of the waiting loop before the processor is offered to others; some 50 µs.
  private static let patience = 100_000

  let members: Int
  private let wake: [DispatchSemaphore]
  private let arrived = Atomic<Int>(0)
  private let phase = Atomic<Int>(0)
  private let cursor = Atomic<Int>(0)
  private var task: ((LockstepMember) -> Void)?
  private var isDismissed = false

  init(members: Int) {
    self.members = members
    wake = (1..<members).map { _ in DispatchSemaphore(value: 0) }
  }

  func call(_ body: @escaping (LockstepMember) -> Void) {
    task = body
    for semaphore in wake { semaphore.signal() }
    body(LockstepMember(index: 0, state: self))
    meet()
    // Nobody looks at the task between the last meeting and the next signal.
    task = nil
  }

  func work(_ member: LockstepMember) {
    while true {
      wake[member.index - 1].wait()
      if isDismissed { return }
      runTask(member)
      meet()
    }
  }

  /// Apart from `work`, so that the worker's hold on the task ends before the meeting.
  @inline(never)
  private func runTask(_ member: LockstepMember) { task?(member) }

  func dismiss() {
    isDismissed = true
    for semaphore in wake { semaphore.signal() }
  }

  func claim(_ grain: Int, of count: Int) -> Int? {
    let start = cursor.add(grain, ordering: .relaxed).oldValue
    return start < count ? start : nil
  }

  func meet() {
    let current = phase.load(ordering: .relaxed)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == members {
      arrived.store(0, ordering: .relaxed)
      cursor.store(0, ordering: .relaxed)
      phase.store(current &+ 1, ordering: .releasing)
      return
    }
    var turns = 0
    while phase.load(ordering: .acquiring) == current {
      turns &+= 1
      if turns > Self.patience { sched_yield() }
    }
  }
}
