import Platform

/// Why settings could not be taken.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownKey(String, from: String, nearest: String?)
  case notAllowed(key: String, given: String, allowed: String, from: String)
  case contradiction(keys: String, reason: String)
  case malformed(file: String, line: Int, reason: String)
  case notUTF8(file: String)
  /// A setting that names a program came from where others could have put it.
  case untrustedCommand(key: String, from: String, reason: String)
  case unreadable(PlatformError)

  package var description: String {
    switch self {
    case .unknownKey(let key, let source, let nearest):
      "\(source): there is no setting “\(TerminalText.escaped(key))”\(nearest.map { "; did you mean \($0)?" } ?? ".") "
        + "stet settings lists them all."
    case .notAllowed(let key, let given, let allowed, let source):
      "\(source): \(key) is \(TerminalText.escaped(given)), which is not \(allowed)."
    case .contradiction(let keys, let reason):
      "\(keys): \(reason)"
    case .malformed(let file, let line, let reason):
      "\(file): line \(line): \(TerminalText.escaped(reason)). It is JSON, where // and /* */ comments are allowed."
    case .notUTF8(let file):
      "\(file): is not UTF-8; save it as UTF-8."
    case .untrustedCommand(let key, let source, let reason):
      "\(source): \(key) names a program, \(reason)"
    case .unreadable(let error):
      error.description
    }
  }
}
