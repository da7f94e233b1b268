import Daemon
import Foundation
import ModelFiles
import Platform
import Reports
import Transformer

/// Whether the engine gives the figures that transformers and PEFT gave.
struct VerifyVerb: Verb {
  let declaration = VerbDeclaration(
    "verify", .check, operands: "DIR", count: 1...1, "recompute the figures of a reference folder",
    flags: [.value("memory", "fast|small", "Which way of keeping weights is checked; by default fast.")],
    details: """
      Checks the tokenizer, logits, and five training steps with their gradients and Fisher against figures that other
      programs computed from the same model. Prints each worst difference beside its tolerance; exits 1 where one fails.
      """,
    examples: [
      .init("stet verify reference", "the model is the State's own, or --model"),
      .init("stet verify reference --memory small --json", "the small mode, for programs"),
    ])

  private struct Result: Encodable {
    let checks: [ReferenceCheck]
    /// Files that nothing here checks.
    let unchecked: [String]
    let ok: Bool
  }

  func run(_ call: Call) async throws -> ExitCode {
    let memory: MemoryMode = try call.choice("memory", default: .fast)
    let settings = try call.settings().settings
    let folder = try ReferenceFolder(call.operands[0], through: call.fileSystem)
    let checks = try compare(folder, call, memory, threads: call.threads(settings))
    let ok = checks.allSatisfy(\.ok)
    if call.wantsJSON {
      try call.output.object(Result(checks: checks, unchecked: folder.unchecked, ok: ok))
    } else {
      try call.output.text(table(checks).text(style: call.output.style))
    }
    if !folder.unchecked.isEmpty { call.output.say("no check for: \(folder.unchecked.joined(separator: ", "))") }
    if let failed = checks.first(where: { !$0.ok }), !call.wantsJSON {
      call.output.say("\(checks.count { !$0.ok }) of \(checks.count) checks fail, first \(failed.name) at \(failed.at)")
    }
    return ok ? .done : .failed
  }

  private func compare(
    _ folder: ReferenceFolder, _ call: Call, _ memory: MemoryMode, threads: Int
  ) throws -> [ReferenceCheck] {
    let base = try call.loadModel()
    let engineChecks = EngineChecks(folder: folder)
    var checks: [ReferenceCheck] = []
    if folder.has(ReferenceFolder.tokenizerName) {
      call.output.progress("tokenizer")
      checks += try engineChecks.tokenizer(base.tokenizer)
    }
    let hasTraining = folder.has(ReferenceFolder.trainingName)
    guard hasTraining || folder.has(ReferenceFolder.logitsName) else { return checks }
    let initial =
      hasTraining
      ? try PEFTAdapterFolder.read(
        folder.file(ReferenceFolder.adapterName), model: base.file.configuration, through: call.fileSystem)
      : Adapter.zero(AdapterLayout(lora: LoRAConfiguration(rank: 1), model: base.file.configuration))
    let model = try LanguageModel(file: base.file, memory: memory, threads: threads, layout: initial.layout)
    let engine = GradientEngine(model: model, layout: initial.layout)
    if folder.has(ReferenceFolder.logitsName) {
      call.output.progress("logits")
      checks += try engineChecks.logits(engine)
    }
    if hasTraining {
      let training = try folder.training()
      call.output.progress("training steps")
      checks += try engineChecks.training(engine, initial, training)
      call.output.progress("Fisher")
      checks += try engineChecks.fisher(engine, initial, training)
    }
    return checks
  }

  private func table(_ checks: [ReferenceCheck]) -> Table {
    var table = Table([
      .init("check"), .init("worst", .right), .init("allowed", .right), .init(""), .init("unit"),
    ])
    for check in checks {
      table.add([
        .init(check.name), .init(Self.short(check.worst)), .init(Self.short(check.tolerance)),
        .init(check.ok ? "ok" : "FAILS") { check.ok ? $0.good($1) : $0.bad($1) }, .init(check.unit),
      ])
    }
    return table
  }

  private static func short(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return "\(Int(value))" }
    return value.isFinite ? String(format: "%.2g", value) : "not finite"
  }
}
