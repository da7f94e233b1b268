import AdapterStore
import Daemon
import Platform

/// What a process says to the one that started it (INTERFACE).
package enum ExitCode: Int32, Hashable, Sendable {
  case done = 0
  case failed = 1
  case usage = 2
  /// `run --once` left something deferred.
  case partial = 3
  case nothingToRollBackTo = 4
  case noState = 10
  case locked = 11
  case otherBase = 12
  case interrupted = 130

  /// The code that an error ends a verb with.
  package init(_ error: any Error) {
    switch error {
    case let error as any ExitCoded: self = error.exitCode
    case is SettingsError: self = .usage
    case is CancellationError: self = .interrupted
    case LockError.held: self = .locked
    case let error as StateError: self = ExitCode(rawValue: error.exitCode) ?? .failed
    case let error as BaseModelError: self = ExitCode(rawValue: error.exitCode) ?? .failed
    case AdapterStoreError.otherBase: self = .otherBase
    case AdapterStoreError.nothingToRollBackTo: self = .nothingToRollBackTo
    default: self = .failed
    }
  }
}

/// An error of a verb that knows its own exit code.
package protocol ExitCoded: Error {
  var exitCode: ExitCode { get }
}

/// A command line that says nothing we can do.
package struct UsageError: ExitCoded, Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package var exitCode: ExitCode { .usage }

  package init(_ description: String) { self.description = description }
}

/// A verb that could not do its work; the text names the file, the fact and the remedy.
package struct VerbError: ExitCoded, Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package let exitCode: ExitCode

  package init(_ description: String, exitCode: ExitCode = .failed) {
    self.description = description
    self.exitCode = exitCode
  }
}
