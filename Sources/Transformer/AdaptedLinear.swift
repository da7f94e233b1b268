// T rows (tokens) · I inputs · O outputs · R ranks of all adapted projections of the group

import ModelFiles
import Tensors

/// The projections of a layer that read the same input, as one product.
package enum LinearGroup: Int, CaseIterable, Sendable {
  case attentionInput, attentionOutput, mlpInput, mlpOutput

  package var projections: [Projection] {
    switch self {
    case .attentionInput: [.q, .k, .v]
    case .attentionOutput: [.o]
    case .mlpInput: [.gate, .up]
    case .mlpOutput: [.down]
    }
  }
}

/// Where a group's projections and their ranks lie in its augmented weight.
///
/// The frozen weight W [O, I] and the factors are kept as one matrix [O + R, I + R]:
///
///     ┌──────────────┬─────────┐
///     │ W   [O, I]   │ s·B     │   y  = [x | h] · [W | s·B]ᵀ   with h = x·Aᵀ
///     ├──────────────┼─────────┤
///     │ A   [R, I]   │ unused  │   dx = [dy | g] · [W ; A]      with g = dy·(s·B)
///     └──────────────┴─────────┘
///
/// so that adapter and base are one product a direction: no merged copy of W, no second pass over y or dx, and a step
/// only rewrites the edges. B is block-diagonal where a group has several projections.
package struct LinearShape: Sendable {
  package struct Part: Sendable {
    package let projection: Projection
    package let outputOffset: Int
    package let outputs: Int
    package let rankOffset: Int
    /// 0 where the projection is not adapted.
    package let rank: Int
  }

  package let inputs: Int
  package let outputs: Int
  package let ranks: Int
  package let parts: [Part]

  package init(group: LinearGroup, model: LlamaConfiguration, lora: LoRAConfiguration?) {
    var parts: [Part] = []
    var (outputOffset, rankOffset) = (0, 0)
    for projection in group.projections {
      let rank = lora.map { $0.targets.contains(projection) ? $0.rank : 0 } ?? 0
      let outputs = model.outputs(of: projection)
      parts.append(
        Part(
          projection: projection, outputOffset: outputOffset, outputs: outputs, rankOffset: rankOffset, rank: rank))
      outputOffset += outputs
      rankOffset += rank
    }
    inputs = model.inputs(of: group.projections[0])
    outputs = outputOffset
    ranks = rankOffset
    self.parts = parts
  }

  /// Floats from one row of the augmented weight, or of its input, to the next.
  package var inputStride: Int { inputs + ranks }
  /// Floats from one row of an output gradient to the next.
  package var outputStride: Int { outputs + ranks }
  package var weightCount: Int { (outputs + ranks) * inputStride }
}

/// One group's augmented weight in memory, and the products with it.
@safe
struct AdaptedLinear {
  let shape: LinearShape
  /// With `half`, the edges alone are there.
  let weight: UnsafeMutablePointer<Float>
  /// What the large products are computed with instead, and where their rows are laid down.
  var half: (weight: BFloat16Linear, rows: BFloat16Rows)?

  private var a: UnsafeMutablePointer<Float> { unsafe weight + shape.outputs * shape.inputStride }

  /// y ← x·(W + s·BA)ᵀ (+ y with `accumulating`), for `rows` of `x` (stride `inputStride`), whose tail columns receive h.
  func forward(
    _ x: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>, stride: Int, accumulating: Bool = false,
    rows: Range<Int>, blas: BLAS
  ) {
    let row = unsafe x + rows.lowerBound * shape.inputStride
    unsafe projectDown(row, count: rows.count, into: row + shape.inputs, stride: shape.inputStride, blas: blas)
    unsafe multiplyForward(x, into: y, stride: stride, accumulating, rows: rows, blas)
  }

  /// h ← x·Aᵀ for `count` rows of stride `inputStride`.
  func projectDown(
    _ x: UnsafePointer<Float>, count: Int, into h: UnsafeMutablePointer<Float>, stride: Int, blas: BLAS
  ) {
    StepClock.measure(.products) {
      unsafe blas.multiply(
        count, shape.ranks, shape.inputs, x, shape.inputStride, a, shape.inputStride, transposeB: true, h, stride)
    }
  }

