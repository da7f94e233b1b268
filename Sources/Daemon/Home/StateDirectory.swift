import AdapterStore
import Foundation
import Platform

/// Where everything is that a State holds. Making the value touches nothing.
///
/// ```
/// State/stet.json             settings
/// State/store.sqlite          the replay store
/// State/originals/ab/<sha>    dropped files, bytes unchanged
/// State/models/               base models; base.gguf leads to the one that the versions are made from
/// State/adapters/0007/        versions
/// State/current               the link to one of them
/// State/rounds/12/            a round at work, or a refused one
/// State/quarantine/           refused files, each with its reason
/// State/classifiers/          text classifiers for screening
/// State/log/stet.jsonl        every event
/// State/daemon.json           what the daemon says about itself
/// State/lock                  held by the process that works on this State
/// ```
package struct StateDirectory: Hashable, Sendable {
  package let root: Path

  package init(root: some PathConvertible) { self.root = root.asPath }

  package var settings: Path { root.appending("stet.json") }
  package var store: Path { root.appending("store.sqlite") }
  package var originals: Path { root.appending("originals") }
  package var models: Path { root.appending("models") }
  package var adapters: Path { root.appending("adapters") }
  package var current: Path { root.appending("current") }
  package var rounds: Path { root.appending("rounds") }
  package var quarantine: Path { root.appending("quarantine") }
  package var classifiers: Path { root.appending("classifiers") }
  package var logs: Path { root.appending("log") }
  package var log: Path { logs.appending("stet.jsonl") }
  package var daemon: Path { root.appending("daemon.json") }
  package var lock: Path { root.appending("lock") }

  /// Leads to the base model that the versions are made from.
  package var baseModel: Path { models.appending("base.gguf") }
  /// Hashes of large files that have not changed since.
  package var digests: Path { models.appending("digests.json") }

  package func original(_ digest: Digest) -> Path {
    originals.appending(String(digest.hex.prefix(2))).appending(digest.hex)
  }

  package func quarantined(_ digest: Digest) -> Path { quarantine.appending(digest.hex) }
  /// Why that file was refused, as text for people.
  package func quarantineReason(_ digest: Digest) -> Path { quarantine.appending(digest.hex + ".reason") }

  package func round(_ number: Int) -> Path { rounds.appending(String(number)) }
  /// Where a running round is, rewritten at most once a second.
  package func progress(ofRound number: Int) -> Path { round(number).appending("progress.json") }

  /// The folders of a State, top first.
  private var folders: [Path] { [root, originals, models, adapters, rounds, quarantine, logs] }

  /// Whether a State was ever made here.
  package func exists(through fileSystem: some FileSystem) throws -> Bool { try fileSystem.exists(store) }

  /// Makes what is missing, for the owner alone, or with `adapters` open to a serving user's group.
  /// - Throws: `StateError.notOurs` or `.writableByOthers` where what is there could have been put there by others;
  ///   `PlatformError`.
  /// - Returns: the folders that were missing.
  @discardableResult
  package func create(
    readers: AdapterStore.Readers = .owner, through fileSystem: some FileSystem
  ) throws -> [Path] {
    if try exists(through: fileSystem) { try check(through: fileSystem) }
    let missing = try folders.filter { try !fileSystem.exists($0) }
    for folder in folders { try DurableFile.makeDirectory(folder, through: fileSystem) }
    switch readers {
    case .owner:
      for folder in folders where try fileSystem.status(of: folder, followingLinks: true).permissions != 0o700 {
        try fileSystem.setPermissions(folder, mode: 0o700)
      }
    case .group(let group):
      // The group may pass through the root, see nothing in it, and read the versions.
      for (folder, mode) in [(root, UInt32(0o710)), (adapters, 0o750)] {
        try fileSystem.setGroup(folder, group: group)
        try fileSystem.setPermissions(folder, mode: mode)
      }
    }
    try check(through: fileSystem)
    return missing
  }

  /// Refuses a State that is not there, or that somebody else could have written to: training data, settings and
  /// adapters are only as trustworthy as their folder.
  /// - Throws: `StateError`, `PlatformError`.
  package func check(through fileSystem: some FileSystem) throws {
    guard let status = try fileSystem.statusIfPresent(root, followingLinks: true), status.kind == .directory else {
      throw StateError.noState(root.description)
    }
    let weAreRoot = (try? fileSystem.status(of: Path("/"), followingLinks: true).isOurs) == true
    for path in folders + [store, settings, classifiers] {
      guard let status = try fileSystem.statusIfPresent(path, followingLinks: true) else { continue }
      guard status.isOurs || weAreRoot else { throw StateError.notOurs(path.description) }
      guard !status.isWritableByOthers else { throw StateError.writableByOthers(path.description) }
    }
  }

  /// For verbs that only look.
  /// - Throws: `StateError.noState` where no State was ever made.
  package func requireExisting(through fileSystem: some FileSystem) throws {
    guard try exists(through: fileSystem) else { throw StateError.noState(root.description) }
  }
}

/// The folder that is watched. A group may share it; everybody may not.
package enum WatchedFolder {
  /// Makes it where it is missing, for the owner alone.
  /// - Throws: as `check`; `PlatformError`.
  package static func prepare(_ path: Path, beside state: Path, through fileSystem: some FileSystem) throws {
    try DurableFile.makeDirectory(path, through: fileSystem)
    try check(path, beside: state, through: fileSystem)
  }

  /// - Throws: `StateError.watchedByAnyone`; `.watchedState` where what the State holds would be taken for documents;
  ///   `PlatformError`.
  package static func check(_ path: Path, beside state: Path, through fileSystem: some FileSystem) throws {
    let (watched, kept) = (components(path), components(state))
    if kept.starts(with: watched),
      !kept.dropFirst(watched.count).contains(where: { IgnoredNames.isIgnored(folder: Path($0)) })
    {
      throw StateError.watchedState(path.description, state: state.description)
    }
    guard let status = try fileSystem.statusIfPresent(path, followingLinks: true) else { return }
    guard status.permissions & 0o002 == 0 else { throw StateError.watchedByAnyone(path.description) }
  }
}

extension WatchedFolder {
  /// Of where a path leads, links followed as far as something is there.
  private static func components(_ path: Path) -> [String] {
    URL(fileURLWithPath: path.string ?? path.description).resolvingSymlinksInPath().standardizedFileURL.pathComponents
  }
}

/// Why a State is not used.
package enum StateError: Error, Hashable, Sendable, CustomStringConvertible {
  case noState(String)
  case notOurs(String)
  case writableByOthers(String)
  case watchedByAnyone(String)
  case watchedState(String, state: String)

  package var description: String {
    switch self {
    case .noState(let path):
      "\(path): there is no State here. Start one with stet run, or name another with --state."
    case .notOurs(let path):
      "\(path): belongs to another user, who could change what is learned. Run stet as its owner, or start a new State "
        + "with --state."
    case .writableByOthers(let path):
      "\(path): others may write to it, so what it holds cannot be trusted. Look through it, then: chmod go-w \(path)"
    case .watchedByAnyone(let path):
      "\(path): anyone on this machine may put files there, and decide what is learned. Take that away: chmod o-w \(path)"
    case .watchedState(let path, let state):
      "\(path): holds the State (\(state)), whose own files would be taken for documents. Watch a folder of its own: "
        + "--watch."
    }
  }

  /// As INTERFACE has it: 10 for no State here, 2 for arguments that do not go together.
  package var exitCode: Int32 {
    switch self {
    case .noState: 10
    case .notOurs, .writableByOthers, .watchedByAnyone: 1
    case .watchedState: 2
    }
  }
}
