// W [O, I] in stored blocks · S streams · x [S, I] · y [S, O]

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

/// y ← x·Wᵀ for a few streams, straight from stored weights: each is decoded in registers and used for all streams.
///
/// Memory-bound for one stream, so the bandwidth is that of the file's format. Each y[s, o] is summed in one order
/// whatever the number of streams: a stream's result does not depend on its neighbours, to the last bit.
package enum RowProduct {
  /// The most streams that share one decoding.
  package static let group = 8

  /// Streams that buffers must have room for: those beyond `streams` are computed and mean nothing.
  package static func padded(_ streams: Int) -> Int {
    streams > 4 ? (streams + group - 1) / group * group : streams == 3 ? 4 : streams
  }

  /// Computes `rows` of the outputs. - Precondition: `x` and `y` have `padded(streams)` rows.
  package static func multiply(
    _ weights: WeightRows, rows: Range<Int>, _ x: UnsafePointer<Float>, stride xStride: Int, streams: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int
  ) {
    switch weights.format {
    case .f32: unsafe multiply(F32Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    case .f16: unsafe multiply(F16Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    case .bf16: unsafe multiply(BF16Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    case .q4x0: unsafe multiply(Q4x0Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    case .q4x1: unsafe multiply(Q4x1Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    case .q8x0: unsafe multiply(Q8x0Lanes.self, weights, rows, x, xStride, streams, y, yStride)
    }
  }

  private static func multiply<Lanes: BlockLanes>(
    _: Lanes.Type, _ weights: WeightRows, _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ xStride: Int,
    _ streams: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int
  ) {
    var (x, y) = unsafe (x, y)
    var left = padded(streams)
    while left > 0 {
      let width = min(left, group)
      let kernel = unsafe RowKernel<Lanes>(weights: weights, x: x, xStride: xStride, y: y, yStride: yStride)
      switch width {
      case 1: kernel.oneStream(rows)
      case 2: kernel.twoStreams(rows)
      case 4: kernel.fourStreams(rows)
      default: kernel.eightStreams(rows)
      }
      unsafe x += width * xStride
      unsafe y += width * yStride
      left -= width
    }
  }
}

/// The inner loops. A row's sum is taken block by block: the blocks' own sums don't wait for one another, and a row needs
/// one register a stream for what it has so far.
@safe
private struct RowKernel<Lanes: BlockLanes> {
  typealias Lane = VectorMath.Lane

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
      var s0 = Lane.zero
      for block in 0..<blocks {
        unsafe s0 += dot(Lanes.load(start + block &* Lanes.stride), x + block &* 32)
      }
      store(s0, o, 0)
    }
  }

  @inline(never)
  func twoStreams(_ rows: Range<Int>) {
    for o in rows {
      let start = unsafe row(o)
      var (s0, s1) = (Lane.zero, Lane.zero)
      for block in 0..<blocks {
        let lanes = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe x + block &* 32
        unsafe s0 += dot(lanes, input)
        unsafe s1 += dot(lanes, input + xStride)
      }
      store(s0, o, 0)
      store(s1, o, 1)
    }
  }

  @inline(never)
  func fourStreams(_ rows: Range<Int>) {
    for o in rows {
      let start = unsafe row(o)
      var (s0, s1, s2, s3) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
      for block in 0..<blocks {
        let lanes = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe x + block &* 32
        unsafe s0 += dot(lanes, input)
        unsafe s1 += dot(lanes, input + xStride)
        unsafe s2 += dot(lanes, input + 2 &* xStride)
        unsafe s3 += dot(lanes, input + 3 &* xStride)
      }
      store(s0, o, 0)
      store(s1, o, 1)
      store(s2, o, 2)
      store(s3, o, 3)
    }
  }

  @inline(never)
  func eightStreams(_ rows: Range<Int>) {
    for o in rows {
      let start = unsafe row(o)
      var (s0, s1, s2, s3) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
      var (s4, s5, s6, s7) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
      for block in 0..<blocks {
        let lanes = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe x + block &* 32
        unsafe s0 += dot(lanes, input)
        unsafe s1 += dot(lanes, input + xStride)
        unsafe s2 += dot(lanes, input + 2 &* xStride)
        unsafe s3 += dot(lanes, input + 3 &* xStride)
        unsafe s4 += dot(lanes, input + 4 &* xStride)
        unsafe s5 += dot(lanes, input + 5 &* xStride)
        unsafe s6 += dot(lanes, input + 6 &* xStride)
        unsafe s7 += dot(lanes, input + 7 &* xStride)
      }
      store(s0, o, 0)
      store(s1, o, 1)
      store(s2, o, 2)
      store(s3, o, 3)
      store(s4, o, 4)
      store(s5, o, 5)
      store(s6, o, 6)
      store(s7, o, 7)
    }
  }

  @inline(__always)
  private func dot(_ weight: WeightLanes, _ x: UnsafePointer<Float>) -> Lane {
    unsafe (weight.a * VectorMath.load(x)).addingProduct(weight.b, VectorMath.load(x + 8))
      .addingProduct(weight.c, VectorMath.load(x + 16)).addingProduct(weight.d, VectorMath.load(x + 24))
  }

  /// Adds up the lanes and what lies behind the last whole block, in one order for every kernel.
  @inline(__always)
  private func store(_ sum: Lane, _ output: Int, _ stream: Int) {
    let four = sum.lowHalf + sum.highHalf
    let two = four.lowHalf + four.highHalf
    var total = two.x + two.y
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
