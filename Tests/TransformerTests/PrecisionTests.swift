import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("Training in bf16", .enabled(if: BFloat16Matrix.isAvailable))
struct PrecisionTests {
  private func rows(_ decoder: TinyDecoder) -> [PackedRow] {
    var rows = randomRows([[20, 13, 9], [31], [12, 8]], vocabulary: decoder.engine.model.configuration.vocabulary)
    rows[1].distillation = PackedRow.Distillation(segments: [0], weight: 2)
    return rows
  }

  @Test("has fp32's loss and gradient to its rounding", arguments: MemoryMode.allCases, [1, 2])
  func gradient(memory: MemoryMode, threads: Int) throws {
    let exact = try TinyDecoder(threads: threads, format: .q4x1)
    let half = try TinyDecoder(memory: memory, precision: .bf16, threads: threads, format: .q4x1)
    let rows = rows(exact)
    let (a, b) = (exact.gradient(rows), half.gradient(rows))
    func norm(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1 * $1) }.squareRoot() }
    #expect(norm(zip(a, b).map(-)) < 0.02 * norm(a))
    #expect(a != b)
    let (p, q) = (exact.loss(rows, exact.adapter.parameters, .none), half.loss(rows, half.adapter.parameters, .none))
    #expect(abs(p - q) < 2e-3 * p)
    #expect(half.gradient(rows) == b)
  }

  @Test("measures in fp32", arguments: MemoryMode.allCases)
  func measures(memory: MemoryMode) throws {
    let exact = try TinyDecoder(memory: memory)
    let half = try TinyDecoder(memory: memory, precision: .bf16)
    let rows = randomRows([[20, 13], [31]], vocabulary: exact.engine.model.configuration.vocabulary)
    _ = half.gradient(rows)
    #expect(
      half.engine.tokenLosses(rows: rows, adapter: half.adapter)
        == exact.engine.tokenLosses(rows: rows, adapter: exact.adapter))
  }

  @Test("is at no distance from the base without an adapter")
  func distance() throws {
    let decoder = try TinyDecoder(precision: .bf16)
    var gradient = [Float](repeating: 0, count: decoder.adapter.layout.count)
    var rows = randomRows([[30], [17]], vocabulary: decoder.engine.model.configuration.vocabulary)
    for i in rows.indices { rows[i].distillation = PackedRow.Distillation(segments: [0], weight: 1) }
    let sum = decoder.engine.lossAndGradient(rows: rows, adapter: .zero(decoder.adapter.layout), into: &gradient)
    #expect(abs(sum.divergence) < 1e-6 && gradient.allSatisfy { abs($0) < 1e-5 })
  }

  @Test("makes room for another adapter's ranks", arguments: MemoryMode.allCases)
  func makesRoom(memory: MemoryMode) throws {
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let narrow = AdapterLayout(lora: LoRAConfiguration(rank: 2, alpha: 4), model: file.configuration)
    let wide = AdapterLayout(lora: LoRAConfiguration(rank: 5, alpha: 4), model: file.configuration)
    var rng = SeededGenerator(seed: 5)
    let adapter = Adapter(
      layout: wide, parameters: (0..<wide.count).map { _ in Float.random(in: -0.2...0.2, using: &rng) })
    let rows = randomRows([[31], [12, 8]], vocabulary: file.configuration.vocabulary)
    func gradient(madeFor layout: AdapterLayout) throws -> [Float] {
      let model = try LanguageModel(file: file, memory: memory, precision: .bf16, threads: 2, layout: layout)
      var gradient = [Float](repeating: 0, count: wide.count)
      _ = GradientEngine(model: model, layout: wide).lossAndGradient(rows: rows, adapter: adapter, into: &gradient)
      return gradient
    }
    #expect(try gradient(madeFor: narrow) == gradient(madeFor: wide))
  }
}
