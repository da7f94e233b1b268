import Daemon
import Foundation
import Platform
import Reports

/// Events and forgetting reports, readable.
struct LogVerb: Verb {
  let declaration = VerbDeclaration(
    "log", .look, "events and forgetting reports, readable",
    flags: [.switch("follow", "Go on with what comes, until interrupted.")],
    details: "From State/log/stet.jsonl; --json gives its lines as they are. A line that is no event is left out.",
    examples: [
      .init("stet log", "all of it"), .init("stet log --follow", "and what comes"),
      .init("stet log --json | jq 'select(.level == \"error\")'", "only what went wrong"),
    ])

  private static let interval = Duration.milliseconds(300)

  func run(_ call: Call) async throws -> ExitCode {
    try call.state.requireExisting(through: call.fileSystem)
    let follows = call.has("follow")
    var tail = LogTail(call.state.log, through: call.fileSystem)
    var count = 0
    while true {
      for line in try tail.next(atEnd: !follows) {
        count += 1
        if call.wantsJSON {
          if LoggedEvent(line) != nil { try call.output.write(line + Data("\n".utf8)) }
        } else if let text = LoggedEvent(line)?.text(call.output.style) {
          try call.output.text(text)
        }
      }
      guard follows else { break }
      try await Task.sleep(for: Self.interval)
    }
    if count == 0, !call.wantsJSON { call.output.say("\(call.state.log): nothing is logged yet.") }
    return .done
  }
}
