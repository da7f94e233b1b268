import Daemon
import Platform

/// What a base model is.
struct ModelInfoVerb: Verb {
  let declaration = VerbDeclaration(
    "model info", .begin, operands: "[FILE.gguf]", count: 0...1,
    "what a base model is: architecture, sizes, tokenizer, template, hashes",
    details: "Reads the whole file, so a model that is damaged or not supported is found here.",
    examples: [
      .init("stet model info", "the State's own model"),
      .init("stet model info other.gguf --json", "another file, for programs"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let path = try call.operands.first.map { try call.models.locate(named: $0) } ?? call.locateModel()
    let base = try call.models.load(path, expecting: nil)
    let description = try ModelDescription(base, through: call.fileSystem)
    if call.wantsJSON {
      try call.output.object(description)
    } else {
      try call.output.text(description.text(call.output.style))
    }
    return .done
  }
}
