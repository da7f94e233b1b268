import Foundation
import Synchronization

/// Where a training step's time goes, by thread; for `bench train --profile`.
///
/// While it is off, which it is unless a profile is asked for, a section costs one relaxed load.
package enum StepClock {
  package enum Section: String, CaseIterable, Sendable {
    /// The projections' products, the adapter's with them.
    case products
    case attention
    /// The projection onto the vocabulary, its loss and its gradient.
    case vocabulary
    /// Weights decoded from the file's blocks, and the adapter's edges written.
    case weights
    /// Norms, rotation, SwiGLU, dropout, residuals, copies, sums of gradients.
    case elementwise
    case optimiser
    /// For other threads.
    case waiting

    fileprivate var place: Int { Section.allCases.firstIndex(of: self) ?? 0 }
  }

  /// A thread's own place: the section that it is in, and since when.
  private final class Place {
    var section: Section?
    var since: UInt64 = 0
  }

  private static let isOn = Atomic<Bool>(false)
  private static let totals = Mutex([Int](repeating: 0, count: Section.allCases.count))
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key) { raw in
      if let raw = unsafe raw { unsafe Unmanaged<Place>.fromOpaque(raw).release() }
    }
    return key
  }()

  /// Starts counting from zero.
  package static func start() {
    totals.withLock { $0 = [Int](repeating: 0, count: $0.count) }
    isOn.store(true, ordering: .sequentiallyConsistent)
  }

  /// Seconds of all threads in each section since `start`.
  package static func stop() -> [Section: Double] {
    isOn.store(false, ordering: .sequentiallyConsistent)
    let sums = totals.withLock { $0 }
    return Dictionary(uniqueKeysWithValues: Section.allCases.map { ($0, Double(sums[$0.place]) / 1e9) })
  }

  /// What this thread is at; `nil` while nothing is counted.
  static var section: Section? { isOn.load(ordering: .relaxed) ? place.section : nil }

  /// Charges what `body` takes on this thread to `section`, less what it charges to others.
  @inline(__always)
  package static func measure<Result>(_ section: Section, _ body: () throws -> Result) rethrows -> Result {
    guard isOn.load(ordering: .relaxed) else { return try body() }
    let outer = enter(section)
    defer { _ = enter(outer) }
    return try body()
  }

  /// Charges the time since the last change; the section that was left is returned.
  @inline(never)
  private static func enter(_ section: Section?) -> Section? {
    let place = place
    let now = DispatchTime.now().uptimeNanoseconds
    let left = place.section
    if let left { totals.withLock { $0[left.place] += Int(now - place.since) } }
    (place.section, place.since) = (section, now)
    return left
  }

  private static var place: Place {
    if let raw = unsafe pthread_getspecific(key) {
      return unsafe Unmanaged<Place>.fromOpaque(raw).takeUnretainedValue()
    }
    let place = Place()
    unsafe pthread_setspecific(key, Unmanaged.passRetained(place).toOpaque())
    return place
  }
}
