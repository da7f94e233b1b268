import Foundation
import Learning
import ModelFiles
import Platform
import Tensors
import Transformer

/// What a training step costs on this machine.
struct TrainingBench {
  struct Result: Encodable {
    let tokensPerSecond: Double
    let peakResidentBytes: Int64
    let gigaflops: Double
    let fractionOfSGEMM: Double
    let kernel: String
    let threads: Int
    let memory: MemoryMode
    let rank: Int
    let batch: Int
    let sequence: Int
    let steps: Int
    /// Seconds of a step, the median.
    let stepSeconds: Double
    /// Mean NLL of the last step, nats per token.
    let loss: Double
    let profile: [Phase]?

    enum CodingKeys: String, CodingKey {
      case tokensPerSecond = "tokens_per_second"
      case peakResidentBytes = "peak_rss_bytes"
      case gigaflops = "sgemm_gflops"
      case fractionOfSGEMM = "fraction_of_sgemm"
      case kernel = "blas_kernel"
      case threads, memory, rank, batch, sequence, steps
      case stepSeconds = "step_seconds"
      case loss, profile
    }
  }

  /// A part of a step.
  struct Phase: Encodable {
    let name: String
    /// The median.
    let seconds: Double
    let share: Double
  }

  let base: BaseModelFile
  let lora: LoRAConfiguration
  let memory: MemoryMode
  let threads: Int
  /// Rows of each step, used in turn.
  let batches: [[PackedRow]]
  let steps: Int
  let warmUp: Int
  let learning: (rate: Double, clip: Double, weightDecay: Double)
  let machine: Machine

  /// - Parameter onStep: called after each step with its number, warm-up counted.
  func run(profile: Bool, onStep: (Int, Int) -> Void) throws -> Result {
    let blas = try BLAS.shared()
    let layout = AdapterLayout(lora: lora, model: base.configuration)
    var rng = SeededGenerator(seed: 1, stream: "bench")
    var adapter = Adapter.initial(layout, using: &rng)
    let engine = GradientEngine(
      model: try LanguageModel(file: base, memory: memory, threads: threads, layout: layout), layout: layout)
    var optimiser = AdamW(count: layout.count, settings: .init(weightDecay: learning.weightDecay))
    var gradient = [Float](repeating: 0, count: layout.count)
    let names = ["gradient", "scaling and clipping", "optimiser"]
    var seconds = [[Double]](repeating: [], count: names.count)
    var rates: [Double] = []
    var loss = LossSum()
    let clock = ContinuousClock()
    for step in 0..<warmUp + steps {
      let rows = batches[step % batches.count]
      let start = clock.now
      for i in gradient.indices { gradient[i] = 0 }
      loss = engine.lossAndGradient(rows: rows, adapter: adapter, into: &gradient)
      let gradientEnd = clock.now
      let scale = 1 / Float(max(loss.tokens, 1))
      for i in gradient.indices { gradient[i] *= scale }
      clipGlobalNorm(&gradient, to: Float(learning.clip))
      let clipEnd = clock.now
      optimiser.step(parameters: &adapter.parameters, gradient: gradient, rate: Float(learning.rate))
      let end = clock.now
      onStep(step + 1, warmUp + steps)
      if step < warmUp { continue }
      let parts = [gradientEnd - start, clipEnd - gradientEnd, end - clipEnd].map { $0 / .seconds(1) }
      for (i, part) in parts.enumerated() { seconds[i].append(part) }
      rates.append(Double(rows.reduce(0) { $0 + $1.tokens.count }) / parts.reduce(0, +))
    }
    // Before the peak is measured, whose matrices are no part of training.
    let peakResident = machine.peakResidentBytes
    let gigaflops = blas.measurePeak(threads: threads, runs: 3)
    let rate = Self.median(rates)
    let medians = seconds.map(Self.median)
    let whole = medians.reduce(0, +)
    let phases = zip(names, medians).map { Phase(name: $0, seconds: $1, share: $1 / whole) }
    return Result(
      tokensPerSecond: rate, peakResidentBytes: peakResident, gigaflops: gigaflops,
      fractionOfSGEMM: rate * gigaflopPerToken / gigaflops, kernel: blas.kernel, threads: threads, memory: memory,
      rank: lora.rank, batch: batches[0].count, sequence: batches[0].map(\.tokens.count).max() ?? 0, steps: steps,
      stepSeconds: whole, loss: loss.mean, profile: profile ? phases : nil)
  }

  /// 4 FLOP for each weight of the projections and the head: 2 forward, 2 for the gradient of the input. 0.54 for the
  /// default model. What attention and the adapter cost is not counted.
  var gigaflopPerToken: Double {
    let model = base.configuration
    let layer = Projection.allCases.reduce(0) { $0 + model.outputs(of: $1) * model.inputs(of: $1) }
    return 4 * Double(model.layers * layer + model.vocabulary * model.hidden) / 1e9
  }

  /// Rows of random ids, every token but the first supervised.
  static func randomBatches(
    batch: Int, sequence: Int, vocabulary: Int, count: Int, seed: UInt64
  ) -> [[PackedRow]] {
    var rng = SeededGenerator(seed: seed, stream: "bench.ids")
    return (0..<count).map { _ in
      (0..<batch).map { _ in
        PackedRow(text: (0..<sequence).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &rng) })
      }
    }
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.indices.last else { return .nan }
    return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
  }
}
