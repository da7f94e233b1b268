import Foundation

/// A fixed run of floats on the heap, aligned to a cache line, zero at first and freed with its owner.
///
/// The one handle behind which kernels reach raw memory. `@unchecked Sendable`: whoever shares a buffer between threads
/// keeps their ranges apart, as `Team` does.
@safe
package final class FloatBuffer: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    unsafe pointer.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { unsafe pointer.deallocate() }

  package func fill(_ value: Float) { unsafe pointer.update(repeating: value, count: count) }

  /// A copy of the contents.
  package var array: [Float] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
