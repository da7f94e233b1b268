import Daemon
import Foundation
import Platform
import Reports

/// The whole job on two small invented domains, in a home of its own.
struct DemoVerb: Verb {
  let declaration = VerbDeclaration(
    "demo", .begin, "the whole job in a fresh temporary home, narrated; about ten minutes on two cores",
    details: """
      Two small domains of invented texts are dropped and learned one after the other. The demo shows what was learned
      and what was forgotten, one question answered before and after, and a rollback, with the commands that you would
      type. It touches nothing but its own folder below $TMPDIR, and State/models where the model is missing, which is
      then fetched. Exit code 3 says that the gate refused a round.
      """,
    examples: [
      .init("stet demo", "see what it does before trusting it with documents"),
      .init("stet demo --model base.gguf", "with another base model"),
    ], handlesInterrupt: true)

  private struct Outcome: Encodable {
    let versions: [Int]
    let seconds: Double
    let home: String
  }

  func run(_ call: Call) async throws -> ExitCode {
    let clock = ContinuousClock()
    let began = clock.now
    let stop = StopSwitch(signals: SignalStream.signals([SIGTERM, SIGINT]))
    defer { stop.cancel() }
    let home = try Self.makeHome(call)
    let program = try call.fileSystem.readSymbolicLink(Path("/proc/self/exe"))
    let screen = DemoScreen(call.output, toProse: call.wantsJSON)
    let model = try DemoModel.find(call, screen)
    let commands = DemoCommands(
      program: program.string ?? program.description, home: home, model: model,
      settings: call.line.settings, environment: call.surroundings.environment, screen: screen, stop: stop)
    let story = DemoStory(home: home, commands: commands, screen: screen, fileSystem: call.fileSystem)
    let versions: [Int]
    do {
      versions = try story.tell()
    } catch is CancellationError {
      call.output.say("interrupted; remove what there is with: rm -r \(home)")
      return .interrupted
    }
    let spent = clock.now - began
    try screen.ending(home: home, took: spent)
    if call.wantsJSON {
      try call.output.object(Outcome(versions: versions, seconds: spent / .seconds(1), home: home.description))
    }
    return versions.count == 2 ? .done : .partial
  }

  /// A folder of this run alone: `stet-demo-` and the second it began, with a number where that is taken.
  private static func makeHome(_ call: Call) throws -> Path {
    let temporary = call.surroundings.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let stamp = Int(call.surroundings.now().timeIntervalSince1970)
    for attempt in 0..<100 {
      let home = Path(temporary).appending("stet-demo-\(stamp)" + (attempt == 0 ? "" : "-\(attempt)"))
      guard try !call.fileSystem.exists(home) else { continue }
      try DurableFile.makeDirectory(home, through: call.fileSystem)
      return home
    }
    throw VerbError("\(temporary): there is no free name for the demo's folder; remove old stet-demo-* folders.")
  }
}

/// The base model of the demo: the caller's, fetched where there is none.
enum DemoModel {
  static func find(_ call: Call, _ screen: DemoScreen) throws -> String {
    let path: Path
    do {
      path = try call.locateModel()
    } catch let error as BaseModelError {
      guard case .none = error else { throw error }
      path = try screen.step("fetched the base model, 98 MB, once", showing: nil) {
        try call.models.fetch { _ in call.output.progress("fetching the base model") }
      }
    }
    return path.string ?? path.description
  }
}
