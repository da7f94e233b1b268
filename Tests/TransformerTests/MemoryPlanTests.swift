import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("A memory plan")
struct MemoryPlanTests {
  private let work: MemoryPlan.Work

  init() throws {
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(
        TinyModel(format: .q4x1).write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 4, alpha: 8), model: file.configuration)
    work = MemoryPlan.Work(
      file: file, layout: layout, batch: 4, sequence: 48, threads: 2, vectors: 4, evaluates: true)
  }

  @Test("takes more for each row at once, and for each layer that keeps its activations")
  func orders() {
    let plans = [
      MemoryPlan(.small, lanes: 1, for: work), MemoryPlan(.small, lanes: 2, for: work),
      MemoryPlan(.fast, lanes: 1, for: work), MemoryPlan(.fast, lanes: 2, for: work),
    ]
    #expect(plans[0].bytes < plans[1].bytes && plans[2].bytes < plans[3].bytes)
    #expect(MemoryPlan(.fast, lanes: 1, kept: 0, for: work).bytes < plans[2].bytes)
  }

  @Test("is the fastest that fits what is free, a mode or a budget")
  func chooses() throws {
    let (small, fast) = (MemoryPlan(.small, lanes: 2, for: work), MemoryPlan(.fast, lanes: 2, for: work))
    #expect(try MemoryPlan.choose(.mode(.fast), for: work, available: fast.bytes) == fast)
    // By itself it leaves others at least as much as rows side by side take.
    #expect(try MemoryPlan.choose(.auto, for: work, available: 2 * fast.bytes) == fast)
    let single = MemoryPlan(.fast, lanes: 1, for: work)
    #expect(try MemoryPlan.choose(.auto, for: work, available: 2 * fast.bytes - 1) == single)
    #expect(try MemoryPlan.choose(.mode(.small), for: work, available: .max) == small)
    let narrow = try MemoryPlan.choose(.budget(fast.bytes - 1), for: work, available: .max)
    #expect(narrow == MemoryPlan(.fast, lanes: 1, for: work))
    // As many layers as fit; the lowest of all shares its cache with nobody, so it costs nothing to keep.
    let half = try MemoryPlan.choose(.budget(narrow.bytes - 1), for: work, available: .max)
    #expect(half.mode == .fast && half.kept == narrow.kept - 2 && half.bytes < narrow.bytes)
  }

  @Test("refuses what does not fit, with the numbers and the setting to change")
  func refuses() throws {
    // Of a model this small the scratch for decoding is more than the weights.
    let least = MemoryMode.allCases.map { MemoryPlan($0, lanes: 1, kept: 0, for: work).bytes }.min() ?? 0
    let shortage = #expect(throws: MemoryShortage.self) {
      try MemoryPlan.choose(.budget(least - 1), for: work, available: .max)
    }
    #expect(shortage?.needed == least && shortage?.description.contains("train.memory") == true)
    #expect(shortage?.description.contains("train.sequence") == true)
    #expect(throws: MemoryShortage.self) { try MemoryPlan.choose(.auto, for: work, available: least - 1) }
  }

  @Test("with some layers kept gives the same gradient, bit for bit", arguments: MemoryMode.allCases)
  func keptAgree(memory: MemoryMode) throws {
    let tiny = try TinyDecoder(memory: memory)
    let rows = [PackedRow(text: (0..<21).map { 3 + $0 })]
    var gradients: [[Float]] = []
    for kept in 0...tiny.engine.model.configuration.layers {
      let engine = GradientEngine(model: tiny.engine.model, layout: tiny.adapter.layout, kept: kept)
      var gradient = [Float](repeating: 0, count: tiny.adapter.layout.count)
      _ = engine.lossAndGradient(rows: rows, adapter: tiny.adapter, into: &gradient)
      gradients.append(gradient)
    }
    #expect(gradients.allSatisfy { $0 == gradients[0] })
  }

  @Test("with one row at once gives the same gradient to rounding", arguments: MemoryMode.allCases)
  func lanesAgree(memory: MemoryMode) throws {
    let tiny = try TinyDecoder(memory: memory)
    var rows: [PackedRow] = []
    for length in [7, 19, 12, 5] { rows.append(PackedRow(text: (0..<Int32(length)).map { 3 + $0 })) }
    let wide = tiny.gradient(rows)
    let narrow = GradientEngine(model: tiny.engine.model, layout: tiny.adapter.layout, lanes: 1)
    var gradient = [Float](repeating: 0, count: tiny.adapter.layout.count)
    _ = narrow.lossAndGradient(rows: rows, adapter: tiny.adapter, into: &gradient)
    let size = wide.map(abs).max() ?? 0
    #expect(zip(wide, gradient).allSatisfy { abs($0 - $1) <= 1e-4 * size })
  }
}
