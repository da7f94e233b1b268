import AdapterStore
import Curation
import Foundation
import ModelFiles
import Platform
import ReplayStore

/// A State that is open for work: its lock held, its store up to date, its identity recorded.
package struct StateHome: Sendable {
  package let directory: StateDirectory
  package let lock: StateLock
  package let store: ReplayStore
  package let identity: StateIdentity
  package let base: LoadedBase

  /// Takes the lock, makes what is missing, loads the base model and records or checks which one it is.
  /// - Parameters:
  ///   - named: `--model`.
  ///   - freshSeed: of a State that is made now; random and secret.
  ///   - readers: who else may read the versions.
  /// - Throws: `LockError` (exit code 11), `StateError`, `BaseModelError` (12), `DatabaseError`, `GGUFError`.
  package static func open(
    _ directory: StateDirectory, model named: String?, freshSeed: UInt64, readers: AdapterStore.Readers = .owner,
    busyTimeout: Duration = .seconds(5), now: @escaping @Sendable () -> Date,
    through fileSystem: any FileSystem = LocalFileSystem()
  ) async throws -> StateHome {
    try directory.create(readers: readers, through: fileSystem)
    let lock = try StateLock.acquire(directory.lock)
    let storePath = directory.store.string ?? directory.store.description
    let store = try ReplayStore(path: storePath, access: .create, busyTimeout: busyTimeout, through: fileSystem)
    let (known, versions) = try await store.read { (try $0.identity(), try $0.versions().count - 1) }
    let models = BaseModelHome(state: directory, now: now, through: fileSystem)
    let path = try models.locate(named: named)
    let base = try models.load(path, expecting: known?.baseSHA256, versions: versions)
    let moment = now()
    let identity =
      known ?? StateIdentity(seed: freshSeed, baseSHA256: base.file.sha256, created: moment)
    if known == nil { try await store.write { try $0.recordIdentity(identity) } }
    try await store.write { try $0.recordBaseVersion(now: moment) }
    try models.adopt(path)
    return StateHome(directory: directory, lock: lock, store: store, identity: identity, base: base)
  }

  /// The curator that the settings describe, with the base model's tokenizer; `screen` uses the same.
  package func curator(_ settings: Settings, classifiers: [ScreeningClassifier] = []) -> Curator {
    base.curator(settings, classifiers: classifiers)
  }
}

extension LoadedBase {
  package func curator(_ settings: Settings, classifiers: [ScreeningClassifier] = []) -> Curator {
    Curator(
      settings: settings.curation, tokenizer: tokenizer, template: template, classifiers: classifiers,
      sequenceLength: settings.train.sequence
    ) { Digest.of($0).bytes }
  }
}
