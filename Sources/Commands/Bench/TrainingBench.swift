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
    let precision: Precision
    /// Rows that went through the decoder side by side.
    let lanes: Int
    /// Layers that kept their activations for backward.
    let kept: Int
    let predictedBytes: Int
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
      case threads, memory, precision, lanes
      case kept = "layers_kept"
      case predictedBytes = "predicted_bytes"
      case rank, batch, sequence, steps
      case stepSeconds = "step_seconds"
      case loss, profile
    }
  }

  /// A part of a step.
  struct Phase: Encodable {
    let name: String
    /// Of a step, the mean over threads.
    let seconds: Double
    let share: Double
  }

  /// Copies of the adapter's parameters: themselves, AdamW's two moments, the gradient.
  static let vectors = 4

  let base: BaseModelFile
  let lora: LoRAConfiguration
  let plan: MemoryPlan
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
      model: try LanguageModel(
        file: base, memory: plan.mode, precision: plan.precision, threads: threads, layout: layout), layout: layout,
      lanes: plan.lanes, kept: plan.kept)
    var optimiser = AdamW(count: layout.count, settings: .init(weightDecay: learning.weightDecay))
    var gradient = [Float](repeating: 0, count: layout.count)
    var (seconds, rates): ([Double], [Double]) = ([], [])
    var loss = LossSum()
    let clock = ContinuousClock()
    for step in 0..<warmUp + steps {
      if profile, step == warmUp { StepClock.start() }
      let rows = batches[step % batches.count]
      let start = clock.now
      StepClock.measure(.elementwise) {
        for i in gradient.indices { gradient[i] = 0 }
        loss = engine.lossAndGradient(rows: rows, adapter: adapter, into: &gradient)
      }
      StepClock.measure(.optimiser) {
        let scale = 1 / Float(max(loss.tokens, 1))
        for i in gradient.indices { gradient[i] *= scale }
        clipGlobalNorm(&gradient, to: Float(learning.clip))
        optimiser.step(parameters: &adapter.parameters, gradient: gradient, rate: Float(learning.rate))
      }
      let spent = (clock.now - start) / .seconds(1)
      onStep(step + 1, warmUp + steps)
      if step < warmUp { continue }
      seconds.append(spent)
      rates.append(Double(rows.reduce(0) { $0 + $1.sampleTokens }) / spent)
    }
    let sections = profile ? StepClock.stop() : [:]
    // Before the peak is measured, whose matrices are no part of training.
    let peakResident = machine.peakResidentBytes
    let gigaflops = blas.measurePeak(threads: threads, runs: 3)
    let rate = Self.median(rates)
    return Result(
      tokensPerSecond: rate, peakResidentBytes: peakResident, gigaflops: gigaflops,
      fractionOfSGEMM: rate * gigaflopPerToken / gigaflops, kernel: blas.kernel, threads: threads, memory: plan.mode,
      precision: plan.precision, lanes: plan.lanes, kept: plan.kept, predictedBytes: plan.bytes, rank: lora.rank,
      batch: batches[0].count,
      sequence: batches[0].map(\.tokens.count).max() ?? 0, steps: steps,
      stepSeconds: Self.median(seconds), loss: loss.mean,
      profile: profile ? phases(sections, whole: seconds.reduce(0, +)) : nil)
  }

  /// A step's parts, the mean of all threads; they add up to the mean step, since what no thread did was waiting.
  private func phases(_ sections: [StepClock.Section: Double], whole: Double) -> [Phase] {
    let all = Double(threads) * whole
    let busy = sections.filter { $0.key != .waiting }.values.reduce(0, +)
    return StepClock.Section.allCases.map { section in
      let spent = section == .waiting ? max(all - busy, 0) : sections[section] ?? 0
      return Phase(name: section.rawValue, seconds: spent / Double(threads * steps), share: spent / all)
    }
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
