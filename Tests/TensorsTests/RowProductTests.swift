import Tensors
import TestSupport
import Testing

@Suite("A product with stored rows")
struct RowProductTests {
  /// y [S, O] of random weights and inputs, by the kernel, and by decoding and multiplying in double precision.
  private func products(
    _ format: BlockFormat, columns: Int, streams: Int, isWide: Bool = RowProduct.isWide
  ) -> (computed: [[Float]], expected: [[Double]]) {
    let rows = 11
    var rng = SeededGenerator(seed: 4)
    let values = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &rng) }
    let matrix = StoredMatrix(
      format: format, rows: rows, columns: columns, bytes: BlockEncoder.encode(values, as: format))
    let padded = RowProduct.padded(streams)
    let (x, y) = (FloatBuffer(count: padded * columns), FloatBuffer(count: padded * rows))
    for i in 0..<streams * columns { unsafe x.pointer[i] = Float.random(in: -1...1, using: &rng) }
    unsafe matrix.bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      let weights = unsafe WeightRows(base, format: format, columns: columns, bytesPerRow: matrix.bytesPerRow)
      for part in [0..<7, 7..<rows] {
        unsafe RowProduct.multiply(
          weights, rows: part, x.pointer, stride: columns, streams: streams, into: y.pointer, stride: rows,
          isWide: isWide)
      }
    }
    let decoded = matrix.decoded()
    let expected = (0..<streams).map { s in
      (0..<rows).map { o in
        (0..<columns).reduce(0.0) { $0 + Double(decoded[o * columns + $1]) * Double(x.array[s * columns + $1]) }
      }
    }
    return ((0..<streams).map { Array(y.array[$0 * rows..<($0 + 1) * rows]) }, expected)
  }

  @Test("agrees with decoding first, for any number of streams", arguments: BlockFormat.allCases, 1...9)
  func agrees(format: BlockFormat, streams: Int) {
    let (computed, expected) = products(format, columns: 96, streams: streams)
    for (a, b) in zip(computed, expected) {
      for (x, y) in zip(a, b) { #expect(abs(Double(x) - y) < 1e-4) }
    }
  }

  @Test("takes rows that are no multiple of thirty-two", arguments: [BlockFormat.f32, .f16, .bf16], [5, 37])
  func tails(format: BlockFormat, columns: Int) {
    for streams in [2, 3] {
      let (computed, expected) = products(format, columns: columns, streams: streams)
      for (a, b) in zip(computed, expected) {
        for (x, y) in zip(a, b) { #expect(abs(Double(x) - y) < 1e-4) }
      }
    }
  }

  @Test(
    "is bit for bit the same for a stream on its own and among others", arguments: BlockFormat.allCases, [96, 1_632])
  func independent(format: BlockFormat, columns: Int) {
    let alone = products(format, columns: columns, streams: 1).computed[0]
    for streams in 2...9 {
      #expect(products(format, columns: columns, streams: streams).computed[0] == alone)
      #expect(products(format, columns: columns, streams: streams, isWide: false).computed[0] == alone)
    }
  }
}

@Suite("A lockstep team")
struct LockstepTeamTests {
  @Test("covers every part once, and shows each member what the others wrote", arguments: [1, 2, 3])
  func parts(threads: Int) {
    let team = LockstepTeam(threads: threads)
    let (first, second) = (FloatBuffer(count: 1_000), FloatBuffer(count: 1_000))
    for round in 1...50 {
      team.run { member in
        member.share(1_000, grain: 7) { part in for i in part { unsafe first.pointer[i] += 1 } }
        member.share(1_000, grain: 13) { part in
          for i in part { unsafe second.pointer[i] += first.pointer[999 - i] }
        }
      }
      #expect(first.array.allSatisfy { $0 == Float(round) })
    }
    #expect(second.array.allSatisfy { $0 == 50 * 51 / 2 })
  }
}
