// T rows · K depth · N columns

import Foundation

/// How fast this processor's bf16 product is beside sgemm's kernel: it has twice the speed on Zen 5, six tenths on Intel's
/// Xeons without their tiles.
package enum BFloat16Speed {
  /// The time of sgemm over that of bf16, for one product of training's size on one thread; 0 where the processor has none.
  /// Measured once a process, in some 20 ms: of several turns the best of each, so that other work does not count.
  package static let besideSGEMM: Double = {
    guard BFloat16Matrix.isAvailable, let blas = try? BLAS.shared() else { return 0 }
    return measure(blas)
  }()

  private static func measure(_ blas: BLAS) -> Double {
    let (rows, depth, columns, turns) = (128, 768, 576, 8)
    let (x, w, y) = (
      FloatBuffer(count: rows * depth), FloatBuffer(count: depth * columns), FloatBuffer(count: rows * columns)
    )
    for i in 0..<x.count { unsafe x.pointer[i] = Float(i % 7) - 3 }
    for i in 0..<w.count { unsafe w.pointer[i] = Float(i % 5) - 2 }
    let matrix = BFloat16Matrix(depth: depth, columns: columns)
    for k in 0..<depth { unsafe matrix.setDepth(k, w.pointer + k * columns, count: columns) }
    let words = FloatBuffer(count: rows * matrix.pairs)
    let pairs = unsafe UnsafeMutableRawPointer(words.pointer).assumingMemoryBound(to: UInt32.self)
    let clock = ContinuousClock()
    var best = (single: Duration.seconds(1), half: Duration.seconds(1))
    for _ in 0..<turns {
      best.single = min(
        best.single,
        clock.measure {
          unsafe blas.multiply(rows, columns, depth, x.pointer, depth, w.pointer, columns, y.pointer, columns)
        })
      best.half = min(
        best.half,
        clock.measure {
          unsafe BFloat16Matrix.convert(
            x.pointer, stride: depth, count: depth, rows: 0..<rows, into: pairs, stride: matrix.pairs)
          unsafe matrix.multiply(
            pairs, stride: matrix.pairs, rows: 0..<rows, panels: 0..<matrix.panels, into: y.pointer, stride: columns,
            accumulating: false)
        })
    }
    return best.single / best.half
  }
}
