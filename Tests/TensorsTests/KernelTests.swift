import Foundation
import Tensors
import Testing

@Suite("Kernels")
struct KernelTests {
  @Test("the vector exponential is right to 3e-7 of its value between −86 and 88")
  func exponential() {
    var worst = 0.0
    for step in 0..<20_000 {
      let x = -86 + Float(step) * 0.0087
      let value = Double(VectorMath.exp(VectorMath.Lane(repeating: x))[3])
      worst = max(worst, abs(value / exp(Double(x)) - 1))
    }
    #expect(worst < 3e-7)
    #expect(VectorMath.exp(VectorMath.Lane(repeating: -.infinity))[0] < 1e-37)
  }

  @Test("products agree with a plain triple loop, transposed or not", arguments: [false, true], [false, true])
  func products(transposeA: Bool, transposeB: Bool) throws {
    let (m, n, k) = (5, 7, 11)
    var rng = SeededGenerator(seed: 2)
    let a = (0..<m * k).map { _ in Float.random(in: -1...1, using: &rng) }
    let b = (0..<k * n).map { _ in Float.random(in: -1...1, using: &rng) }
    let c = FloatBuffer(count: m * n)
    c.fill(1)
    unsafe try BLAS.shared().multiply(
      m, n, k, alpha: 2, a, transposeA ? m : k, transposeA: transposeA, b, transposeB ? k : n, transposeB: transposeB,
      beta: 3, c.pointer, n)
    for i in 0..<m {
      for j in 0..<n {
        let sum = (0..<k).reduce(Float(0)) {
          $0 + (transposeA ? a[$1 * m + i] : a[i * k + $1]) * (transposeB ? b[j * k + $1] : b[$1 * n + j])
        }
        #expect(abs(c.array[i * n + j] - (2 * sum + 3)) < 1e-4)
      }
    }
  }

  @Test("rotation keeps lengths, depends on distance only, and turns back")
  func rotation() {
    let rotary = RotaryEmbedding(headDimension: 16, theta: 10_000, positions: 64)
    var rng = SeededGenerator(seed: 4)
    let q = (0..<16).map { _ in Float.random(in: -1...1, using: &rng) }
    func rotated(_ x: [Float], _ position: Int) -> [Float] {
      var copy = x
      unsafe copy.withUnsafeMutableBufferPointer { row in
        if let base = row.baseAddress { unsafe rotary.rotate(base, heads: 1, position: position) }
      }
      return copy
    }
    func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(abs(dot(rotated(q, 9), rotated(q, 9)) - dot(q, q)) < 1e-5)
    #expect(abs(dot(rotated(q, 9), rotated(q, 4)) - dot(rotated(q, 45), rotated(q, 40))) < 1e-4)
    #expect(rotated(q, 0) == q)
  }

  @Test("the same seed gives the same stream, also from a saved state")
  func seeded() throws {
    var first = SeededGenerator(seed: 7, stream: "replay")
    var other = SeededGenerator(seed: 7, stream: "dropout")
    #expect(first.next() != other.next())
    var restored = try JSONDecoder().decode(SeededGenerator.self, from: JSONEncoder().encode(first))
    #expect((0..<50).map { _ in first.next() } == (0..<50).map { _ in restored.next() })
  }

  @Test("a team's parts cover the whole once, at multiples of the grain", arguments: [1, 2, 3, 8])
  func teamParts(threads: Int) {
    for count in [0, 1, 7, 64, 513] {
      let seen = FloatBuffer(count: count)
      Team(threads: threads).split(count, grain: 8) { range in
        for i in range { unsafe seen.pointer[i] += 1 }
        #expect(range.lowerBound % 8 == 0)
      }
      #expect(seen.array.prefix(count).allSatisfy { $0 == 1 })
    }
  }
}
