import Foundation
import Platform
import Reports

/// Runs this program's own verbs as a person would, in processes of their own.
struct DemoCommands: Sendable {
  let program: String
  let home: Path
  let model: String
  /// The caller's settings; they come after the demo's own and win.
  let settings: [(key: String, value: String)]
  let environment: [String: String]
  let screen: DemoScreen
  let stop: StopSwitch

  /// What makes the demo short: few texts of the base's own. And so little text has to show in an answer, so the model may
  /// move further from its base than the default allows, with more general replay.
  static let short: [(key: String, value: String)] = [
    ("general.pieces", "24"), ("replay.general", "0.15"), ("gate.general", "0.3"),
  ]

  init(
    program: String, home: Path, model: String, settings: [(key: String, value: String)],
    environment: [String: String], screen: DemoScreen, stop: StopSwitch
  ) {
    self.program = program
    self.home = home
    self.model = model
    self.settings = settings
    // The caller's State and settings stay out of it.
    self.environment = environment.filter { !$0.key.hasPrefix("STET_") && $0.key != "NOTIFY_SOCKET" }
    self.screen = screen
    self.stop = stop
  }

  /// - Returns: what the verb wrote to standard output.
  /// - Throws: `VerbError` with the verb's own last words where it failed, `CancellationError` where a signal came.
  func run(_ arguments: [String]) throws -> Data {
    let began = ContinuousClock.now
    var said = arguments[0]
    var redrawn = began
    let result = try ChildProcess.run(
      [program] + arguments + places, environment: environment, limits: .init(timeout: .seconds(3600)),
      isCancelled: {
        if ContinuousClock.now - redrawn > .seconds(1) {
          redrawn = .now
          screen.progress(said, since: began)
        }
        return stop.isSet
      },
      onLine: { stream, line in if stream == .error { said = TerminalText.escaped(line) } })
    switch result.outcome {
    case .exited(0), .exited(3): return result.standardOutput
    case .cancelled: throw CancellationError()
    case .exited(let code): throw failure(arguments, "ended with exit code \(code)", result)
    case .killed(let signal):
      if stop.isSet { throw CancellationError() }
      throw failure(arguments, "was killed by signal \(signal)", result)
    case .timedOut: throw failure(arguments, "did not end within an hour", result)
    }
  }

  func text(_ arguments: [String]) throws -> String { String(decoding: try run(arguments), as: UTF8.self) }

  func value<Value: Decodable>(_ type: Value.Type, _ arguments: [String]) throws -> Value {
    try ReportCoding.read(type, from: try run(arguments + ["--json"]))
  }

  private var places: [String] {
    let places = [
      "--state", home.appending("State").description, "--watch", home.appending("Watch").description, "--model", model,
    ]
    return places + (Self.short + settings).flatMap { ["--set", "\($0.key)=\($0.value)"] }
  }

  private func failure(_ arguments: [String], _ fact: String, _ result: ChildResult) -> VerbError {
    let reason = result.lastErrorLine.map { ": \($0)" } ?? ""
    return VerbError(
      "stet \(arguments.joined(separator: " ")) \(fact)\(reason); its log is \(home)/State/log/stet.jsonl.")
  }
}
