import ModelFiles
import Tensors

/// The shapes of a decoder layer's four products under one adapter layout.
package struct LayerShapes: Sendable {
  package let attentionInput: LinearShape
  package let attentionOutput: LinearShape
  package let mlpInput: LinearShape
  package let mlpOutput: LinearShape

  package init(model: LlamaConfiguration, lora: LoRAConfiguration?) {
    attentionInput = LinearShape(group: .attentionInput, model: model, lora: lora)
    attentionOutput = LinearShape(group: .attentionOutput, model: model, lora: lora)
    mlpInput = LinearShape(group: .mlpInput, model: model, lora: lora)
    mlpOutput = LinearShape(group: .mlpOutput, model: model, lora: lora)
  }

  package subscript(group: LinearGroup) -> LinearShape {
    switch group {
    case .attentionInput: attentionInput
    case .attentionOutput: attentionOutput
    case .mlpInput: mlpInput
    case .mlpOutput: mlpOutput
    }
  }

  /// Floats of one layer's four augmented weights.
  package var weightCount: Int { LinearGroup.allCases.reduce(0) { $0 + self[$1].weightCount } }
}

/// One layer's augmented weights in one buffer, group after group.
struct LayerWeights {
  let shapes: LayerShapes
  let buffer: FloatBuffer
  /// Where the large products are bf16's; the buffer needs no more than the edges then.
  var half: (layer: BFloat16Layer, rows: BFloat16Rows)?

  subscript(group: LinearGroup) -> AdaptedLinear {
    unsafe AdaptedLinear(
      shape: shapes[group], weight: buffer.pointer + offset(of: group), half: half.map { ($0.layer[group], $0.rows) })
  }

  /// Floats in front of a group's weight.
  func offset(of group: LinearGroup) -> Int {
    var offset = 0
    for earlier in LinearGroup.allCases {
      if earlier == group { break }
      offset += shapes[earlier].weightCount
    }
    return offset
  }

  /// Decodes the frozen weights of a layer.
  func load(_ layer: BaseModelFile.Layer, team: Team) {
    for group in LinearGroup.allCases {
      for part in shapes[group].parts {
        let linear = self[group]
        team.split(part.outputs, grain: 16) { rows in linear.load(layer[part.projection], part: part, rows: rows) }
      }
    }
  }

  /// Copies the frozen weights from the same layer under other shapes.
  func load(from other: LayerWeights) {
    for group in LinearGroup.allCases {
      let (own, source) = (self[group], other[group])
      for row in 0..<own.shape.outputs {
        unsafe (own.weight + row * own.shape.inputStride).update(
          from: source.weight + row * source.shape.inputStride, count: own.shape.inputs)
      }
    }
  }

  /// Writes one layer's factors; `nil` is the base model alone.
  func bind(_ adapter: Adapter?, layer: Int, mask: RankMask?) {
    for group in LinearGroup.allCases {
      let linear = self[group]
      for part in linear.shape.parts where part.rank > 0 {
        guard let adapter, let a = adapter.layout.entry(layer: layer, projection: part.projection, factor: .a),
          let b = adapter.layout.entry(layer: layer, projection: part.projection, factor: .b)
        else {
          unsafe linear.bind(part: part, a: nil, b: nil, scaling: 0, mask: nil)
          continue
        }
        unsafe adapter.parameters.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          unsafe linear.bind(
            part: part, a: base + a.offset, b: base + b.offset, scaling: adapter.layout.lora.scaling,
            mask: mask?.scales(layer: layer, projection: part.projection))
        }
      }
    }
  }
}
