// K depth · N columns · T rows

import CAVX512
import Platform

/// A matrix [K, N] in bf16 as the processor's dot product reads it: panels of 48 columns, and in a panel the pairs of
/// neighbours along the depth, [⌈K / 2⌉, 48]. What is missing of the last pair and panel is 0.
///
/// Half the bytes of fp32; products are summed in fp32. A Zen 5 core does 390 GFLOP/s so, and 230 in sgemm.
/// `@unchecked Sendable` as `FloatBuffer` is.
@safe
package final class BFloat16Matrix: @unchecked Sendable {
  package let depth: Int
  package let columns: Int
  /// A word of 32 bits holds a pair.
  private let words: FloatBuffer

  /// Columns of a panel.
  private static let panel = 48
  /// Pairs along the depth that one sum stays in registers for, so that a panel's part stays near the processor.
  private static let chunk = 768

  /// Whether this processor has the instruction.
  package static let isAvailable = Machine.current.features.hasBFloat16

  /// Words that a row of `depth` floats takes.
  package static func pairs(_ depth: Int) -> Int { (depth + 1) / 2 }

  /// Words of a matrix, which are as many floats.
  package static func wordCount(depth: Int, columns: Int) -> Int {
    (columns + panel - 1) / panel * pairs(depth) * panel
  }

  package var panels: Int { (columns + Self.panel - 1) / Self.panel }
  package var pairs: Int { Self.pairs(depth) }

  /// All zero.
  package init(depth: Int, columns: Int) {
    (self.depth, self.columns) = (depth, columns)
    words = FloatBuffer(count: Self.wordCount(depth: depth, columns: columns))
  }

  private var halves: UnsafeMutablePointer<UInt16> {
    unsafe UnsafeMutableRawPointer(words.pointer).assumingMemoryBound(to: UInt16.self)
  }

  private func place(depth k: Int, column n: Int) -> Int {
    (n / Self.panel * pairs + k / 2) * 2 * Self.panel + n % Self.panel * 2 + k % 2
  }

  /// Column `n` ← `values`, `count` of them from depth `first` on.
  package func setColumn(_ n: Int, from first: Int = 0, _ values: UnsafePointer<Float>, count: Int) {
    for i in 0..<count { unsafe halves[place(depth: first + i, column: n)] = Self.rounded(values[i]) }
  }

  /// Depth `k` ← `values`, `count` of them from column 0 on.
  package func setDepth(_ k: Int, _ values: UnsafePointer<Float>, count: Int) {
    for n in 0..<count { unsafe halves[place(depth: k, column: n)] = Self.rounded(values[n]) }
  }

  /// The first `depth` of another matrix of as many columns.
  package func copy(_ other: BFloat16Matrix, depth: Int) {
    precondition(columns == other.columns && depth <= min(self.depth, other.depth), "\(depth) of \(other.depth)")
    for n in 0..<columns {
      for k in 0..<depth {
        unsafe halves[place(depth: k, column: n)] = other.halves[other.place(depth: k, column: n)]
      }
    }
  }

  /// To the nearest, ties to even; what is no number stays none.
  static func rounded(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }

  /// Rows [T, count] of fp32 → words [T, `stride`] of bf16 pairs, for `rows`.
  package static func convert(
    _ x: UnsafePointer<Float>, stride xStride: Int, count: Int, rows: Range<Int>,
    into words: UnsafeMutablePointer<UInt32>, stride: Int
  ) {
    #if arch(x86_64)
      for t in rows {
        let row = unsafe words + t * stride
        if count % 2 == 1 { unsafe row[count / 2] = 0 }
        unsafe UnsafeMutableRawPointer(row).withMemoryRebound(to: UInt16.self, capacity: count) {
          unsafe stet_bf16_convert(x + t * xStride, count, $0)
        }
      }
    #endif
  }

  /// y [T, N] ← (y +) x [T, K] · self, of converted rows, for `rows` and the columns of `panels`.
  /// - Parameters:
  ///   - x: words, from depth `first` on, which is even.
  ///   - count: depth that x has; the rest of the matrix is left out.
  package func multiply(
    _ x: UnsafePointer<UInt32>, stride: Int, first: Int = 0, count: Int? = nil, rows: Range<Int>, panels: Range<Int>,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int, accumulating: Bool
  ) {
    #if arch(x86_64)
      let base = unsafe UnsafeRawPointer(words.pointer).assumingMemoryBound(to: UInt32.self)
      let pairs = Self.pairs(count ?? depth)
      for start in Swift.stride(from: 0, to: pairs, by: Self.chunk) {
        let length = min(Self.chunk, pairs - start)
        let adds: Int32 = accumulating || start > 0 ? 1 : 0
        for panel in panels {
          let b = unsafe base + (panel * self.pairs + first / 2 + start) * Self.panel
          let width = min(Self.panel, columns - panel * Self.panel)
          var t = rows.lowerBound
          while t < rows.upperBound {
            let a = unsafe x + t * stride + start
            let c = unsafe y + t * yStride + panel * Self.panel
            switch rows.upperBound - t {
            case 8...:
              unsafe stet_bf16_tile_8(a, stride, b, length, c, yStride, width, adds)
              t += 8
            case 4...:
              unsafe stet_bf16_tile_4(a, stride, b, length, c, yStride, width, adds)
              t += 4
            case 2...:
              unsafe stet_bf16_tile_2(a, stride, b, length, c, yStride, width, adds)
              t += 2
            default:
              unsafe stet_bf16_tile_1(a, stride, b, length, c, yStride, width, adds)
              t += 1
            }
          }
        }
      }
    #endif
  }
}
