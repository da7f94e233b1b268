import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

/// A tiny model on disk, loaded with an adapter whose factors are both away from zero.
struct TinyDecoder {
  let engine: GradientEngine
  let adapter: Adapter

  init(
    memory: MemoryMode = .fast, precision: Precision = .fp32, threads: Int = 2, format: BlockFormat = .f32,
    rank: Int = 3,
    targets: [Projection] = Projection.allCases
  ) throws {
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel(format: format).write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let layout = AdapterLayout(
      lora: LoRAConfiguration(rank: rank, alpha: 6, targets: targets), model: file.configuration)
    let model = try LanguageModel(
      file: file, memory: memory, precision: precision, threads: threads, layout: layout)
    engine = GradientEngine(model: model, layout: layout)
    var rng = SeededGenerator(seed: 5)
    adapter = Adapter(
      layout: layout, parameters: (0..<layout.count).map { _ in Float.random(in: -0.2...0.2, using: &rng) })
  }

  func loss(_ rows: [PackedRow], _ parameters: [Float], _ noise: StepNoise) -> Double {
    var unused = [Float](repeating: 0, count: parameters.count)
    let sum = engine.lossAndGradient(
      rows: rows, adapter: Adapter(layout: adapter.layout, parameters: parameters), noise: noise, into: &unused)
    let weight = rows.compactMap(\.distillation).first?.weight ?? 0
    let recalled = rows.compactMap(\.recall).first?.weight ?? 0
    return sum.nll + Double(weight) * sum.divergence + Double(recalled) * sum.recall
  }

  func gradient(_ rows: [PackedRow], noise: StepNoise = .none) -> [Float] {
    var gradient = [Float](repeating: 0, count: adapter.layout.count)
    _ = engine.lossAndGradient(rows: rows, adapter: adapter, noise: noise, into: &gradient)
    return gradient
  }

  /// The largest relative difference between gradient and central differences of fourth order, one random direction for
  /// each matrix.
  func worstCentralDifference(_ rows: [PackedRow], noise: StepNoise = .none, step: Float = 4e-3) -> Double {
    let gradient = gradient(rows, noise: noise)
    var rng = SeededGenerator(seed: 11)
    var worst = 0.0
    for entry in adapter.layout.entries {
      let direction = entry.range.map { _ in Float.random(in: 0..<1, using: &rng) < 0.5 ? Float(-1) : 1 }
      func difference(_ step: Float) -> Double {
        var (up, down) = (adapter.parameters, adapter.parameters)
        for (i, d) in zip(entry.range, direction) {
          up[i] += step * d
          down[i] -= step * d
        }
        return loss(rows, up, noise) - loss(rows, down, noise)
      }
      let expected = zip(entry.range, direction).reduce(0.0) { $0 + Double(gradient[$1.0] * $1.1) }
      let measured = (8 * difference(step) - difference(2 * step)) / Double(12 * step)
      let scale = entry.range.reduce(0.0) { $0 + Double(gradient[$1] * gradient[$1]) }.squareRoot()
      worst = max(worst, abs(measured - expected) / max(scale, 1e-3))
    }
    return worst
  }
}

/// Rows of random ids: one segment, several segments, and some tokens unsupervised.
func randomRows(_ lengths: [[Int]], vocabulary: Int, seed: UInt64 = 3) -> [PackedRow] {
  var rng = SeededGenerator(seed: seed)
  return lengths.map { segments in
    let count = segments.reduce(0, +)
    let starts = segments.indices.map { segments[..<$0].reduce(0, +) }
    return PackedRow(
      tokens: (0..<count).map { _ in Int32.random(in: 3..<Int32(vocabulary), using: &rng) },
      supervised: (0..<count).map { _ in Float.random(in: 0..<1, using: &rng) < 0.7 }, segmentStarts: starts)
  }
}

@Suite("The decoder's gradient")
struct GradientTests {
  @Test("agrees with central differences for every factor of every layer", arguments: MemoryMode.allCases)
  func centralDifferences(memory: MemoryMode) throws {
    let decoder = try TinyDecoder(memory: memory)
    let rows = randomRows([[23], [9, 14], [5, 1, 12]], vocabulary: decoder.engine.model.configuration.vocabulary)
    #expect(decoder.worstCentralDifference(rows) < 4e-3)
  }

