import Foundation
import Learning
import ModelFiles
import Platform
import Tensors
import TestSupport
import Testing
import Transformer

/// `Fixtures/reference.json`: what transformers and PEFT make of the tiny model (`make_reference.py`).
private struct TinyReference: Decodable {
  let modelSha256: String
  let rank: Int
  let alpha: Float
  let steps: Int
  let peak: Float
  let clip: Float
  let rows: [[Int32]]
  let lastLogits: [Float]
  let baseNll: Double
  let nll: Double
  let gradientNorms: [String: Double]
  let divergence: Double
  let divergenceGradientNorms: [String: Double]
  let fisherSums: [String: Double]
  let recall: Double
  let recallGradientNorms: [String: Double]
  let rowSumNorms: [String: Double]
  let columnSumNorms: [String: Double]
  let productPenalty: Double
  let productPenaltyGradientNorms: [String: Double]
  let slowNorms: [String: Double]
  let losses: [Double]
  let globalNorms: [Double]

  static func read() throws -> TinyReference {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/reference.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(TinyReference.self, from: Data(contentsOf: url))
  }

  var packed: [PackedRow] { rows.map { PackedRow(text: $0) } }
}

@Suite("The tiny model against transformers and PEFT")
struct TinyReferenceTests {
  private let reference: TinyReference
  private let file: BaseModelFile

  /// Writes the model where `STET_TINY_MODEL` says, for `make_reference.py`.
  init() throws {
    if let path = ProcessInfo.processInfo.environment["STET_TINY_MODEL"] { try TinyModel().write(to: path) }
    reference = try TinyReference.read()
    file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
  }

  private func engine(_ memory: MemoryMode) throws -> (GradientEngine, Adapter) {
    let layout = AdapterLayout(
      lora: LoRAConfiguration(rank: reference.rank, alpha: reference.alpha, targets: Projection.allCases),
      model: file.configuration)
    let model = try LanguageModel(file: file, memory: memory, threads: 2, layout: layout)
    var parameters = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries {
      let number = (entry.layer * Projection.allCases.count + entry.projection.place) * 2 + (entry.factor == .a ? 0 : 1)
      for j in 0..<entry.count { parameters[entry.offset + j] = Float(0.1 * sin(1 + Double(number) + 0.7 * Double(j))) }
    }
    return (GradientEngine(model: model, layout: layout), Adapter(layout: layout, parameters: parameters))
  }

