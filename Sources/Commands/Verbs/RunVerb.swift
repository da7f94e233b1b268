import Daemon
import Foundation
import Platform
import Reports

/// The daemon, or with `--once` one pass over all that waits.
struct RunVerb: Verb {
  let declaration = VerbDeclaration(
    "run", .begin, "the daemon: takes documents in, trains, publishes, until it is stopped",
    flags: [.switch("once", "Take in all that waits, run rounds until nothing waits, and end."), .memory],
    details: """
      Drop files into Watch/<domain>/. A round starts when enough new text waits (round.tokens), or long enough
      (round.age), or with stet train. SIGTERM stops it within ten seconds; a round that ran goes on at the next start.
      With --json its log lines go to standard output too.
      """,
    examples: [
      .init("stet run", "in a terminal or under systemd (stet service prints a unit)"),
      .init("stet run --once", "learn what is in Watch now; exit code 3 where the gate deferred something"),
    ], handlesInterrupt: true)

  private static let signals = [SIGTERM, SIGINT, SIGHUP]

  func run(_ call: Call) async throws -> ExitCode {
    let once = call.has("once")
    let watch = Path(call.watchPath)
    try WatchedFolder.prepare(watch, beside: call.state.root, through: call.fileSystem)
    let output = call.output
    let lines = FunctionLogSink { try? output.write(Data(($0.json + "\n").utf8)) }
    let session = try await call.openSession(
      human: once ? .warning : .info, sinks: call.wantsJSON && !once ? [lines] : [])
    let settings = session.settings.settings
    try? ProcessLimits.setNice(Int32(settings.round.nice))
    let screen = WorkScreen(call.output)
    let service = Service(
      watch: watch, state: call.state, store: session.home.store, intake: try session.intake(watch: watch),
      settings: settings, reread: { try call.settings().settings }, handlers: handlers(session, screen),
      notify: NotifySocket(environment: call.surroundings.environment), through: call.fileSystem,
      now: call.surroundings.now, log: session.log)
    guard once else {
      call.output.say("watching \(watch); drop documents into \(watch)/<domain>/, stop with Ctrl-C")
      await service.run(signals: SignalStream.signals(Self.signals))
      return await service.endedBy == .interrupt ? .interrupted : .done
    }
    return try await pass(service, call)
  }

  /// One pass: interrupted by a signal between two steps, it goes on at the next run.
  private func pass(_ service: Service, _ call: Call) async throws -> ExitCode {
    let stop = StopSwitch(signals: SignalStream.signals([SIGTERM, SIGINT]))
    defer { stop.cancel() }
    let output = call.output
    let report: OnceReport
    do {
      report = try await service.runOnce(
        progress: { output.progress("taking in \($0.done) of \($0.total) files") }, shouldStop: { stop.isSet })
    } catch RoundInterruption.stopped(let round) {
      output.say(
        round > 0
          ? "interrupted; the round goes on with the next stet run"
          : "interrupted before a round began; what waits still does")
      return .interrupted
    }
    if stop.isSet { return .interrupted }
    if call.wantsJSON {
      try output.object(report)
    } else {
      let documents = report.documents
      try output.row(
        "\(documents.learned) learned · \(Format.count(documents.duplicate, "duplicate")) · "
          + "\(documents.superseded) superseded · "
          + "\(documents.quarantined) quarantined · \(documents.deferred) deferred")
    }
    if report.paused { output.say("Rounds are paused; start them again with stet resume.") }
    if let failure = report.failure { output.say("stet: \(failure)") }
    return ExitCode(rawValue: report.exitCode) ?? .failed
  }

  private func handlers(_ session: Session, _ screen: WorkScreen) -> RoundHandlers {
    var handlers = session.handlers(table: { screen.show($0) })
    let run = handlers.run
    handlers.run = { trigger, settings, controls in
      try await run(
        trigger, settings,
        WorkControls(
          control: controls.control,
          report: { activity in
            controls.report(activity)
            screen.show(activity)
          }))
    }
    return handlers
  }
}
