import Platform

/// An adapter as llama.cpp loads it (`--lora`): lora_A and lora_B as fp32, Q's and K's B with their rows permuted as the
/// base model's are.
package enum GGUFAdapterFile {
  /// Writes the adapter durably.
  ///
  /// - Parameter name: `general.name`.
  package static func write(
    _ adapter: Adapter, name: String, to path: String, through fileSystem: some FileSystem = LocalFileSystem()
  ) throws {
    var writer = GGUFWriter()
    writer.set("general.architecture", .string("llama"))
    writer.set("general.type", .string("adapter"))
    writer.set("general.name", .string(name))
    writer.set("general.file_type", .uint32(0))
    writer.set("adapter.type", .string("lora"))
    writer.set("adapter.lora.alpha", .float32(adapter.layout.lora.alpha))
    let entries = adapter.layout.entries
    for entry in entries {
      writer.announce(tensorName(entry), dimensions: [entry.columns, entry.rows], type: .f32)
    }
    let header = writer.header
    try DurableFile.write(to: path, through: fileSystem) { file in
      try file.append(header)
      for (entry, tensor) in zip(entries, writer.tensors) {
        try file.append(values: values(entry, of: adapter))
        try file.append(writer.padding(after: tensor))
      }
    }
  }

  /// Such as `blk.0.attn_q.weight.lora_a`.
  static func tensorName(_ entry: AdapterLayout.Entry) -> String {
    "blk.\(entry.layer).\(entry.projection.ggufName).weight.\(entry.factor.rawValue.lowercased())"
  }

  private static func values(_ entry: AdapterLayout.Entry, of adapter: Adapter) -> [Float] {
    let values = Array(adapter.parameters[entry.range])
    guard entry.factor == .b, entry.projection.isRotated else { return values }
    return RowOrder.permuted(values, rowLength: entry.columns, headDimension: adapter.layout.model.headDimension)
  }
}