  /// The augmented product alone, for rows whose tail columns hold h already.
  func multiplyForward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, stride: Int, _ accumulating: Bool,
    rows: Range<Int>, _ blas: BLAS
  ) {
    StepClock.measure(.products) {
      if let half {
        unsafe half.rows.multiply(
          x, stride: shape.inputStride, depth: shape.inputStride, by: half.weight.forward, rows: rows, into: y,
          stride: stride, accumulating: accumulating)
        return
      }
      unsafe blas.multiply(
        rows.count, shape.outputs, shape.inputStride, x + rows.lowerBound * shape.inputStride, shape.inputStride,
        weight, shape.inputStride, transposeB: true, beta: accumulating ? 1 : 0, y + rows.lowerBound * stride, stride)
    }
  }

  /// g ← dy·(s·B), into the tail columns of `dy` (stride `outputStride`).
  func projectGradient(_ dy: UnsafeMutablePointer<Float>, rows: Range<Int>, blas: BLAS) {
    let row = unsafe dy + rows.lowerBound * shape.outputStride
    for part in shape.parts where part.rank > 0 {
      StepClock.measure(.products) {
        unsafe blas.multiply(
          rows.count, part.rank, part.outputs, row + part.outputOffset, shape.outputStride,
          weight + part.outputOffset * shape.inputStride + shape.inputs + part.rankOffset, shape.inputStride,
          row + shape.outputs + part.rankOffset, shape.outputStride)
      }
    }
  }

  /// dx ← [dy | g]·[W ; A]; `withAdapter` false leaves g·A out (element dropout adds it through its mask).
  func backward(
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, stride: Int, withAdapter: Bool = true,
    rows: Range<Int>, blas: BLAS
  ) {
    StepClock.measure(.products) {
      if let half {
        unsafe half.rows.multiply(
          dy, stride: shape.outputStride, depth: withAdapter ? shape.outputStride : shape.outputs,
          by: half.weight.backward, rows: rows, into: dx, stride: stride, accumulating: false)
        return
      }
      unsafe blas.multiply(
        rows.count, shape.inputs, withAdapter ? shape.outputStride : shape.outputs,
        dy + rows.lowerBound * shape.outputStride,
        shape.outputStride, weight, shape.inputStride, dx + rows.lowerBound * stride, stride)
    }
  }

  /// dx ← g·A alone.
  func backwardAdapter(
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, blas: BLAS
  ) {
    StepClock.measure(.products) {
      unsafe blas.multiply(
        rows.count, shape.inputs, shape.ranks, dy + rows.lowerBound * shape.outputStride + shape.outputs,
        shape.outputStride, a, shape.inputStride, dx + rows.lowerBound * stride, stride)
    }
  }

  /// dA ← gᵀ·x as [R, I] in `columns` of `target` (stride `inputs`).
  func gradientA(
    _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>,
    count: Int, columns: Range<Int>, blas: BLAS
  ) {
    StepClock.measure(.products) {
      unsafe blas.multiply(
        shape.ranks, columns.count, count, dy + shape.outputs, shape.outputStride, transposeA: true,
        x + columns.lowerBound, stride, target + columns.lowerBound, shape.inputs)
    }
  }

  /// dB of one part += scaling · dyᵀ·h, in `outputs` of its rows.
  func gradientB(
    _ part: LinearShape.Part, _ dy: UnsafePointer<Float>, h: UnsafePointer<Float>, stride: Int, scaling: Float,
    addingTo target: UnsafeMutablePointer<Float>, count: Int, outputs: Range<Int>, blas: BLAS
  ) {
    StepClock.measure(.products) {
      unsafe blas.multiply(
        outputs.count, part.rank, count, alpha: scaling, dy + part.outputOffset + outputs.lowerBound,
        shape.outputStride,
        transposeA: true, h + part.rankOffset, stride, beta: 1, target + outputs.lowerBound * part.rank, part.rank)
    }
  }

  /// Writes W's rows of one part from its stored blocks.
  func load(_ matrix: StoredMatrix, part: LinearShape.Part, rows: Range<Int>) {
    for row in rows { unsafe matrix.decode(row: row, into: weight + (part.outputOffset + row) * shape.inputStride) }
  }

  /// Writes the factors of one part; `mask[k]` scales rank k (0 drops it). Without an adapter the edges are zero.
  func bind(
    part: LinearShape.Part, a source: UnsafePointer<Float>?, b: UnsafePointer<Float>?, scaling: Float, mask: [Float]?
  ) {
    guard part.rank > 0 else { return }
    let tail = shape.inputs + part.rankOffset
    for k in 0..<part.rank {
      let row = unsafe a + (part.rankOffset + k) * shape.inputStride
      if let source = unsafe source {
        unsafe row.update(from: source + k * shape.inputs, count: shape.inputs)
      } else {
        unsafe row.update(repeating: 0, count: shape.inputs)
      }
    }
    for output in 0..<part.outputs {
      let edge = unsafe weight + (part.outputOffset + output) * shape.inputStride + tail
      for k in 0..<part.rank {
        unsafe edge[k] = unsafe b.map { unsafe $0[output * part.rank + k] * scaling * (mask?[k] ?? 1) } ?? 0
      }
    }
  }
}