  @Test("agrees with central differences across blocks of attention")
  func longRow() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[150]], vocabulary: decoder.engine.model.configuration.vocabulary)
    #expect(decoder.worstCentralDifference(rows) < 4e-3)
  }

  @Test("agrees with central differences when only some projections are adapted")
  func someTargets() throws {
    let decoder = try TinyDecoder(targets: [.k, .o, .up])
    let rows = randomRows([[17], [8, 9]], vocabulary: decoder.engine.model.configuration.vocabulary)
    #expect(decoder.worstCentralDifference(rows) < 4e-3)
  }

  @Test("agrees with central differences under rank dropout")
  func rankDropout() throws {
    let decoder = try TinyDecoder(rank: 4)
    let rows = randomRows([[17], [8, 9]], vocabulary: decoder.engine.model.configuration.vocabulary)
    let noise = StepNoise(rankMask: RankMask(rate: 0.5, rank: 4, seed: 9))
    #expect(decoder.worstCentralDifference(rows, noise: noise) < 4e-3)
    #expect(decoder.gradient(rows, noise: noise).contains(0))
  }

  @Test("agrees with central differences under element dropout")
  func elementDropout() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[17], [8, 9]], vocabulary: decoder.engine.model.configuration.vocabulary)
    let noise = StepNoise(dropout: ElementDropout(rate: 0.3, seed: 4))
    #expect(decoder.worstCentralDifference(rows, noise: noise) < 4e-3)
  }

  @Test("is the same in both memory modes and for any thread count, to rounding", arguments: [1, 2, 3])
  func modesAgree(threads: Int) throws {
    let fast = try TinyDecoder(memory: .fast, threads: 1, format: .q4x1)
    let small = try TinyDecoder(memory: .small, threads: threads, format: .q4x1)
    let rows = randomRows([[40], [9, 14], [64]], vocabulary: fast.engine.model.configuration.vocabulary)
    let (a, b) = (fast.gradient(rows), small.gradient(rows))
    let scale = a.map(abs).max() ?? 0
    #expect(zip(a, b).map { abs($0 - $1) }.max() ?? 1 < 1e-4 * scale)
  }

  @Test("is bit for bit the same when it is computed again")
  func deterministic() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[40], [9, 14], [64]], vocabulary: decoder.engine.model.configuration.vocabulary)
    #expect(decoder.gradient(rows) == decoder.gradient(rows))
  }

  @Test("is bit for bit the same in lanes that longer rows have been through", arguments: [false, true])
  func scratchOfLongerRows(distilled: Bool) throws {
    let (fresh, used) = (try TinyDecoder(), try TinyDecoder())
    let vocabulary = fresh.engine.model.configuration.vocabulary
    _ = used.gradient(randomRows([[64], [40]], vocabulary: vocabulary))
    var rows = randomRows([[30], [20]], vocabulary: vocabulary)
    if distilled { rows[0].distillation = PackedRow.Distillation(segments: [0], weight: 1) }
    #expect(fresh.gradient(rows) == used.gradient(rows))
  }

  @Test("of samples that share a start is theirs apart, and agrees with central differences", arguments: [1, 2])
  func sharedPrefix(threads: Int) throws {
    let tiny = try TinyDecoder(threads: threads)
    let start = (0..<70).map { 3 + Int32($0 % 40) }
    let tails = [12, 75, 9, 31].map { length in (0..<length).map { 5 + Int32(($0 * 7 + length) % 40) } }
    let apart = tails.map { tail in
      PackedRow(tokens: start + tail, supervised: start.map { _ in false } + tail.indices.map { $0 > 0 })
    }
    var starts = [0]
    for part in [start] + tails.dropLast() { starts.append(starts[starts.count - 1] + part.count) }
    var together = PackedRow(
      tokens: start + tails.flatMap(\.self),
      supervised: start.map { _ in false } + tails.flatMap { $0.indices.map { $0 > 0 } }, segmentStarts: starts)
    together.continues = [1: 0, 2: 0, 3: 0, 4: 0]
    let (expected, computed) = (tiny.gradient(apart), tiny.gradient([together]))
    let size = expected.map(abs).max() ?? 0
    #expect(zip(expected, computed).allSatisfy { abs($0 - $1) <= 2e-4 * size })
    let parameters = tiny.adapter.parameters
    #expect(abs(tiny.loss(apart, parameters, .none) - tiny.loss([together], parameters, .none)) < 1e-2)
    #expect(tiny.worstCentralDifference([together]) < 4e-3)
  }

  @Test("flows through segments that go on from one that goes on from another")
  func chainGradient() throws {
    let tiny = try TinyDecoder()
    let (start, middle) = ((0..<70).map { Int32(3 + $0 * 7 % 90) }, (0..<5).map { Int32(20 + $0) })
    let tails = [9, 12].map { length in (0..<length).map { Int32(5 + ($0 * length) % 80) } }
    func supervised(_ parts: [(count: Int, counts: Bool)]) -> [Bool] {
      parts.flatMap { part in (0..<part.count).map { part.counts && $0 > 0 } }
    }
    let apart = tails.map { tail in
      PackedRow(
        tokens: start + middle + tail,
        supervised: supervised([(start.count, false), (middle.count, false), (tail.count, true)]))
    }
    let firsts = [0, start.count, start.count + middle.count, start.count + middle.count + tails[0].count]
    var together = PackedRow(
      tokens: start + middle + tails.flatMap(\.self),
      supervised: supervised([(start.count, false), (middle.count, false)] + tails.map { ($0.count, true) }),
      segmentStarts: firsts)
    together.continues = [1: 0, 2: 1, 3: 1]
    #expect(together.sampleTokens == apart.reduce(0) { $0 + $1.tokens.count })
    let (expected, computed) = (tiny.gradient(apart), tiny.gradient([together]))
    let size = expected.map(abs).max() ?? 0
    #expect(size > 0 && zip(expected, computed).allSatisfy { abs($0 - $1) <= 2e-4 * size })
    #expect(tiny.worstCentralDifference([together]) < 4e-3)
  }

  @Test("of each row adds up to the step's")
  func rowGradients() throws {
    let decoder = try TinyDecoder()
    let rows = randomRows([[40], [9, 14], [64]], vocabulary: decoder.engine.model.configuration.vocabulary)
    var sum = [Float](repeating: 0, count: decoder.adapter.layout.count)
    var order: [Int] = []
    unsafe decoder.engine.eachRowGradient(rows: rows, adapter: decoder.adapter) { row, gradient, loss in
      order.append(row)
      for i in 0..<gradient.count { unsafe sum[i] += gradient[i] }
      #expect(loss.tokens == rows[row].supervisedCount)
    }
    let whole = decoder.gradient(rows)
    let scale = whole.map(abs).max() ?? 0
    #expect(order == [0, 1, 2])
    #expect(zip(whole, sum).map { abs($0 - $1) }.max() ?? 1 < 1e-4 * scale)
  }

  @Test("of each row is its own with fewer rows at once than threads", arguments: [1, 2])
  func rowGradientsOfFewLanes(lanes: Int) throws {
    let tiny = try TinyDecoder(threads: 4)
    let engine = GradientEngine(model: tiny.engine.model, layout: tiny.adapter.layout, lanes: lanes)
    let rows = randomRows([[9], [14], [5], [12]], vocabulary: engine.model.configuration.vocabulary)
    var own: [[Float]] = []
    unsafe engine.eachRowGradient(rows: rows, adapter: tiny.adapter) { _, gradient, _ in
      unsafe own.append(Array(gradient))
    }
    for (row, gradient) in zip(rows, own) {
      let alone = tiny.gradient([row])
      let size = alone.map(abs).max() ?? 0
      #expect(zip(alone, gradient).allSatisfy { abs($0 - $1) <= 1e-4 * size })
    }
    #expect(own.count == rows.count)
  }

  @Test("agrees with central differences where segments are distilled from the base", arguments: MemoryMode.allCases)
  func distillation(memory: MemoryMode) throws {
    let decoder = try TinyDecoder(memory: memory)
    var rows = randomRows([[20, 13, 9], [31], [12, 8]], vocabulary: decoder.engine.model.configuration.vocabulary)
    rows[0].distillation = PackedRow.Distillation(segments: [1], weight: 2)
    rows[1].distillation = PackedRow.Distillation(segments: [0], weight: 2)
    #expect(decoder.worstCentralDifference(rows) < 1e-3)
  }

  @Test("of distillation is the divergence that evaluation measures, and 0 at the base")
  func distilledDivergence() throws {
    let decoder = try TinyDecoder()
    var rows = randomRows([[30], [17]], vocabulary: decoder.engine.model.configuration.vocabulary)
    let measured = decoder.engine.divergenceFromBase(rows: rows, adapter: decoder.adapter).reduce(0) { $0 + $1.sum }
    for i in rows.indices { rows[i].distillation = PackedRow.Distillation(segments: [0], weight: 1) }
    var gradient = [Float](repeating: 0, count: decoder.adapter.layout.count)
    let sum = decoder.engine.lossAndGradient(rows: rows, adapter: decoder.adapter, into: &gradient)
    #expect(sum.tokens == 0 && sum.targets == rows.reduce(0) { $0 + $1.supervisedCount })
    #expect(abs(sum.divergence - measured) < 1e-5 * measured)
    gradient = gradient.map { _ in 0 }
    _ = decoder.engine.lossAndGradient(rows: rows, adapter: .zero(decoder.adapter.layout), into: &gradient)
    #expect(gradient.allSatisfy { abs($0) < 1e-5 })
  }
}
