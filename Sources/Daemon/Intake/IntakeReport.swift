import Curation
import Foundation
import ReplayStore

/// What one look at the watched folder came to.
package struct IntakeReport: Hashable, Sendable {
  /// New documents by what they became; a known one counts as `duplicate`.
  package var taken: [DocumentState: Int] = [:]
  /// Documents that newer editions replaced.
  package var superseded = 0
  /// Files that are not quiet yet, or that somebody still writes.
  package var pending = 0
  /// Of all files looked at, those that only their quiet time speaks for, because the kernel does not say who writes.
  package var uncertain = 0
  /// When to look at the pending ones again; `nil` where there are none.
  package var nextCheck: Duration?
  /// Why something could not be taken; its file stays and is tried again.
  package var failure: String?
  /// How each domain's batch differs from what it had before; domains that few documents joined are left out.
  package var drift: [String: BatchDrift] = [:]
  /// Whether every file was looked at.
  package var isComplete = true

  package init() {}

  package var documents: Int { taken.values.reduce(0, +) }

  mutating func count(_ state: DocumentState, superseded: Int = 0) {
    taken[state, default: 0] += 1
    self.superseded += superseded
  }
}

/// How far a look at the folder is, in files.
package struct IntakeProgress: Hashable, Sendable {
  package var done: Int
  package var total: Int
}
