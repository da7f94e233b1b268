/// Where each LoRA factor lies in an adapter's flat parameter vector.
///
/// Order: layer by layer, within a layer by `LoRAConfiguration.targets`, A `[rank, inputs]` before B `[outputs, rank]`,
/// both row-major. Optimisers and penalties see one vector; files and the decoder see its matrices.
package struct AdapterLayout: Hashable, Sendable {
  package enum Factor: String, Hashable, Sendable, CaseIterable {
    case a = "lora_A"
    case b = "lora_B"
  }

  package struct Entry: Hashable, Sendable {
    package let layer: Int
    package let projection: Projection
    package let factor: Factor
    package let rows: Int
    package let columns: Int
    /// Index of the first element in the flat vector.
    package let offset: Int

    package var count: Int { rows * columns }
    package var range: Range<Int> { offset..<offset + count }
    /// PEFT's key, such as `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`.
    package var peftName: String {
      "base_model.model.model.layers.\(layer).\(projection.modulePath).\(factor.rawValue).weight"
    }
  }

  package let lora: LoRAConfiguration
  package let model: LlamaConfiguration
  package let entries: [Entry]
  /// Length of the flat vector.
  package let count: Int

  package init(lora: LoRAConfiguration, model: LlamaConfiguration) {
    var entries: [Entry] = []
    var offset = 0
    for layer in 0..<model.layers {
      for projection in lora.targets {
        let shapes: [(Factor, Int, Int)] = [
          (.a, lora.rank, model.inputs(of: projection)), (.b, model.outputs(of: projection), lora.rank),
        ]
        for (factor, rows, columns) in shapes {
          entries.append(
            Entry(layer: layer, projection: projection, factor: factor, rows: rows, columns: columns, offset: offset))
          offset += rows * columns
        }
      }
    }
    self.lora = lora
    self.model = model
    self.entries = entries
    self.count = offset
  }

  /// The entry of one factor, `nil` where the projection is not adapted.
  package func entry(layer: Int, projection: Projection, factor: Factor) -> Entry? {
    guard let target = lora.targets.firstIndex(of: projection), layer >= 0, layer < model.layers else { return nil }
    return entries[(layer * lora.targets.count + target) * 2 + (factor == .a ? 0 : 1)]
  }
}
