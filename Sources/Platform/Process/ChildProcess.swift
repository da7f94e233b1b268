import Foundation
import Glibc

/// How a child ended and what it said.
package struct ChildResult: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case exited(Int32)
    /// By a signal that we did not send.
    case killed(signal: Int32)
    case timedOut
    case cancelled
  }

  package var outcome: Outcome
  package var standardOutput: Data
  package var standardError: Data
  /// More came than was kept.
  package var isCut: Bool

  package var succeeded: Bool { outcome == .exited(0) }

  /// The last line of standard error that says anything, safe to print: what most programs end with when they fail.
  package var lastErrorLine: String? {
    String(decoding: standardError, as: UTF8.self).split(whereSeparator: \.isNewline)
      .last { !$0.trimmingCharacters(in: .whitespaces).isEmpty }.map { TerminalText.escaped(String($0)) }
  }
}

/// Runs another program: arguments as they are, no shell, an end to waiting.
package enum ChildProcess {
  package enum Stream: Hashable, Sendable { case output, error }

  /// What bounds a child.
  package struct Limits: Sendable {
    /// After this it is asked to end (SIGTERM), and after `grace` made to (SIGKILL).
    package var timeout: Duration
    package var grace: Duration = .seconds(2)
    /// Bytes kept of each stream; more is read and dropped.
    package var keptBytes = 16 << 20
    /// The child leads a group of its own, which ends with it.
    package var endsGroup = false
    /// More output than is kept ends the child.
    package var stopsWhenFull = false

    package init(timeout: Duration) { self.timeout = timeout }
  }

  /// Waits for a program to end; call it where blocking is allowed.
  /// - Parameters:
  ///   - arguments: the program first, searched in `PATH` unless it has a slash.
  ///   - environment: all of it; by default this process's.
  ///   - input: what the child reads; by default nothing.
  ///   - isCancelled: asked about twenty times a second.
  ///   - onLine: gets each line of output without its end (`\n` or `\r`), as it comes, on this thread.
  /// - Throws: `PlatformError` where the program cannot be started.
  package static func run(
    _ arguments: [String], environment: [String: String]? = nil, input: Data = Data(), limits: Limits,
    isCancelled: () -> Bool = { false }, onLine: (Stream, String) -> Void = { _, _ in }
  ) throws -> ChildResult {
    guard let program = arguments.first else {
      throw PlatformError(path: "", operation: "run a program", code: EINVAL, remedy: "Name the program to run.")
    }
    guard !arguments.contains(where: { $0.utf8.contains(0) }) else {
      throw PlatformError(
        path: program, operation: "run it", code: EINVAL, remedy: "An argument holds a NUL; leave it out.")
    }
    let child = try ChildSpawn.start(
      program, arguments, environment: environment, hasInput: !input.isEmpty, ownGroup: limits.endsGroup)
    var exchange = ChildExchange(child: child, input: input, limits: limits)
    return exchange.finish(isCancelled: isCancelled, onLine: onLine)
  }
}
