import Tensors
import Testing

@Suite("A matrix in bf16", .enabled(if: BFloat16Matrix.isAvailable))
struct BFloat16MatrixTests {
  /// To 8 bits, as the hardware does it.
  private func rounded(_ value: Float) -> Double {
    let bits = value.bitPattern
    return Double(Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000))
  }

  private func values(_ count: Int, _ rng: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &rng) }
  }

  @Test(
    "multiplies rows of any number, depth and width, and adds where it is asked to",
    arguments: [(1, 1, 1), (3, 7, 5), (8, 48, 64), (13, 97, 33), (24, 50, 2_001)], [false, true])
  func multiplies(_ shape: (rows: Int, columns: Int, depth: Int), accumulating: Bool) {
    let (rows, columns, depth) = shape
    var rng = SeededGenerator(seed: 7)
    let (x, w, old) = (values(rows * depth, &rng), values(columns * depth, &rng), values(rows * columns, &rng))
    let byColumn = BFloat16Matrix(depth: depth, columns: columns)
    let byDepth = BFloat16Matrix(depth: depth, columns: columns)
    unsafe w.withUnsafeBufferPointer { w in
      guard let base = w.baseAddress else { return }
      for n in 0..<columns { unsafe byColumn.setColumn(n, base + n * depth, count: depth) }
    }
    for k in 0..<depth {
      let line = (0..<columns).map { w[$0 * depth + k] }
      unsafe line.withUnsafeBufferPointer { line in
        guard let base = line.baseAddress else { return }
        unsafe byDepth.setDepth(k, base, count: columns)
      }
    }
    let expected = (0..<rows * columns).map { place -> Double in
      let (t, n) = (place / columns, place % columns)
      let sum = (0..<depth).reduce(0.0) { $0 + rounded(x[t * depth + $1]) * rounded(w[n * depth + $1]) }
      return sum + (accumulating ? Double(old[place]) : 0)
    }
    for matrix in [byColumn, byDepth] {
      let y = product(x, matrix, rows: rows, old: old, accumulating: accumulating)
      let worst = zip(y, expected).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(worst < 1e-5 * Double(depth).squareRoot() + 1e-6, "\(worst)")
    }
  }

  private func product(
    _ x: [Float], _ matrix: BFloat16Matrix, rows: Int, old: [Float], accumulating: Bool
  ) -> [Float] {
    let stride = BFloat16Matrix.pairs(matrix.depth) + 1
    var (words, y) = ([UInt32](repeating: .max, count: rows * stride), old)
    unsafe x.withUnsafeBufferPointer { x in
      unsafe words.withUnsafeMutableBufferPointer { words in
        unsafe y.withUnsafeMutableBufferPointer { y in
          guard let x = x.baseAddress, let words = words.baseAddress, let y = y.baseAddress else { return }
          unsafe BFloat16Matrix.convert(
            x, stride: matrix.depth, count: matrix.depth, rows: 0..<rows, into: words, stride: stride)
          unsafe matrix.multiply(
            words, stride: stride, rows: 0..<rows, panels: 0..<matrix.panels, into: y, stride: matrix.columns,
            accumulating: accumulating)
        }
      }
    }
    return y
  }

  @Test("is the same in parts of its depth, each added to those before it")
  func parts() {
    let (rows, columns, depth, part) = (3, 50, 90, 32)
    var rng = SeededGenerator(seed: 9)
    let matrix = BFloat16Matrix(depth: depth, columns: columns)
    for k in 0..<depth {
      let line = values(columns, &rng)
      unsafe line.withUnsafeBufferPointer { line in
        if let base = line.baseAddress { unsafe matrix.setDepth(k, base, count: columns) }
      }
    }
    let x = values(rows * depth, &rng)
    let whole = product(x, matrix, rows: rows, old: [Float](repeating: 0, count: rows * columns), accumulating: false)
    let stride = part / 2
    var (words, y) = ([UInt32](repeating: 0, count: rows * stride), [Float](repeating: .nan, count: rows * columns))
    for first in Swift.stride(from: 0, to: depth, by: part) {
      let count = min(part, depth - first)
      unsafe x.withUnsafeBufferPointer { x in
        unsafe words.withUnsafeMutableBufferPointer { words in
          unsafe y.withUnsafeMutableBufferPointer { y in
            guard let x = x.baseAddress, let words = words.baseAddress, let y = y.baseAddress else { return }
            unsafe BFloat16Matrix.convert(
              x + first, stride: depth, count: count, rows: 0..<rows, into: words, stride: stride)
            for panel in 0..<matrix.panels {
              unsafe matrix.multiply(
                words, stride: stride, first: first, count: count, rows: 0..<rows, panels: panel..<panel + 1, into: y,
                stride: columns, accumulating: first > 0)
            }
          }
        }
      }
    }
    #expect(zip(whole, y).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("takes what is not finite along, and keeps zeros")
  func notFinite() {
    let matrix = BFloat16Matrix(depth: 2, columns: 1)
    unsafe [Float.nan, .infinity].withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      unsafe matrix.setColumn(0, base, count: 2)
    }
    func times(_ x: [Float]) -> Float { product(x, matrix, rows: 1, old: [0], accumulating: false)[0] }
    #expect(times([1, 0]).isNaN)
    #expect(product([0, 0], BFloat16Matrix(depth: 2, columns: 1), rows: 1, old: [3], accumulating: false) == [0])
  }
}