  private func expectNorms(
    _ gradient: [Float], _ layout: AdapterLayout, _ expected: [String: Double], tolerance: Double = 1e-4
  ) {
    #expect(expected.count == layout.entries.count)
    for entry in layout.entries {
      let norm = gradient[entry.range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let wanted = expected[entry.peftName] ?? .nan
      #expect(abs(norm - wanted) < tolerance * wanted, "\(entry.peftName): \(norm), not \(wanted)")
    }
  }

  @Test("is the one that the figures were made with")
  func sameModel() throws {
    #expect(file.sha256.hex == reference.modelSha256)
  }

  @Test("gives the same logits and losses", arguments: MemoryMode.allCases)
  func losses(memory: MemoryMode) throws {
    let (engine, adapter) = try engine(memory)
    var last: [Float] = []
    unsafe engine.eachPositionLogits(row: reference.packed[0], adapter: nil) { _, logits in last = unsafe Array(logits)
    }
    #expect(zip(last, reference.lastLogits).map { abs($0 - $1) }.max() ?? 1 < 1e-4)
    func sum(_ adapter: Adapter?) -> Double {
      engine.tokenLosses(rows: reference.packed, adapter: adapter).joined().reduce(0) { $0 + Double($1) }
    }
    #expect(abs(sum(nil) - reference.baseNll) < 1e-5 * reference.baseNll)
    #expect(abs(sum(adapter) - reference.nll) < 1e-5 * reference.nll)
  }

  @Test("gives the same gradients, of tokens and of distillation", arguments: MemoryMode.allCases)
  func gradients(memory: MemoryMode) throws {
    let (engine, adapter) = try engine(memory)
    var gradient = [Float](repeating: 0, count: engine.layout.count)
    let tokens = engine.lossAndGradient(rows: reference.packed, adapter: adapter, into: &gradient)
    #expect(abs(tokens.nll - reference.nll) < 1e-5 * reference.nll)
    expectNorms(gradient, engine.layout, reference.gradientNorms)

    gradient = gradient.map { _ in 0 }
    var rows = reference.packed
    for i in rows.indices { rows[i].distillation = PackedRow.Distillation(segments: [0], weight: 1) }
    let distilled = engine.lossAndGradient(rows: rows, adapter: adapter, into: &gradient)
    #expect(abs(distilled.divergence - reference.divergence) < 1e-4 * reference.divergence)
    expectNorms(gradient, engine.layout, reference.divergenceGradientNorms)
  }

  @Test("gives the same Fisher")
  func fisher() throws {
    let (engine, adapter) = try engine(.fast)
    let fisher = try FisherEstimator.estimate(
      samples: reference.packed, parameters: adapter.parameters, using: AdapterGradients(engine))
    for entry in engine.layout.entries {
      let sum = fisher[entry.range].reduce(0.0) { $0 + Double($1) }
      let wanted = reference.fisherSums[entry.peftName] ?? .nan
      #expect(abs(sum - wanted) < 2e-4 * wanted, "\(entry.peftName)")
    }
  }

  @Test("gives the same loss and gradients of remembered distributions", arguments: MemoryMode.allCases)
  func recall(memory: MemoryMode) throws {
    let (engine, adapter) = try engine(memory)
    var rows = reference.packed
    let targets = engine.softTargets(rows: rows, adapter: nil)
    for i in rows.indices {
      rows[i].recall = PackedRow.Recall(targets: targets[i], weight: 1)
      rows[i].supervised = rows[i].supervised.map { _ in false }
    }
    var gradient = [Float](repeating: 0, count: engine.layout.count)
    let sum = engine.lossAndGradient(rows: rows, adapter: adapter, into: &gradient)
    #expect(abs(sum.recall - reference.recall) < 1e-4 * reference.recall, "\(sum.recall)")
    expectNorms(gradient, engine.layout, reference.recallGradientNorms)
  }

  @Test("gives the same compact Fisher and the same penalty on the weights' change", arguments: MemoryMode.allCases)
  func compactFisher(memory: MemoryMode) throws {
    let (engine, adapter) = try engine(memory)
    let fisher = try CompactFisher.estimate(samples: reference.packed, adapter: adapter, using: engine)
    for place in WeightSquares.places(engine.layout) {
      let entry = engine.layout.entry(layer: place.layer, projection: place.projection, factor: .a)
      let name = (entry?.peftName ?? "").replacing(".lora_A.weight", with: "")
      for (own, expected) in [
        (fisher.rows[place.rows], reference.rowSumNorms), (fisher.columns[place.columns], reference.columnSumNorms),
      ] {
        let norm = own.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let wanted = expected[name] ?? .nan
        #expect(abs(norm - wanted) < 2e-4 * wanted, "\(name): \(norm), not \(wanted)")
      }
    }
    let penalty = ProductPenalty(
      strength: 1e-3, fisher: fisher, anchor: adapter.parameters.map { 0.8 * $0 }, layout: engine.layout,
      blas: try BLAS.shared())
    var gradient = [Float](repeating: 0, count: engine.layout.count)
    let value = penalty.adjust(&gradient, at: adapter.parameters)
    #expect(abs(value - reference.productPenalty) < 5e-4 * reference.productPenalty, "\(value)")
    expectNorms(gradient, engine.layout, reference.productPenaltyGradientNorms, tolerance: 5e-4)
  }

  @Test("takes the same training steps, and keeps the same slow copy")
  func steps() throws {
    let (engine, adapter) = try engine(.fast)
    var trainer = try RoundTrainer(
      settings: TrainingSettings(
        schedule: LearningRateSchedule(peak: reference.peak, totalSteps: reference.steps), clip: reference.clip,
        slowWindow: 4, seed: 1),
      parameters: adapter.parameters, consolidation: nil)
    for (loss, norm) in zip(reference.losses, reference.globalNorms) {
      let step = try trainer.advance(rows: reference.packed, validation: [], using: AdapterGradients(engine))
      #expect(abs(step.loss - loss) < 1e-4 * loss && abs(step.gradientNorm - norm) < 1e-3 * norm, "step \(step.step)")
    }
    expectNorms(trainer.outcome, engine.layout, reference.slowNorms, tolerance: 1e-3)
  }
}
