// W [O, I] in stored blocks · S streams · x [S, I] · y [S, O]

import CAVX512
import Platform

/// Rows of a matrix as they lie in memory.
@safe
package struct WeightRows {
  package let format: BlockFormat
  package let columns: Int
  package let bytesPerRow: Int
  let base: UnsafeRawPointer

  /// - Precondition: the memory outlives this value; `columns` fill whole blocks of `format`.
  package init(_ base: UnsafeRawPointer, format: BlockFormat, columns: Int, bytesPerRow: Int) {
    unsafe self.base = unsafe base
    self.format = format
    self.columns = columns
    self.bytesPerRow = bytesPerRow
  }
}

/// y ← x·Wᵀ for a few streams, straight from stored weights.
///
/// For one or two streams each weight is decoded in registers, so the bandwidth is that of the file's format. For more, a
/// few rows are decoded into a small buffer and multiplied with four streams at a time. Each y[s, o] is summed in one
/// order whatever the number of streams: a stream's result does not depend on its neighbours, to the last bit.
package enum RowProduct {
  /// Streams that are multiplied together.
  package static let group = 4

  /// Whether many streams are decoded and summed in sixteen lanes; the numbers are the same in eight.
  package static let isWide = Machine.current.features.hasAVX512

  /// Rows that are decoded together for many streams.
  fileprivate static let together = 3

  /// Rows that one of `threads` should compute at a time, of `rows`: so many that some four parts are left for each thread
  /// to even things out, but no fewer than 12 and no more than 384, in whole groups. What is not read in order comes slowly
  /// from memory.
  package static func grain(of rows: Int, threads: Int) -> Int {
    min(max(rows / (4 * threads), 12), 384) / together * together
  }

  /// Streams that buffers must have room for: those beyond `streams` are computed and mean nothing.
  package static func padded(_ streams: Int) -> Int {
    streams > 2 ? (streams + group - 1) / group * group : streams
  }

  /// Computes `rows` of the outputs.
  ///
  /// - Precondition: `x` and `y` have `padded(streams)` rows; the processor has AVX-512 where it `isWide`.
  package static func multiply(
    _ weights: WeightRows, rows: Range<Int>, _ x: UnsafePointer<Float>, stride xStride: Int, streams: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int, isWide: Bool = isWide
  ) {
    switch weights.format {
    case .f32: unsafe multiply(F32Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    case .f16: unsafe multiply(F16Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    case .bf16: unsafe multiply(BF16Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    case .q4x0: unsafe multiply(Q4x0Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    case .q4x1: unsafe multiply(Q4x1Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    case .q8x0: unsafe multiply(Q8x0Lanes.self, weights, rows, x, xStride, streams, y, yStride, isWide)
    }
  }

  private static func multiply<Lanes: BlockLanes>(
    _: Lanes.Type, _ weights: WeightRows, _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ xStride: Int,
    _ streams: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ isWide: Bool
  ) {
    let kernel = unsafe RowKernel<Lanes>(
      weights: weights, x: x, xStride: xStride, y: y, yStride: yStride, isWide: isWide)
    switch padded(streams) {
    case 0: break
    case 1: kernel.oneStream(rows)
    case 2: kernel.twoStreams(rows)
    case let padded: kernel.manyStreams(rows, padded)
    }
  }
}

/// The inner loops. A row is summed in sixteen lanes, which take the halves of its blocks in turn and are added up at its end.
@safe
private struct RowKernel<Lanes: BlockLanes> {
  let weights: WeightRows
  let x: UnsafePointer<Float>
  let xStride: Int
  let y: UnsafeMutablePointer<Float>
  let yStride: Int
  let isWide: Bool

  private var blocks: Int { weights.columns / 32 }
  private func row(_ index: Int) -> UnsafeRawPointer { unsafe weights.base + index * weights.bytesPerRow }

  @inline(never)
  func oneStream(_ rows: Range<Int>) {
    for o in rows {
      let start = unsafe row(o)
      var sum = RowSum()
      for block in 0..<blocks {
        unsafe sum.add(Lanes.load(start + block &* Lanes.stride), x + block &* 32)
      }
      store(sum.total, o, 0)
    }
  }

  @inline(never)
  func twoStreams(_ rows: Range<Int>) {
    for o in rows {
      let start = unsafe row(o)
      var (sum0, sum1) = (RowSum(), RowSum())
      for block in 0..<blocks {
        let lanes = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe x + block &* 32
        unsafe sum0.add(lanes, input)
        unsafe sum1.add(lanes, input + xStride)
      }
      store(sum0.total, o, 0)
      store(sum1.total, o, 1)
    }
  }

  /// - Parameter streams: a multiple of four.
  @inline(never)
  func manyStreams(_ rows: Range<Int>, _ streams: Int) {
    let width = blocks * 32
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: RowProduct.together * width + Self.sumCount) {
      buffer in
      guard let decoded = buffer.baseAddress else { return }
      let sums = unsafe decoded + RowProduct.together * width
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: RowProduct.together) {
        // At the end some rows are computed twice, to the same numbers.
        for place in 0..<RowProduct.together {
          let row = unsafe row(min(first + place, rows.upperBound - 1))
          let out = unsafe decoded + place * width
          if isWide {
            unsafe Lanes.decodeWide(row, blocks: blocks, into: out, ahead: RowProduct.together * weights.bytesPerRow)
          } else {
            unsafe Lanes.decode(row, blocks: blocks, into: out)
          }
        }
        for s in stride(from: 0, to: streams, by: RowProduct.group) {
          unsafe tile(decoded, x + s * xStride, into: sums)
          for place in 0..<RowProduct.together {
            for t in 0..<RowProduct.group {
              unsafe store(sums[place * RowProduct.group + t], min(first + place, rows.upperBound - 1), s + t)
            }
          }
        }
      }
    }
  }

  /// What a tile sums up.
  private static var sumCount: Int { RowProduct.together * RowProduct.group }

  /// sums [together, group] ← three decoded rows times four streams.
  @inline(__always)
  private func tile(
    _ decoded: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    #if arch(x86_64)
      if isWide { return unsafe stet_rows_by_streams(decoded, blocks, x, xStride, sums) }
    #endif
    let (low, high) = unsafe (lanes(decoded, x), lanes(decoded + 8, x + 8))
    unsafe (low.0 + high.0).storeTotals(sums)
    unsafe (low.1 + high.1).storeTotals(sums + RowProduct.group)
    unsafe (low.2 + high.2).storeTotals(sums + 2 * RowProduct.group)
  }

  /// Three rows times four streams: eight lanes of every half block.
  @inline(__always)
  private func lanes(
    _ rows: UnsafePointer<Float>, _ x: UnsafePointer<Float>
  ) -> (StreamLanes, StreamLanes, StreamLanes) {
    var (sum0, sum1, sum2) = (StreamLanes.zero, StreamLanes.zero, StreamLanes.zero)
    let width = blocks &* 32
    for half in 0..<2 &* blocks {
      let weight = unsafe rows + half &* 16
      let w0 = unsafe VectorMath.load(weight)
      let w1 = unsafe VectorMath.load(weight + width)
      let w2 = unsafe VectorMath.load(weight + 2 &* width)
      let input = unsafe x + half &* 16
      let x0 = unsafe VectorMath.load(input)
      sum0.a = sum0.a.addingProduct(w0, x0)
      sum1.a = sum1.a.addingProduct(w1, x0)
      sum2.a = sum2.a.addingProduct(w2, x0)
      let x1 = unsafe VectorMath.load(input + xStride)
      sum0.b = sum0.b.addingProduct(w0, x1)
      sum1.b = sum1.b.addingProduct(w1, x1)
      sum2.b = sum2.b.addingProduct(w2, x1)
      let x2 = unsafe VectorMath.load(input + 2 &* xStride)
      sum0.c = sum0.c.addingProduct(w0, x2)
      sum1.c = sum1.c.addingProduct(w1, x2)
      sum2.c = sum2.c.addingProduct(w2, x2)
      let x3 = unsafe VectorMath.load(input + 3 &* xStride)
      sum0.d = sum0.d.addingProduct(w0, x3)
      sum1.d = sum1.d.addingProduct(w1, x3)
      sum2.d = sum2.d.addingProduct(w2, x3)
    }
    return (sum0, sum1, sum2)
  }

  /// Adds what lies behind the last whole block.
  @inline(__always)
  private func store(_ wholeBlocks: Float, _ output: Int, _ stream: Int) {
    var total = wholeBlocks
    let done = blocks &* 32
    if done < weights.columns {
      let rest = unsafe row(output) + blocks &* Lanes.stride
      for i in 0..<weights.columns - done {
        unsafe total += Lanes.element(rest, i) * x[stream &* xStride &+ done &+ i]
      }
    }
    unsafe y[stream &* yStride &+ output] = total
  }
}

/// What four streams have of one row so far.
private struct StreamLanes {
  var a, b, c, d: VectorMath.Lane

  static var zero: StreamLanes { StreamLanes(a: .zero, b: .zero, c: .zero, d: .zero) }

  @inline(__always)
  static func + (one: StreamLanes, other: StreamLanes) -> StreamLanes {
    StreamLanes(a: one.a + other.a, b: one.b + other.b, c: one.c + other.c, d: one.d + other.d)
  }

  @inline(__always)
  func storeTotals(_ place: UnsafeMutablePointer<Float>) {
    unsafe place[0] = a.folded
    unsafe place[1] = b.folded
    unsafe place[2] = c.folded
    unsafe place[3] = d.folded
  }
}

/// What one stream has of one row so far.
private struct RowSum {
  private var low = VectorMath.Lane.zero
  private var high = VectorMath.Lane.zero

  /// Adds the products of thirty-two weights and inputs.
  @inline(__always)
  mutating func add(_ weight: WeightLanes, _ x: UnsafePointer<Float>) {
    low = unsafe low.addingProduct(weight.a, VectorMath.load(x)).addingProduct(weight.c, VectorMath.load(x + 16))
    high = unsafe high.addingProduct(weight.b, VectorMath.load(x + 8)).addingProduct(weight.d, VectorMath.load(x + 24))
  }

  var total: Float { (low + high).folded }
}

extension VectorMath.Lane {
  /// The sum of the lanes: the upper half is added to the lower until one is left.
  @inline(__always)
  fileprivate var folded: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
