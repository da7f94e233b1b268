import Daemon
import Foundation
import Platform

/// What surrounds a run of the program, passed in so that tests need no process of their own.
package struct Surroundings: Sendable {
  package var environment: [String: String]
  package var now: @Sendable () -> Date
  package var fileSystem: any FileSystem
  package var machine: Machine

  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    now: @escaping @Sendable () -> Date = { Date() },
    fileSystem: any FileSystem = LocalFileSystem(), machine: Machine = .current
  ) {
    self.environment = environment
    self.now = now
    self.fileSystem = fileSystem
    self.machine = machine
  }
}

/// One run of a verb: its operands and flags, where it works, and where it writes.
package struct Call: Sendable {
  package let line: ParsedLine
  package let output: Output
  package let surroundings: Surroundings

  package init(line: ParsedLine, output: Output, surroundings: Surroundings) {
    self.line = line
    self.output = output
    self.surroundings = surroundings
  }

  package var operands: [String] { line.operands }
  package var wantsJSON: Bool { has("json") }
  package var fileSystem: any FileSystem { surroundings.fileSystem }

  /// The State's folder, as it was named.
  package var statePath: String { place("state") ?? "State" }
  package var state: StateDirectory { StateDirectory(root: statePath) }
  package var watchPath: String { place("watch") ?? "Watch" }
  /// The base model as it was named; `nil` where the State's own or the default is wanted.
  package var modelPath: String? { place("model") }

  private func place(_ name: String) -> String? {
    let variable = surroundings.environment["STET_" + name.uppercased()]
    return value(name) ?? variable.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Settings of this run: flags > environment > `stet.json` > defaults.
  /// - Throws: `SettingsError`.
  package func settings() throws(SettingsError) -> ResolvedSettings {
    try ResolvedSettings(
      state: statePath, environment: surroundings.environment, flags: line.settings, through: fileSystem)
  }

  // MARK: Flags

  package func has(_ flag: String) -> Bool { line.flags.contains { $0.name == flag } }

  package func value(_ flag: String) -> String? { line.flags.last { $0.name == flag }?.value }

  package func values(_ flag: String) -> [String] { line.flags.filter { $0.name == flag }.map(\.value) }

  /// A whole number within `range`, or `standard` where the flag is missing.
  package func integer(_ flag: String, in range: ClosedRange<Int>, default standard: Int) throws(UsageError) -> Int {
    guard let text = value(flag) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      let limit = range.upperBound == .max ? "" : " to \(range.upperBound)"
      throw UsageError("--\(flag) is “\(text)”, which is not a whole number from \(range.lowerBound)\(limit).")
    }
    return number
  }

  /// A number within `range`, or `standard` where the flag is missing.
  package func number(
    _ flag: String, in range: ClosedRange<Double>, default standard: Double
  ) throws(UsageError) -> Double {
    guard let text = value(flag) else { return standard }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError("--\(flag) is “\(text)”, which is not a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// One of a few words, or `standard` where the flag is missing.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flag: String, default standard: Choice
  ) throws(UsageError) -> Choice {
    guard let text = value(flag) else { return standard }
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map(\.rawValue)
      throw UsageError(
        "--\(flag) is “\(text)”, which is not \(words.joined(separator: " or "))\(NearestName.hint(text, among: words))"
      )
    }
    return choice
  }
}
