import Daemon
import Foundation
import Platform
import ReplayStore

/// A round now.
struct TrainVerb: Verb {
  let declaration = VerbDeclaration(
    "train", .steer, "asks for a round now, and shows it",
    flags: [
      .value("domain", "D", "Only what waits in this domain."),
      .switch("retry", "Also documents that the gate deferred."),
      .switch("detach", "Leave the round to the daemon and end at once."), .memory,
    ],
    details: "Exit code 3 says that the gate refused the round: its documents are deferred, and current stays.",
    examples: [
      .init("stet train", "learn what waits without waiting for more"),
      .init("stet train --retry", "try again what the gate refused"),
    ], handlesInterrupt: true)

  func run(_ call: Call) async throws -> ExitCode {
    let arguments = TrainArguments(domain: call.value("domain"), retry: call.has("retry"))
    guard try await !StateStores(call).store.read({ try $0.isPaused() }) else {
      throw VerbError("Rounds are paused; start them again with stet resume.")
    }
    let daemonRuns = DaemonStatus.ofRunning(call.state, through: call.fileSystem) != nil
    return daemonRuns || call.has("detach")
      ? try await ask(call, arguments, daemonRuns: daemonRuns) : try await work(call, arguments)
  }

  /// With no daemon running the verb does it itself, under the State's lock.
  private func work(_ call: Call, _ arguments: TrainArguments) async throws -> ExitCode {
    let session = try await call.openSession(human: .warning)
    let (store, now) = (session.home.store, call.surroundings.now)
    let json = try arguments.json
    let asked = now()
    let request = try await store.write { db in
      let id = try db.ask(.train, arguments: json, now: asked)
      try db.take(id, now: asked)
      return id
    }
    if let interrupted = try await store.read({ try $0.runningRound() }) {
      call.output.say(Self.resuming(interrupted, instead: arguments.domain))
    }
    let screen = WorkScreen(call.output)
    let stop = StopSwitch(signals: SignalStream.signals([SIGTERM, SIGINT]))
    defer { stop.cancel() }
    func finish(outcome: String? = nil, failure: String? = nil) async throws {
      let ended = now()
      try await store.write { try $0.finish(request, outcome: outcome, failure: failure, now: ended) }
    }
    let trigger = RoundTrigger.asked(request, domain: arguments.domain, retry: arguments.retry)
    do {
      let result = try await session.runRound(
        trigger, session.settings.settings,
        WorkControls(control: { stop.isSet ? .stop : .go }, report: { screen.show($0) }), table: { screen.show($0) })
      guard let result else {
        try await finish(failure: "nothing waits")
        throw VerbError(trigger.nothingToLearn + ", then stet run --once takes them in.")
      }
      try await finish(outcome: "{}")
      return try show(result, call)
    } catch RoundInterruption.stopped(let round) {
      try await finish(failure: "interrupted")
      call.output.say(
        round > 0
          ? "interrupted; the round goes on with the next stet run or stet train"
          : "interrupted before a round began; what waits still does")
      return .interrupted
    } catch let error where !(error is VerbError) {
      // Nobody is left who waits for it.
      try? await finish(failure: "\(error)")
      throw error
    }
  }

  /// An interrupted round comes first, whatever was asked for.
  private static func resuming(_ round: Round, instead domain: String?) -> String {
    let said = "going on with round \(round.number) (\(round.domains.joined(separator: ", "))), which was interrupted"
    guard let domain, round.domains != [domain] else { return said }
    return said + "; for what waits in \(domain) run stet train --domain \(domain) once more after it"
  }

  private func show(_ result: RoundResult, _ call: Call) throws -> ExitCode {
    if call.wantsJSON { try call.output.object(result) }
    return result.state == .published ? .done : .partial
  }

  /// Without a daemon: one that is started again goes on.
  private static let patience = Duration.seconds(15)

  /// Leaves it to the daemon, and watches.
  private func ask(_ call: Call, _ arguments: TrainArguments, daemonRuns: Bool) async throws -> ExitCode {
    let store = try ReplayStore(
      path: call.state.store.string ?? call.state.store.description, access: .existing, through: call.fileSystem)
    let (json, asked) = (try arguments.json, call.surroundings.now())
    let id = try await store.write { try $0.ask(.train, arguments: json, now: asked) }
    if call.has("detach") {
      call.output.say(
        daemonRuns
          ? "asked for a round; stet status shows it"
          : "no daemon runs; the next stet run does the round that was asked for")
      return .done
    }
    let screen = WorkScreen(call.output)
    let stop = StopSwitch(signals: SignalStream.signals([SIGTERM, SIGINT]))
    defer { stop.cancel() }
    var lastSeen = ContinuousClock.now
    while !stop.isSet {
      let (request, running) = try await store.read { (try $0.request(id), try $0.runningRound()) }
      if let failure = request?.failure { throw VerbError(failure) }
      if let outcome = request?.outcome {
        let result = try JSONDecoder().decode(RoundResult.self, from: Data(outcome.utf8))
        return try show(result, call)
      }
      if DaemonStatus.ofRunning(call.state, through: call.fileSystem) != nil { lastSeen = .now }
      guard ContinuousClock.now - lastSeen < Self.patience else {
        throw VerbError("the daemon is gone; the next stet run goes on with what was asked for")
      }
      if let running, let activity = RoundActivity.read(round: running.number, call.state, through: call.fileSystem) {
        screen.show(activity)
      }
      try await Task.sleep(for: .milliseconds(500))
    }
    call.output.say("no longer watching; the daemon goes on with the round")
    return .interrupted
  }
}
