import Foundation
import ModelFiles
import Platform
import Tensors
import TestSupport
import Testing

@Suite("Exports for other tools")
struct ExportTests {
  @Test("a GGUF adapter holds PEFT's bytes, with the B rows of Q and K permuted as the base's are")
  func adapterFile() throws {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("adapter.gguf").path
      let adapter = PEFTAdapterTests.random(rank: 3, alpha: 6, targets: Projection.allCases)
      try GGUFAdapterFile.write(adapter, name: "v7", to: path)
      let file = try GGUFFile.readHeader(path)
      #expect(try file.metadata.string("general.type") == "adapter")
      #expect(try file.metadata.string("general.architecture") == "llama")
      #expect(try file.metadata.string("general.name") == "v7")
      #expect(try file.metadata.string("adapter.type") == "lora")
      #expect(file.metadata["adapter.lora.alpha"] == .float32(6))
      #expect(file.tensors.count == adapter.layout.entries.count)
      let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
      for entry in adapter.layout.entries {
        let suffix = entry.factor == .a ? "lora_a" : "lora_b"
        let name = "blk.\(entry.layer).\(entry.projection.ggufName).weight.\(suffix)"
        guard let tensor = file.tensors.first(where: { $0.name == name }) else {
          Issue.record("no \(name)")
          continue
        }
        #expect(tensor.dimensions == [entry.columns, entry.rows])
        #expect(tensor.type == .f32)
        let start = file.dataOffset + tensor.offset
        var values = StoredMatrix(
          format: .f32, rows: entry.rows, columns: entry.columns, bytes: Array(bytes[start..<start + tensor.byteCount])
        ).decoded()
        if entry.factor == .b, [.q, .k].contains(entry.projection) {
          values = RowOrder.unpermuted(values, rowLength: entry.columns, headDimension: 8)
        }
        #expect(values == Array(adapter.parameters[entry.range]), "\(name)")
      }
    }
  }

  @Test("the merged model is W + alpha/r · BA in F16, norms and metadata unchanged", arguments: BlockFormat.allCases)
  func merged(format: BlockFormat) throws {
    try withTemporaryDirectory { directory in
      let base = try TinyModel(format: format).write(to: directory.appendingPathComponent("base.gguf").path)
      let target = directory.appendingPathComponent("merged.gguf").path
      let adapter = PEFTAdapterTests.random(rank: 3, alpha: 6, targets: [.q, .k, .v, .down])
      try MergedGGUF.write(base: base, adapter: adapter, name: "merged", to: target)
      let before = try BaseModelFile.read(base)
      let after = try BaseModelFile.read(target)
      #expect(after.configuration == before.configuration)
      #expect(after.quantisation == "F16")
      #expect(after.name == "merged")
      #expect(after.metadata["general.file_type"] == .uint32(1))
      #expect(try after.metadata.strings("tokenizer.ggml.merges") == TinyVocabulary.merges)
      #expect(after.finalNorm == before.finalNorm)
      #expect(after.embedding.decoded() == before.embedding.decoded().map { Float(Float16($0)) })
      for layer in 0..<before.layers.count {
        #expect(after.layers[layer].inputNorm == before.layers[layer].inputNorm)
        for projection in Projection.allCases {
          let expected = changed(before.layers[layer][projection], by: adapter, layer: layer, projection)
          let worst = zip(after.layers[layer][projection].decoded(), expected).map { abs($0 - $1) / max(0.1, abs($1)) }
            .max()
          #expect(worst ?? 1 < 6e-4, "\(projection)")
        }
      }
    }
  }

  @Test("the zero adapter merges into the base itself")
  func zero() throws {
    try withTemporaryDirectory { directory in
      let base = try TinyModel(format: .f16, tiedEmbeddings: false)
        .write(to: directory.appendingPathComponent("base.gguf").path)
      let target = directory.appendingPathComponent("merged.gguf").path
      var shape = PEFTAdapterTests.model
      shape.tiedEmbeddings = false
      try MergedGGUF.write(base: base, adapter: .zero(AdapterLayout(lora: .init(), model: shape)), to: target)
      let (before, after) = (try BaseModelFile.read(base), try BaseModelFile.read(target))
      #expect(after.name == TinyModel.name)
      #expect(after.outputHead?.bytes == before.outputHead?.bytes)
      #expect(after.embedding.bytes == before.embedding.bytes)
      for (a, b) in zip(after.layers, before.layers) {
        for projection in Projection.allCases { #expect(a[projection].bytes == b[projection].bytes) }
      }
    }
  }

  @Test("nothing is published where the base is another one, does not fit the adapter, or a weight leaves F16's range")
  func refusals() throws {
    try withTemporaryDirectory { directory in
      let base = try TinyModel().write(to: directory.appendingPathComponent("base.gguf").path)
      let target = directory.appendingPathComponent("merged.gguf").path
      var adapter = PEFTAdapterTests.random(rank: 2, alpha: 4, targets: [.o])
      #expect(throws: GGUFError.self) {
        try MergedGGUF.write(base: base, adapter: adapter, expecting: Digest.of("another"), to: target)
      }
      #expect(throws: PEFTError.self) {
        var shape = PEFTAdapterTests.model
        shape.layers = 3
        try MergedGGUF.write(base: base, adapter: .zero(AdapterLayout(lora: .init(), model: shape)), to: target)
      }
      adapter.parameters[0] = 1e6
      #expect(throws: GGUFError(base, .notFinite(tensor: "blk.0.attn_output.weight"))) {
        try MergedGGUF.write(base: base, adapter: adapter, to: target)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["base.gguf"])
      let digest = Digest.of(TinyModel().bytes())
      adapter.parameters[0] = 0
      try MergedGGUF.write(base: base, adapter: adapter, expecting: digest, to: target)
      #expect(try BaseModelFile.read(target).quantisation == "F16")
    }
  }

  /// W + alpha/r · BA by the definition, in double precision.
  private func changed(
    _ weight: StoredMatrix, by adapter: Adapter, layer: Int, _ projection: Projection
  ) -> [Float] {
    var out = weight.decoded()
    let layout = adapter.layout
    guard let a = layout.entry(layer: layer, projection: projection, factor: .a),
      let b = layout.entry(layer: layer, projection: projection, factor: .b)
    else { return out }
    for row in 0..<weight.rows {
      for column in 0..<weight.columns {
        var sum = 0.0
        for k in 0..<layout.lora.rank {
          sum +=
            Double(adapter.parameters[b.offset + row * b.columns + k])
            * Double(adapter.parameters[a.offset + k * a.columns + column])
        }
        out[row * weight.columns + column] += Float(sum * Double(layout.lora.scaling))
      }
    }
    return out
  }
}
