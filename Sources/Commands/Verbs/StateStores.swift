import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore

/// The store and the versions of a State that is there already.
struct StateStores {
  let directory: StateDirectory
  let store: ReplayStore
  let adapters: AdapterStore

  /// - Throws: `StateError.noState` (exit code 10), `DatabaseError`.
  init(_ call: Call, access: Database.Access = .queries) throws {
    directory = call.state
    try directory.requireExisting(through: call.fileSystem)
    store = try ReplayStore(
      path: directory.store.string ?? directory.store.description, access: access, through: call.fileSystem)
    adapters = AdapterStore(state: directory.root, through: call.fileSystem)
  }

  /// What `current` points at; version 0 where no version was made yet.
  func currentVersion() throws -> VersionNumber {
    do { return try adapters.current() } catch AdapterStoreError.noCurrent { return .base }
  }

  /// Whether the model that is named is the one that the State was made with; a State without a round yet has none.
  /// - Throws: `BaseModelError.another` (exit code 12).
  func checkModel(_ call: Call) async throws {
    let (identity, versions) = try await store.read { (try $0.identity(), try $0.versions().count - 1) }
    guard let identity else { return }
    try call.models.check(try call.locateModel(), expecting: identity.baseSHA256, versions: versions)
  }

  /// The log that the daemon writes too: what is done by hand is in it.
  static func log(_ call: Call) -> Log {
    Log(
      sinks: [JSONLogSink(path: call.state.log, through: call.fileSystem)], now: call.surroundings.now)
  }
}

/// A version's number as it is typed.
enum VersionOperand {
  static func parse(_ text: String) throws(UsageError) -> VersionNumber {
    guard let number = Int(text), let version = VersionNumber(rawValue: number) else {
      throw UsageError("“\(text)” is no version's number; stet versions lists them.")
    }
    return version
  }
}
