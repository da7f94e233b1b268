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
    let kernel = unsafe RowKernel<Lanes>(weights: weights, x: x, xStride: xStride, y: y, yStride: yStride)
    switch padded(streams) {
    case 0: break
    case 1: kernel.oneStream(rows)
    case 2: kernel.twoStreams(rows)
    case let padded:
      #if arch(x86_64)
        if isWide { return kernel.manyStreamsWide(rows, padded) }
      #endif
      kernel.manyStreams(rows, padded)
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

  /// Blocks that are decoded before they are multiplied: of these, three rows and eight streams stay in the processor's nearest
  /// cache.
  private static var blocksAtOnce: Int { 24 }

  /// Floats of a tile's sums: eight lanes for each of three rows times four streams.
  private static var tileCount: Int { RowProduct.together * RowProduct.group * 8 }

  /// - Parameter streams: a multiple of four.
  @inline(never)
  func manyStreams(_ rows: Range<Int>, _ streams: Int) {
    let parts = max((blocks + Self.blocksAtOnce - 1) / Self.blocksAtOnce, 1)
    let most = (blocks + parts - 1) / parts
    // The sums of even half blocks' lanes, then those of odd ones, for four streams after the other.
    let (decodedCount, sumCount) = (RowProduct.together * most * 32, 2 * Self.tileCount * streams / RowProduct.group)
    unsafe withScratch(decodedCount + sumCount) { decoded in
      let sums = unsafe decoded + decodedCount
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: RowProduct.together) {
        unsafe sums.update(repeating: 0, count: sumCount)
        for block in stride(from: 0, to: blocks, by: max(most, 1)) {
          let count = min(most, blocks - block)
          let width = count * 32
          for place in 0..<RowProduct.together {
            // At the end some rows are computed twice, to the same numbers.
            let start = unsafe row(min(first + place, rows.upperBound - 1)) + block * Lanes.stride
            unsafe Lanes.decode(
              start, blocks: count, into: decoded + place * width, ahead: RowProduct.together * weights.bytesPerRow)
          }
          for s in stride(from: 0, to: streams, by: RowProduct.group) {
            let (input, tile) = unsafe (
              x + s * xStride + block * 32, sums + 2 * Self.tileCount * (s / RowProduct.group)
            )
            unsafe add(decoded, width, input, to: tile)
            unsafe add(decoded + 8, width, input + 8, to: tile + Self.tileCount)
          }
        }
        for s in stride(from: 0, to: streams, by: RowProduct.group) {
          for place in 0..<RowProduct.together {
            let low = unsafe sums + 2 * Self.tileCount * (s / RowProduct.group) + 8 * RowProduct.group * place
            let totals = unsafe (StreamLanes(low) + StreamLanes(low + Self.tileCount)).totals
            for t in 0..<RowProduct.group { store(totals[t], min(first + place, rows.upperBound - 1), s + t) }
          }
        }
      }
    }
  }

  /// sums [together, group, 8] += three decoded rows times four streams, eight lanes of every half block.
  ///
  /// Twelve sums, three rows and an input are all the registers that there are, so nothing else may be in its loop.
  @inline(never)
  private func add(
    _ rows: UnsafePointer<Float>, _ width: Int, _ x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    var sum0 = unsafe StreamLanes(sums)
    var sum1 = unsafe StreamLanes(sums + 32)
    var sum2 = unsafe StreamLanes(sums + 64)
    for place in stride(from: 0, to: width, by: 16) {
      let weight = unsafe rows + place
      let w0 = unsafe VectorMath.load(weight)
      let w1 = unsafe VectorMath.load(weight + width)
      let w2 = unsafe VectorMath.load(weight + 2 &* width)
      let input = unsafe x + place
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
    unsafe sum0.store(sums)
    unsafe sum1.store(sums + 32)
    unsafe sum2.store(sums + 64)
  }

  #if arch(x86_64)
    /// The same sixteen lanes at a time.
    @inline(never)
    func manyStreamsWide(_ rows: Range<Int>, _ streams: Int) {
      let width = blocks * 32
      let decodedCount = RowProduct.together * width
      unsafe withScratch(decodedCount + RowProduct.together * RowProduct.group) { decoded in
        let sums = unsafe decoded + decodedCount
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: RowProduct.together) {
          for place in 0..<RowProduct.together {
            unsafe Lanes.decodeWide(
              row(min(first + place, rows.upperBound - 1)), blocks: blocks, into: decoded + place * width,
              ahead: RowProduct.together * weights.bytesPerRow)
          }
          for s in stride(from: 0, to: streams, by: RowProduct.group) {
            unsafe stet_rows_by_streams(decoded, blocks, x + s * xStride, xStride, sums)
            for place in 0..<RowProduct.together {
              for t in 0..<RowProduct.group {
                unsafe store(sums[place * RowProduct.group + t], min(first + place, rows.upperBound - 1), s + t)
              }
            }
          }
        }
      }
    }
  #endif

  /// Floats that begin with a line of the cache.
  @inline(__always)
  private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    unsafe withUnsafeTemporaryAllocation(byteCount: count * MemoryLayout<Float>.stride, alignment: 64) { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe body(start.bindMemory(to: Float.self, capacity: count))
    }
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

  @inline(__always)
  init(a: VectorMath.Lane, b: VectorMath.Lane, c: VectorMath.Lane, d: VectorMath.Lane) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  @inline(__always)
  init(_ place: UnsafePointer<Float>) {
    a = unsafe VectorMath.load(place)
    b = unsafe VectorMath.load(place + 8)
    c = unsafe VectorMath.load(place + 16)
    d = unsafe VectorMath.load(place + 24)
  }

  @inline(__always)
  static func + (one: StreamLanes, other: StreamLanes) -> StreamLanes {
    StreamLanes(a: one.a + other.a, b: one.b + other.b, c: one.c + other.c, d: one.d + other.d)
  }

  /// As `Lane.folded`, of four streams at once.
  @inline(__always)
  var totals: SIMD4<Float> {
    let (a, b) = (a.lowHalf + a.highHalf, b.lowHalf + b.highHalf)
    let (c, d) = (c.lowHalf + c.highHalf, d.lowHalf + d.highHalf)
    let even = SIMD4(a.x, b.x, c.x, d.x) + SIMD4(a.z, b.z, c.z, d.z)
    let odd = SIMD4(a.y, b.y, c.y, d.y) + SIMD4(a.w, b.w, c.w, d.w)
    return even + odd
  }

  @inline(__always)
  func store(_ place: UnsafeMutablePointer<Float>) {
    unsafe VectorMath.store(a, place)
    unsafe VectorMath.store(b, place + 8)
    unsafe VectorMath.store(c, place + 16)
    unsafe VectorMath.store(d, place + 24)
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
