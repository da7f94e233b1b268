import Daemon
import Foundation
import ModelFiles
import Platform
import Reports

/// Tokens of a prompt that this machine reads in a second.
struct BenchPromptVerb: Verb {
  let declaration = VerbDeclaration(
    "bench prompt", .check, "how fast a prompt is read, up to the first token of the answer",
    flags: [.value("tokens", "N", "Length of the prompt; by default 512."), BenchGeneration.runs],
    details:
      "Random ids through the base model, as ask reads a prompt; the median of the runs after one that warms up.",
    examples: [.init("stet bench prompt --tokens 512", "beside llama.cpp's prompt speed")])

  func run(_ call: Call) async throws -> ExitCode {
    let bench = try BenchGeneration(call)
    // One place of the context is the first token's.
    let most = bench.bench.base.configuration.context - 1
    let tokens = try call.integer("tokens", in: 1...most, default: min(512, most))
    return try bench.show("prompt", "\(tokens) tokens", try bench.bench.prompt(tokens: tokens, onRun: bench.onRun))
  }
}

/// Tokens that this machine writes in a second.
struct BenchGenerateVerb: Verb {
  let declaration = VerbDeclaration(
    "bench generate", .check, "how fast answers are written, one stream or several together",
    flags: [
      .value("tokens", "N", "Tokens of each stream; by default 64."),
      .value("streams", "S", "Answers that are written together; by default 1."), BenchGeneration.runs,
    ],
    details: """
      The base model at temperature 1 from prompts of 16 random ids, as ask and the general set are written. Prompts are
      not counted; tokens_per_second is that of all streams together, the median of the runs after one that warms up.
      """,
    examples: [
      .init("stet bench generate", "one answer at a time"), .init("stet bench generate --streams 8", "eight together"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let bench = try BenchGeneration(call)
    let most = bench.bench.base.configuration.context - 32
    let tokens = try call.integer("tokens", in: 2...max(most, 2), default: min(64, max(most, 2)))
    let streams = try call.integer("streams", in: 1...256, default: 1)
    return try bench.show(
      "decoding", "\(tokens) tokens in \(Format.count(streams, "stream"))",
      try bench.bench.generate(tokens: tokens, streams: streams, onRun: bench.onRun))
  }
}

/// What both verbs share.
private struct BenchGeneration {
  static let runs = Flag.value("runs", "N", "Measured runs; by default 5.")

  let call: Call
  let bench: GenerationBench

  init(_ call: Call) throws {
    self.call = call
    bench = GenerationBench(
      base: try call.loadModel().file, threads: call.threads(try call.settings().settings),
      runs: try call.integer("runs", in: 1...1000, default: 5), machine: call.surroundings.machine)
  }

  func onRun(_ run: Int, _ all: Int) { call.output.progress("run \(run)/\(all)") }

  func show(_ name: String, _ work: String, _ result: GenerationBench.Result) throws -> ExitCode {
    if call.wantsJSON {
      try call.output.object(result)
      return .done
    }
    var table = Table([.init(""), .init("")])
    table.add([.init(name), .init(String(format: "%.1f tokens/s", result.tokensPerSecond)) { $0.strong($1) }])
    table.add(["work", "\(work), median of \(Format.count(result.runs, "run"))"])
    table.add(["memory", "\(Format.bytes(Int(result.peakResidentBytes))) at most"])
    table.add(["sgemm", String(format: "%.0f GFLOP/s", result.gigaflops)])
    table.add(["kernel", "\(result.kernel), \(Format.count(result.threads, "thread"))"])
    try call.output.text(table.text(style: call.output.style))
    return .done
  }
}
