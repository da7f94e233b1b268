import Daemon
import Platform
import ReplayStore

/// No rounds start any more.
struct PauseVerb: Verb {
  let declaration = VerbDeclaration(
    "pause", .steer, "start no rounds until stet resume",
    details: """
      Documents are still taken in, and a round that runs goes on to its end. Also works while no daemon runs, and holds
      over restarts.
      """,
    examples: [.init("stet pause", "the machine is needed for something else")])

  func run(_ call: Call) async throws -> ExitCode { try await Pausing.set(true, call) }
}

/// Rounds start again.
struct ResumeVerb: Verb {
  let declaration = VerbDeclaration(
    "resume", .steer, "let rounds start again after stet pause",
    examples: [.init("stet resume", "a round starts as soon as one is due")])

  func run(_ call: Call) async throws -> ExitCode { try await Pausing.set(false, call) }
}

private enum Pausing {
  struct Result: Encodable { let paused: Bool }

  static func set(_ paused: Bool, _ call: Call) async throws -> ExitCode {
    let stores = try StateStores(call, access: .existing)
    let was = try await stores.store.write { db in
      let was = try db.isPaused()
      try db.setPaused(paused)
      return was
    }
    if was != paused { StateStores.log(call).notice(paused ? "rounds.paused" : "rounds.resumed") }
    if call.wantsJSON {
      try call.output.object(Result(paused: paused))
    } else if was == paused {
      call.output.say(paused ? "Rounds are paused already; stet resume starts them again." : "Rounds were not paused.")
    } else {
      call.output.say(paused ? "No round starts until: stet resume" : "Rounds start again when they are due.")
    }
    return .done
  }
}
