import Daemon
import Foundation
import ModelFiles
import Platform
import Reports
import Transformer

/// Tokens a second that this machine learns.
struct BenchTrainVerb: Verb {
  let declaration = VerbDeclaration(
    "bench train", .check, "LoRA training speed beside what this machine's sgemm allows",
    flags: [
      .value("rank", "N", "The adapter's rank; by default lora.rank."),
      .value("batch", "N", "Rows in a step; by default train.batch."),
      .value("sequence", "N", "Tokens in a row; by default train.sequence."),
      .value("steps", "N", "Measured steps, after two that warm up; by default 8."),
      .memory,
      .value("data", "FILE", "Real samples, packed as a round packs them, instead of random ids."),
      .switch("profile", "Also the parts of a step."),
    ],
    details: """
      Random ids, all layers, the seven projections, every token but the first supervised, dropout 0, the optimiser
      included; medians. fraction_of_sgemm is tokens/s times the FLOP that no step can do without (4 for each weight and
      token), over the sgemm 2048³ that is measured in the same run.
      """,
    examples: [
      .init("stet bench train", "with the settings of a round"),
      .init("stet bench train --batch 4 --memory small --profile", "less memory, and where the time goes"),
      .init("stet bench train --round.threads 1 --json", "on one core, for programs"),
    ])

  private static let warmUp = 2

  func run(_ call: Call) async throws -> ExitCode {
    let settings = try call.settings().settings
    let base = try call.loadModel()
    let model = base.file.configuration
    let rank = try call.integer("rank", in: 1...1024, default: settings.lora.rank)
    let batch = try call.integer("batch", in: 1...1024, default: settings.train.batch)
    let sequence = try call.integer("sequence", in: 2...model.context, default: settings.train.sequence)
    let steps = try call.integer("steps", in: 1...100_000, default: 8)
    let batches: [[PackedRow]]
    if let path = call.value("data") {
      let rows = try BenchSamples.rows(of: path, base: base, sequence: sequence, through: call.fileSystem)
      batches = stride(from: 0, to: rows.count, by: batch).map { Array(rows[$0..<min($0 + batch, rows.count)]) }
      guard !batches.isEmpty else { throw VerbError("\(path): holds no sample. Name a file with more text.") }
    } else {
      batches = TrainingBench.randomBatches(
        batch: batch, sequence: sequence, vocabulary: model.vocabulary, count: min(steps + Self.warmUp, 8), seed: 1)
    }
    let lora = LoRAConfiguration(rank: rank, alpha: 2 * Float(rank))
    let work = MemoryPlan.Work(
      file: base.file, layout: AdapterLayout(lora: lora, model: model),
      batch: batches.map(\.count).max() ?? 1, sequence: batches.flatMap { $0.map(\.tokens.count) }.max() ?? 1,
      threads: call.threads(settings), vectors: TrainingBench.vectors, evaluates: false,
      precisions: settings.train.precision.allowed)
    let plan = try MemoryPlan.choose(
      settings.train.memory, for: work, available: Int(call.surroundings.machine.availableMemory))
    let bench = TrainingBench(
      base: base.file, lora: lora, plan: plan,
      threads: call.threads(settings), batches: batches, steps: steps, warmUp: Self.warmUp,
      learning: (settings.train.rate, settings.train.clip, settings.train.weightDecay),
      machine: call.surroundings.machine)
    let result = try bench.run(profile: call.has("profile")) { step, all in
      call.output.progress("step \(step)/\(all)")
    }
    if call.wantsJSON {
      try call.output.object(result)
    } else {
      try call.output.text(text(result, call.output.style))
    }
    return .done
  }

  private func text(_ result: TrainingBench.Result, _ style: Style) -> String {
    var table = Table([.init(""), .init("")])
    let speed = String(format: "%.1f tokens/s", result.tokensPerSecond)
    table.add([.init("training"), .init(speed) { $0.strong($1) }])
    table.add([
      "step", String(format: "%.3f s", result.stepSeconds) + " for \(result.batch) × \(result.sequence) tokens",
    ])
    table.add([
      "memory",
      "\(Format.bytes(Int(result.peakResidentBytes))) at most (\(Format.bytes(result.predictedBytes)) predicted), "
        + "\(result.memory.rawValue), \(result.precision.rawValue), \(Format.count(result.lanes, "row")) at once, "
        + "\(Format.count(result.kept, "layer")) kept for backward",
    ])
    table.add([
      "sgemm",
      String(format: "%.0f GFLOP/s; training does ", result.gigaflops) + Format.percent(result.fractionOfSGEMM)
        + " of that" + (result.precision == .bf16 ? ", since bf16 products are faster" : ""),
    ])
    table.add(["kernel", "\(result.kernel), \(Format.count(result.threads, "thread"))"])
    for phase in result.profile ?? [] {
      table.add([phase.name, String(format: "%.4f s  ", phase.seconds) + Format.percent(phase.share)])
    }
    return table.text(style: style)
  }
}
