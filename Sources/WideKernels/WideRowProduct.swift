// W [O, I] in stored blocks · S streams · x [S, I] · y [S, O]

/// How a row's blocks are stored; the raw values are this module's own.
package enum WideFormat: Sendable { case f32, f16, bf16, q4x0, q4x1, q8x0 }

/// y ← x·Wᵀ for a few streams with sixteen lanes: `RowProduct` on processors that have AVX-512.
///
/// The module is compiled for those processors, so nothing in it may run elsewhere. Each y[s, o] is a chain of fused
/// products in one order, whatever the number of streams: rows or streams side by side hide what an addition takes.
@safe
package struct WideRowProduct {
  private let base: UnsafeRawPointer
  private let bytesPerRow: Int
  private let columns: Int
  private let x: UnsafePointer<Float>
  private let xStride: Int
  private let y: UnsafeMutablePointer<Float>
  private let yStride: Int

  package init(
    _ base: UnsafeRawPointer, bytesPerRow: Int, columns: Int, _ x: UnsafePointer<Float>, stride xStride: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int
  ) {
    unsafe self.base = unsafe base
    self.bytesPerRow = bytesPerRow
    self.columns = columns
    unsafe self.x = unsafe x
    self.xStride = xStride
    unsafe self.y = unsafe y
    self.yStride = yStride
  }

  /// - Parameter streams: 1, 2, 4 or 8.
  package func multiply(_ format: WideFormat, rows: Range<Int>, streams: Int) {
    switch format {
    case .f32: multiply(WideF32.self, rows, streams)
    case .f16: multiply(WideF16.self, rows, streams)
    case .bf16: multiply(WideBF16.self, rows, streams)
    case .q4x0: multiply(WideQ4x0.self, rows, streams)
    case .q4x1: multiply(WideQ4x1.self, rows, streams)
    case .q8x0: multiply(WideQ8x0.self, rows, streams)
    }
  }

  @inline(__always)
  private func multiply<Lanes: WideLanes>(_ lanes: Lanes.Type, _ rows: Range<Int>, _ streams: Int) {
    switch streams {
    case 1: oneStream(lanes, rows)
    case 2: twoStreams(lanes, rows)
    case 4: fourStreams(lanes, rows)
    default: eightStreams(lanes, rows)
    }
  }

  private typealias Sum = SIMD16<Float>

  private var blocks: Int { columns / 32 }
  private func row(_ index: Int) -> UnsafeRawPointer { unsafe base + index &* bytesPerRow }

  @inline(never)
  private func oneStream<Lanes: WideLanes>(_: Lanes.Type, _ rows: Range<Int>) {
    var o = rows.lowerBound
    while o + 4 <= rows.upperBound {
      let (w0, w1, w2, w3) = unsafe (row(o), row(o + 1), row(o + 2), row(o + 3))
      var (s0, s1, s2, s3) = (Sum.zero, Sum.zero, Sum.zero, Sum.zero)
      for block in 0..<blocks {
        let (input, place) = unsafe (UnsafeRawPointer(x + block &* 32), block &* Lanes.stride)
        unsafe add(Lanes.load(w0 + place), input, to: &s0)
        unsafe add(Lanes.load(w1 + place), input, to: &s1)
        unsafe add(Lanes.load(w2 + place), input, to: &s2)
        unsafe add(Lanes.load(w3 + place), input, to: &s3)
      }
      store(Lanes.self, s0, o, 0)
      store(Lanes.self, s1, o + 1, 0)
      store(Lanes.self, s2, o + 2, 0)
      store(Lanes.self, s3, o + 3, 0)
      o += 4
    }
    while o < rows.upperBound {
      let start = unsafe row(o)
      var s0 = Sum.zero
      for block in 0..<blocks {
        unsafe add(Lanes.load(start + block &* Lanes.stride), UnsafeRawPointer(x + block &* 32), to: &s0)
      }
      store(Lanes.self, s0, o, 0)
      o += 1
    }
  }

  @inline(never)
  private func twoStreams<Lanes: WideLanes>(_: Lanes.Type, _ rows: Range<Int>) {
    let step = xStride &* 4
    var o = rows.lowerBound
    while o < rows.upperBound {
      // The last row of an odd number goes with itself.
      let next = min(o + 1, rows.upperBound - 1)
      let (w0, w1) = unsafe (row(o), row(next))
      var (s0, s1, t0, t1) = (Sum.zero, Sum.zero, Sum.zero, Sum.zero)
      for block in 0..<blocks {
        let (input, place) = unsafe (UnsafeRawPointer(x + block &* 32), block &* Lanes.stride)
        let (first, second) = unsafe (Lanes.load(w0 + place), Lanes.load(w1 + place))
        unsafe add(first, input, to: &s0)
        unsafe add(first, input + step, to: &s1)
        unsafe add(second, input, to: &t0)
        unsafe add(second, input + step, to: &t1)
      }
      store(Lanes.self, s0, o, 0)
      store(Lanes.self, s1, o, 1)
      store(Lanes.self, t0, next, 0)
      store(Lanes.self, t1, next, 1)
      o += 2
    }
  }

  @inline(never)
  private func fourStreams<Lanes: WideLanes>(_: Lanes.Type, _ rows: Range<Int>) {
    let step = xStride &* 4
    for o in rows {
      let start = unsafe row(o)
      var (s0, s1, s2, s3) = (Sum.zero, Sum.zero, Sum.zero, Sum.zero)
      for block in 0..<blocks {
        let weights = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe UnsafeRawPointer(x + block &* 32)
        unsafe add(weights, input, to: &s0)
        unsafe add(weights, input + step, to: &s1)
        unsafe add(weights, input + 2 &* step, to: &s2)
        unsafe add(weights, input + 3 &* step, to: &s3)
      }
      store(Lanes.self, s0, o, 0)
      store(Lanes.self, s1, o, 1)
      store(Lanes.self, s2, o, 2)
      store(Lanes.self, s3, o, 3)
    }
  }

  @inline(never)
  private func eightStreams<Lanes: WideLanes>(_: Lanes.Type, _ rows: Range<Int>) {
    let step = xStride &* 4
    for o in rows {
      let start = unsafe row(o)
      var (s0, s1, s2, s3) = (Sum.zero, Sum.zero, Sum.zero, Sum.zero)
      var (s4, s5, s6, s7) = (Sum.zero, Sum.zero, Sum.zero, Sum.zero)
      for block in 0..<blocks {
        let weights = unsafe Lanes.load(start + block &* Lanes.stride)
        let input = unsafe UnsafeRawPointer(x + block &* 32)
        let upper = unsafe input + 4 &* step
        unsafe add(weights, input, to: &s0)
        unsafe add(weights, input + step, to: &s1)
        unsafe add(weights, input + 2 &* step, to: &s2)
        unsafe add(weights, input + 3 &* step, to: &s3)
        unsafe add(weights, upper, to: &s4)
        unsafe add(weights, upper + step, to: &s5)
        unsafe add(weights, upper + 2 &* step, to: &s6)
        unsafe add(weights, upper + 3 &* step, to: &s7)
      }
      store(Lanes.self, s0, o, 0)
      store(Lanes.self, s1, o, 1)
      store(Lanes.self, s2, o, 2)
      store(Lanes.self, s3, o, 3)
      store(Lanes.self, s4, o, 4)
      store(Lanes.self, s5, o, 5)
      store(Lanes.self, s6, o, 6)
      store(Lanes.self, s7, o, 7)
    }
  }

  @inline(__always)
  private func add(_ weights: WideWeights, _ input: UnsafeRawPointer, to sum: inout Sum) {
    sum = unsafe sum.addingProduct(weights.a, input.loadUnaligned(as: Sum.self))
    sum = unsafe sum.addingProduct(weights.b, input.loadUnaligned(fromByteOffset: 64, as: Sum.self))
  }

  /// Adds up the lanes and what lies behind the last whole block, in one order for every kernel.
  @inline(__always)
  private func store<Lanes: WideLanes>(_: Lanes.Type, _ sum: Sum, _ output: Int, _ stream: Int) {
    let eight = sum.lowHalf + sum.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    var total = two.x + two.y
    let done = blocks &* 32
    if done < columns {
      let rest = unsafe row(output) + blocks &* Lanes.stride
      for i in 0..<columns - done {
        unsafe total += Lanes.element(rest, i) * x[stream &* xStride &+ done &+ i]
      }
    }
    unsafe y[stream &* yStride &+ output] = total
  }
}
