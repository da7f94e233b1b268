import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import ReplayStore
import Transformer

extension Call {
  /// Opens the State for work, under its lock.
  /// - Parameters:
  ///   - human: what people see of the log on standard error; a report they see as its table.
  ///   - sinks: where its lines go besides.
  func openSession(human: LogLevel, sinks: [any LogSink] = []) async throws -> Session {
    let settings = try settings()
    try state.create(through: fileSystem)
    let log = Log(
      sinks: [
        JSONLogSink(path: state.log, through: fileSystem),
        HumanLogSink(minimumLevel: human, shownOtherwise: ["report"], environment: surroundings.environment),
      ] + sinks, now: surroundings.now)
    return try await Session.open(
      state, model: modelPath, settings: settings, freshSeed: UInt64.random(in: .min ... .max), log: log,
      now: surroundings.now, through: fileSystem)
  }

  /// The versions, for verbs that only look.
  /// - Throws: `StateError.noState` (exit code 10).
  func versions() throws -> AdapterStore {
    try state.requireExisting(through: fileSystem)
    return AdapterStore(state: state.root, through: fileSystem)
  }

  /// The version that `--version` names, else the current one.
  func version(in adapters: AdapterStore) throws -> VersionNumber {
    guard let text = value("version"), text != "current" else { return try adapters.current() }
    guard let number = Int(text), let version = VersionNumber(rawValue: number) else {
      throw UsageError("--version is “\(text)”, which is neither a version's number nor current.")
    }
    return version
  }

  /// The base that a version was made from, and its adapter; `nil` for the base itself.
  func load(
    _ version: VersionNumber, of adapters: AdapterStore
  ) throws -> (base: LoadedBase, adapter: Adapter?) {
    let manifest = try adapters.manifest(of: version)
    let base = try models.load(
      try locateModel(), expecting: manifest.origin.base.sha256, versions: try adapters.versions().count - 1)
    return (base, version == .base ? nil : try adapters.adapter(of: version, model: base.file.configuration))
  }
}
