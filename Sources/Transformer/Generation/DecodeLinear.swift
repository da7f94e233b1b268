// S streams · I inputs · O outputs · R ranks of all adapted projections of the group

import ModelFiles
import Tensors

/// One group of projections as decoding uses it: frozen matrices, and the adapter's factors apart as two thin products.
struct DecodeLinear {
  private struct Part {
    let matrix: FrozenMatrix
    let outputs: Range<Int>
    let rankOffset: Int
    /// (alpha/r · B)ᵀ, [rank, outputs]; `nil` where the projection is not adapted.
    let b: FloatBuffer?
    let rank: Int
  }

  let ranks: Int
  private let parts: [Part]
  /// The group's A factors, [R, I].
  private let a: FrozenMatrix

  init(model: LanguageModel, layer: Int, group: LinearGroup, adapter: Adapter?) {
    let shape = LinearShape(group: group, model: model.configuration, lora: adapter?.layout.lora)
    // Where the frozen rows lie does not depend on this adapter but on the model's own layout.
    let places = model.shapes[group].parts
    let stacked = FloatBuffer(count: shape.ranks * shape.inputs)
    parts = zip(shape.parts, places).map { part, place in
      Part(
        matrix: model.frozen(layer: layer, part: place, group: group),
        outputs: part.outputOffset..<part.outputOffset + part.outputs, rankOffset: part.rankOffset,
        b: adapter.flatMap { Self.load($0, layer: layer, part, a: stacked) }, rank: part.rank)
    }
    ranks = shape.ranks
    a = FrozenMatrix(stacked, rows: shape.ranks, columns: shape.inputs)
  }

  /// Copies a part's A to its rows of `a`; returns its B, scaled and transposed.
  private static func load(_ adapter: Adapter, layer: Int, _ part: LinearShape.Part, a: FloatBuffer) -> FloatBuffer? {
    guard let entryA = adapter.layout.entry(layer: layer, projection: part.projection, factor: .a),
      let entryB = adapter.layout.entry(layer: layer, projection: part.projection, factor: .b)
    else { return nil }
    let b = FloatBuffer(count: entryB.count)
    unsafe adapter.parameters.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      unsafe (a.pointer + part.rankOffset * entryA.columns).update(from: base + entryA.offset, count: entryA.count)
      for output in 0..<part.outputs {
        for k in 0..<part.rank {
          unsafe b.pointer[k * part.outputs + output] =
            unsafe base[entryB.offset + output * part.rank + k] * adapter.layout.lora.scaling
        }
      }
    }
    return b
  }

  /// h ← x·Aᵀ, spread over the team; does nothing without an adapter.
  func projectDown(
    _ member: LockstepMember, _ x: UnsafePointer<Float>, stride: Int, streams: Int, into h: FloatBuffer
  ) {
    guard ranks > 0 else { return }
    member.share(ranks, grain: 8) { rows in
      unsafe a.multiply(outputs: rows, x, stride: stride, streams: streams, into: h.pointer, stride: ranks)
    }
  }

  /// y ← x·Wᵀ + h·(s·B)ᵀ for some of one projection's outputs; `part` counts the group's projections.
  func multiply(
    part index: Int, outputs: Range<Int>, _ x: UnsafePointer<Float>, stride: Int, h: FloatBuffer, streams: Int,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int
  ) {
    let part = parts[index]
    let out = unsafe y + part.outputs.lowerBound
    unsafe part.matrix.multiply(outputs: outputs, x, stride: stride, streams: streams, into: out, stride: yStride)
    guard let b = part.b else { return }
    unsafe LowRankUpdate.add(
      h.pointer + part.rankOffset, stride: ranks, rank: part.rank, b.pointer, width: part.outputs.count, to: out,
      stride: yStride, streams: streams, outputs: outputs)
  }
}

/// One layer's four groups.
struct DecodeLayerWeights {
  let attentionInput: DecodeLinear
  let attentionOutput: DecodeLinear
  let mlpInput: DecodeLinear
  let mlpOutput: DecodeLinear

  init(model: LanguageModel, layer: Int, adapter: Adapter?) {
    func linear(_ group: LinearGroup) -> DecodeLinear {
      DecodeLinear(model: model, layer: layer, group: group, adapter: adapter)
    }
    attentionInput = linear(.attentionInput)
    attentionOutput = linear(.attentionOutput)
    mlpInput = linear(.mlpInput)
    mlpOutput = linear(.mlpOutput)
  }

  var ranks: Int { max(attentionInput.ranks, attentionOutput.ranks, mlpInput.ranks, mlpOutput.ranks) }
}
