import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import ReplayStore
import Reports
import Tokenizers
import Transformer

/// Mean loss of texts under a version.
struct ScoreVerb: Verb {
  let declaration = VerbDeclaration(
    "score", .check, operands: "[FILE…]", count: 0...Int.max, "the loss of texts under a version, nats per token",
    flags: [
      .value("version", "N|current", "The version; by default the current one, 0 is the base."),
      .value("adapter", "DIR", "A PEFT adapter folder instead of a version."),
      .value("domain", "D", "With --held-out: a domain's held-out test pieces instead of files."),
      .switch("held-out", "With --domain: what its report was measured on."),
    ],
    details: """
      Each file is one window of up to the model's context; nothing is put in front of it, its first token is not scored,
      and special tokens in it are plain text.
      """,
    examples: [
      .init("stet score page.txt", "under the current version"),
      .init("stet score --domain legal --held-out --version 3", "repeats the report's figure"),
    ])

  private struct FileScore: Encodable {
    let path: String
    let tokens: Int
    let nllPerToken: Double

    enum CodingKeys: String, CodingKey {
      case path, tokens
      case nllPerToken = "nll_per_token"
    }
  }

  private struct Scores: Encodable {
    let files: [FileScore]
    let tokens: Int
    let nllPerToken: Double

    enum CodingKeys: String, CodingKey {
      case files, tokens
      case nllPerToken = "nll_per_token"
    }
  }

  func run(_ call: Call) async throws -> ExitCode {
    let heldOut = call.has("held-out") || call.value("domain") != nil
    guard heldOut != !call.operands.isEmpty else {
      throw UsageError("score takes files, or --domain D --held-out, and not both.")
    }
    if heldOut { try call.state.requireExisting(through: call.fileSystem) }
    let settings = try call.settings().settings
    let (base, adapter) = try subject(call)
    let rows = heldOut ? try await pieces(call, settings) : try files(call, base)
    let layout =
      adapter?.layout ?? AdapterLayout(lora: settings.lora.configuration, model: base.file.configuration)
    let model = try LanguageModel(
      file: base.file, memory: settings.train.memory.modeOfReading(base.file), threads: call.threads(settings),
      layout: layout)
    let engine = GradientEngine(model: model, layout: layout)
    var (scores, total): ([FileScore], LossSum) = ([], LossSum())
    for (path, row) in rows {
      call.output.progress("scoring \(scores.count + 1) of \(rows.count)")
      let losses = engine.tokenLosses(rows: [row], adapter: adapter)[0]
      let sum = LossSum(nll: losses.reduce(0) { $0 + Double($1) }, tokens: row.supervisedCount)
      total += sum
      scores.append(FileScore(path: path, tokens: sum.tokens, nllPerToken: sum.mean))
    }
    if call.wantsJSON {
      try call.output.object(Scores(files: scores, tokens: total.tokens, nllPerToken: total.mean))
      return .done
    }
    for score in scores where !heldOut {
      try call.output.row(
        "\(String(format: "%.4f", score.nllPerToken))  \(score.tokens) tokens  \(TerminalText.escaped(score.path))")
    }
    try call.output.row(
      "\(String(format: "%.4f", total.mean)) nats per token over \(total.tokens) tokens"
        + (heldOut ? " in \(scores.count) held-out pieces" : ""))
    return .done
  }

  private func subject(_ call: Call) throws -> (base: LoadedBase, adapter: Adapter?) {
    if let folder = call.value("adapter") {
      if call.value("version") != nil { throw UsageError("score takes --version or --adapter, not both.") }
      let base = try call.loadModel()
      return (base, try PEFTAdapterFolder.read(folder, model: base.file.configuration, through: call.fileSystem))
    }
    if call.value("version") == nil, try !call.state.exists(through: call.fileSystem) {
      return (try call.loadModel(), nil)
    }
    let adapters = try call.versions()
    return try call.load(try call.version(in: adapters), of: adapters)
  }

  private func files(_ call: Call, _ base: LoadedBase) throws -> [(String, PackedRow)] {
    try call.operands.map { path in
      let data = try call.fileSystem.contents(of: Path(path), limit: 1 << 28)
      guard let text = String(data: data, encoding: .utf8) else {
        throw VerbError("\(TerminalText.escaped(path)): it is not UTF-8; convert it first, for example with iconv.")
      }
      let tokens = base.tokenizer.encode(text).prefix(base.file.configuration.context)
      guard tokens.count > 1 else {
        throw VerbError("\(TerminalText.escaped(path)): it has \(tokens.count) tokens, and scoring wants two.")
      }
      return (path, PackedRow(text: Array(tokens)))
    }
  }

  /// On how many pieces the version's report measured the domain, so that the same figure comes out again.
  private func reportedPieces(of domain: String, _ call: Call) -> Int? {
    guard call.value("adapter") == nil, let adapters = try? call.versions(),
      let version = try? call.version(in: adapters), let file = try? adapters.report(of: version),
      let report = try? ReportCoding.read(ForgettingReport.self, from: file)
    else { return nil }
    return report.learning.first { $0.domain == domain }?.pieces
      ?? report.forgetting.first { $0.domain == domain }?.pieces
  }

  private func pieces(_ call: Call, _ settings: Settings) async throws -> [(String, PackedRow)] {
    guard let domain = call.value("domain"), call.has("held-out") else {
      throw UsageError("--domain D and --held-out go together.")
    }
    try call.state.requireExisting(through: call.fileSystem)
    let store = try ReplayStore(
      path: call.state.store.string ?? call.state.store.description, access: .queries, through: call.fileSystem)
    let limit = reportedPieces(of: domain, call) ?? settings.heldout.pieces
    let pieces = try await store.read { try $0.frozenPieces(domain: domain, split: .test, limit: limit) }
    guard !pieces.isEmpty else {
      let domains = try await store.read { try $0.heldOutDomains() }
      throw VerbError(
        "\(domain): no version has learned a domain of that name. There are: \(domains.joined(separator: ", "))")
    }
    return pieces.map {
      ("\(domain)/\($0.id.rawValue)", PackedRow(tokens: $0.encoded.tokens, supervised: $0.encoded.supervised))
    }
  }
}
