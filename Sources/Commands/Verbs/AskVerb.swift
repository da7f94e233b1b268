import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import Tokenizers
import Transformer

/// One answer from a version.
struct AskVerb: Verb {
  let declaration = VerbDeclaration(
    "ask", .use, operands: "TEXT|-", count: 1...1, "one answer from the current version, as it is written",
    flags: [
      .value("version", "N", "Another version than the current one; 0 is the base."),
      .value("temperature", "T", "0 takes the likeliest token; by default 0.7."),
      .value("top-p", "P", "Draw from the likeliest tokens that make up this share; by default 0.95."),
      .value("max-tokens", "N", "At most so many tokens; by default 256."),
      .value("seed", "N", "The same seed gives the same answer; by default 0."),
      .switch("raw", "Continue the text itself instead of answering it as a chat message."),
    ],
    details: "With - the text is read from standard input, so that it does not show in the list of processes.",
    examples: [
      .init("stet ask \"What is consideration?\"", "try the current version"),
      .init("stet ask --version 0 \"What is consideration?\"", "what the base would have said"),
    ])

  private struct Answer: Encodable {
    let version: Int
    let text: String
    let tokens: Int
    let tokensPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case version, text, tokens
      case tokensPerSecond = "tokens_per_second"
    }
  }

  func run(_ call: Call) async throws -> ExitCode {
    let options = SamplingOptions(
      temperature: Float(try call.number("temperature", in: 0...10, default: 0.7)),
      topP: Float(try call.number("top-p", in: 0.01...1, default: 0.95)),
      maxTokens: try call.integer("max-tokens", in: 1...1_000_000, default: 256),
      seed: UInt64(try call.integer("seed", in: 0...Int.max, default: 0)))
    let adapters = try call.versions()
    let version = try call.version(in: adapters)
    let text = try question(call)
    let (base, adapter) = try call.load(version, of: adapters)
    let prompt = try prompt(text, raw: call.has("raw"), base)
    let model = try LanguageModel(
      file: base.file, threads: call.threads(try call.settings().settings), purpose: .generation)
    let generator = Generator(model: model, adapter: adapter, streams: 1)
    var stopping = options
    stopping.stop = [base.tokenizer.endOfTurn, base.tokenizer.endOfText]
    var decoder = StreamingDecoder(base.tokenizer)
    var (whole, failure): (String, (any Error)?) = ("", nil)
    let began = ContinuousClock.now
    var first: ContinuousClock.Instant?
    let tokens = try generator.generate(prompts: [prompt], options: stopping) { _, token in
      if first == nil { first = .now }
      let piece = decoder.append(token)
      whole += piece
      if call.wantsJSON { return true }
      do { try call.output.text(Self.printable(piece)) } catch { failure = error }
      return failure == nil
    }[0]
    if let failure { throw failure }
    let rest = decoder.finish()
    whole += rest
    if call.wantsJSON {
      let seconds = (ContinuousClock.now - (first ?? began)) / .seconds(1)
      try call.output.object(
        Answer(
          version: version.rawValue, text: whole, tokens: tokens.count,
          tokensPerSecond: Double(max(tokens.count - 1, 0)) / max(seconds, 1e-9)))
    } else {
      try call.output.row(Self.printable(rest))
    }
    return .done
  }

  private func question(_ call: Call) throws -> String {
    guard call.operands[0] == "-" else { return call.operands[0] }
    let data = try FileHandle.standardInput.readToEnd() ?? Data()
    guard let text = String(data: data, encoding: .utf8) else {
      throw VerbError("standard input is not UTF-8; convert it first, for example with iconv.")
    }
    return text.trimmingCharacters(in: .newlines)
  }

  private func prompt(_ text: String, raw: Bool, _ base: LoadedBase) throws -> [Int32] {
    if raw {
      let tokens = base.tokenizer.encode(text)
      return tokens.isEmpty ? [base.tokenizer.endOfText] : tokens
    }
    guard let template = base.template else {
      throw VerbError(
        "\(base.file.path): \(base.templateProblem ?? "it has no chat template"). Continue plain text with --raw.")
    }
    return try template.encode([ChatMessage(role: "user", content: text)], addGenerationPrompt: true)
  }

  /// What a model writes reaches a terminal, so its control characters do not.
  private static func printable(_ text: String) -> String { TerminalText.escaped(text, keepingLines: true) }
}
