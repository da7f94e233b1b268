import Commands
import Daemon
import Foundation
import TestSupport
import Testing

/// Prints what it was given.
private struct EchoVerb: Verb {
  let declaration = VerbDeclaration(
    "echo loud", .use, operands: "[WORD…]", count: 0...3, "say it again",
    flags: [
      .switch("upper", "In capitals."), .value("times", "N", "How often."),
      .value("tag", "T", "A tag.", isRepeatable: true),
    ],
    examples: [.init("stet echo loud hello", "says hello")])

  func run(_ call: Call) async throws -> ExitCode {
    let times = try call.integer("times", in: 1...9, default: 1)
    let words = call.operands.map { call.has("upper") ? $0.uppercased() : $0 }
    for _ in 0..<times { try call.output.row((words + call.values("tag")).joined(separator: "|")) }
    try call.output.row("\(call.statePath) \(try call.settings().settings.train.rate)")
    return .done
  }
}

private struct FailingVerb: Verb {
  let error: any Error
  let declaration = VerbDeclaration("fail", .use, "fail", examples: [])

  func run(_ call: Call) async throws -> ExitCode { throw error }
}

@Suite("The command line")
struct CommandLineTests {
  private let verbs: [any Verb] = [EchoVerb()]

  @Test("flags take their value after a space or an equals sign, before and after the verb")
  func values() async {
    let run = await stet("--state", "/s", "echo", "loud", "a", "--times=2", "--upper", "b", verbs: verbs)
    #expect(run.output == "A|B\nA|B\n/s 0.0005\n")
    #expect(run.code == .done)
  }

  @Test("everything after -- is an operand, and so is a single dash")
  func operands() async {
    let run = await stet("echo", "loud", "-", "--", "--upper", "-x", verbs: verbs)
    #expect(run.output.hasPrefix("-|--upper|-x\n"))
  }

  @Test("a repeatable flag collects, another one is refused the second time")
  func repeated() async {
    #expect(await stet("echo", "loud", "--tag", "a", "--tag=b", verbs: verbs).output.hasPrefix("a|b\n"))
    let run = await stet("echo", "loud", "--times", "1", "--times", "2", verbs: verbs)
    #expect(run.code == .usage)
    #expect(run.prose.contains("--times is there twice"))
  }

  @Test("help about the first word of several verbs lists them; without their second word a line is misuse")
  func families() async {
    for line in [["bench", "--help"], ["help", "bench"], ["bench", "-h"], ["bench", "--state", "X", "--help"]] {
      let run = await stet(line)
      #expect(run.code == .done, "\(line)")
      #expect(run.output.contains("  stet bench train ") && run.output.contains("  stet bench curate "), "\(line)")
    }
    #expect(await stet("help", "model").output.contains("  stet model fetch "))
    let lacking = await stet("bench", "--state", "X")
    #expect(lacking.code == .usage)
    #expect(lacking.prose.contains("bench needs one word more: stet bench train"))
    #expect(await stet("bench", "nosuch", "--help").prose.contains("there is no stet bench nosuch"))
    #expect(await stet("documents", "--help").output.contains("stet documents [flags]"))
    #expect(await stet("status", "extra").prose.contains("as in: stet status. "))
  }

  @Test("any setting is a flag, and --set is another way to write it")
  func settings() async {
    #expect(await stet("echo", "loud", "--train.rate", "1e-4", verbs: verbs).output.hasSuffix(" 0.0001\n"))
    #expect(await stet("echo", "loud", "--set", "train.rate=0.25", verbs: verbs).output.hasSuffix(" 0.25\n"))
    let run = await stet("echo", "loud", "--train.rate", "9", verbs: verbs)
    #expect(run.code == .usage)
    #expect(run.output.isEmpty)
    #expect(run.prose.contains("--train.rate: train.rate is “9”, which is not a number above 0"))
  }

  @Test("places come from the environment where no flag names them")
  func places() async {
    let environment = ["STET_STATE": "/srv/State"]
    #expect(await stet("echo", "loud", environment: environment, verbs: verbs).output.contains("/srv/State"))
    #expect(await stet("echo", "loud", "--state", "x", environment: environment, verbs: verbs).output.contains("x 0"))
  }

