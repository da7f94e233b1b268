import Foundation
import Glibc
import Synchronization

/// An open descriptor and the path it was opened by. Closes when it is released or when `close` is called, once.
package final class OpenFile: Sendable {
  package let path: Path
  private let number: Atomic<Int32>

  init(descriptor: Int32, path: Path) {
    self.number = Atomic(descriptor)
    self.path = path
  }

  /// - Precondition: not closed.
  package var descriptor: Int32 {
    let value = number.load(ordering: .acquiring)
    precondition(value >= 0, "\(path) is used after it was closed")
    return value
  }

  package var isOpen: Bool { number.load(ordering: .acquiring) >= 0 }

  /// Closing twice does nothing.
  package func close() {
    let value = number.exchange(-1, ordering: .acquiringAndReleasing)
    if value >= 0 { _ = Glibc.close(value) }
  }

  deinit { close() }
}