  @Test(
    "what is not understood is refused with exit code 2 and the nearest name",
    arguments: [
      (["ecko"], "there is no verb “ecko”; did you mean echo?"),
      (["echo"], "echo needs one word more: stet echo loud"),
      (["echo", "soft"], "there is no stet echo soft: stet echo loud"),
      (["echo", "loud", "--uper"], "there is no flag --uper; did you mean --upper?"),
      (["echo", "loud", "--train.rat", "1"], "did you mean --train.rate?"),
      (["echo", "loud", "--times"], "--times needs a value: --times N"),
      (["echo", "loud", "--times", "--upper"], "--times needs a value"),
      (["echo", "loud", "--times", "x"], "--times is “x”, which is not a whole number from 1 to 9"),
      (["echo", "loud", "--upper=1"], "--upper takes no value"),
      (["echo", "loud", "-u"], "there is no flag -u; flags have two dashes"),
      (["echo", "loud", "a", "b", "c", "d"], "echo loud does not take “d”"),
      (["echo", "loud", "--set", "train.rate"], "write KEY=VALUE"),
      (["echo", "loud", "--set", "train.rat=1"], "did you mean train.rate?"),
    ])
  func refused(arguments: [String], text: String) async {
    let run = await stet(arguments, verbs: verbs)
    #expect(run.code == .usage)
    #expect(run.prose.replacing("\n     ", with: "").contains(text), "\(run.prose)")
    #expect(run.prose.hasPrefix("stet: "))
    #expect(run.prose.hasSuffix("[exit 2]\n"))
    #expect(run.output.isEmpty)
  }

  @Test("no verb at all shows the overview on standard error and is a usage error")
  func nothing() async {
    let run = await stet(verbs: verbs)
    #expect(run.code == .usage)
    #expect(run.output.isEmpty)
    #expect(run.prose.contains("echo loud  say it again"))
  }

  @Test("help is a result: on standard output, exit code 0, made from the declaration")
  func help() async {
    for run in [
      await stet("echo", "loud", "--help", verbs: verbs), await stet("help", "echo", "loud", verbs: verbs),
      await stet("echo", "loud", "-h", verbs: verbs),
    ] {
      #expect(run.code == .done)
      #expect(run.prose.isEmpty)
      for text in ["say it again.", "stet echo loud [WORD…] [flags]", "--times N", "How often.", "# says hello"] {
        #expect(run.output.contains(text))
      }
    }
    #expect(await stet("--help", verbs: verbs).output.contains("Use what was learned\n  echo loud"))
    #expect(await stet("--version", verbs: verbs).output.hasPrefix("stet "))
  }

  @Test("every verb has a summary, a unique name, and flags that no setting and no other flag is called")
  func declarations() {
    let names = VerbRegistry.all.map(\.declaration.name)
    #expect(Set(names).count == names.count)
    for verb in VerbRegistry.all.map(\.declaration) {
      #expect(!verb.summary.isEmpty && !verb.summary.hasSuffix("."), "\(verb.name)")
      #expect(!verb.examples.isEmpty, "\(verb.name)")
      let flags = (verb.flags + Flag.everywhere).map(\.name)
      #expect(Set(flags).count == flags.count, "\(verb.name)")
      #expect(flags.allSatisfy { SettingsCatalog.setting($0) == nil }, "\(verb.name)")
    }
  }

  @Test("an error that is too long for a line has its remedy on the second, and ends in the exit code")
  func twoLines() async {
    let error = VerbError(
      "State/models/base.gguf is not the base that versions 1–7 were made from (sha256 3fa1… instead of b179…). "
        + "Put the original back, or start a new State with --state.", exitCode: .otherBase)
    let run = await stet("fail", verbs: [FailingVerb(error: error)])
    let lines = run.prose.split(separator: "\n")
    #expect(run.code == .otherBase)
    #expect(lines.count == 2)
    #expect(
      lines[0]
        == "stet: State/models/base.gguf is not the base that versions 1–7 were made from (sha256 3fa1… instead of b179…)."
    )
    #expect(lines[1].hasPrefix("      Put the original back, or start a new State with --state.  "))
    #expect(lines[1].hasSuffix("[exit 12]"))
  }

  @Test("an error cannot rewrite the screen")
  func escaped() async {
    let run = await stet("fail", verbs: [FailingVerb(error: VerbError("a\u{1B}[2Jb\nc: bad."))])
    #expect(run.prose.hasPrefix(#"stet: a\x1B[2Jb\nc: bad."#))
  }

  @Test(
    "errors have the exit codes that INTERFACE gives them",
    arguments: [
      (StateError.noState("State") as any Error, ExitCode.noState), (CancellationError(), .interrupted),
      (BaseModelError.none("State/models"), .failed), (VerbError("x"), .failed), (UsageError("x"), .usage),
    ])
  func codes(error: any Error, code: ExitCode) async {
    #expect(await stet("fail", verbs: [FailingVerb(error: error)]).code == code)
  }

  @Test("a reader that goes away ends a verb quietly")
  func readerLeft() async {
    let run = await stet("fail", verbs: [FailingVerb(error: Output.ReaderLeft())])
    #expect(run.code == .done)
    #expect(run.prose.isEmpty)
  }
}
