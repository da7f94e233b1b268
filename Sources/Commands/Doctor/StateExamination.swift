import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// How a State is: its folders, who may read and write them, what the store and the versions hold.
struct StateExamination {
  let state: StateDirectory
  let watch: Path
  let fileSystem: any FileSystem

  /// The nearest folder that is there, for questions about the disk.
  func nearestFolder() -> Path {
    var place = state.root
    while (try? fileSystem.statusIfPresent(place, followingLinks: true)) == .some(nil), place != place.parent {
      place = place.parent
    }
    return place
  }

  func folders() -> [Finding] {
    [
      folder("state", state.root, whenMissing: "there is none yet; stet run makes it"),
      folder("watch", watch, whenMissing: "there is none yet; stet run makes it"),
    ]
  }

  private func folder(_ name: String, _ path: Path, whenMissing text: String) -> Finding {
    do {
      guard let status = try fileSystem.statusIfPresent(path, followingLinks: true) else {
        return .ok(name, "\(path): \(text)")
      }
      guard status.kind == .directory else {
        return .bad(name, "\(path): is a \(status.kind.words)", remedy: "Name a folder with --\(name).")
      }
      _ = try fileSystem.list(path)
      if path == watch { try WatchedFolder.check(path, beside: state.root, through: fileSystem) }
      guard FileManager.default.isWritableFile(atPath: path.string ?? "") else {
        return .bad(name, "\(path): cannot be written to", remedy: "Make it your own: chown, chmod u+rwx.")
      }
      return .ok(name, path.description)
    } catch {
      return .bad(name, error)
    }
  }

  /// Files that anybody but their owner may touch.
  func permissions() -> Finding {
    do {
      guard try fileSystem.exists(state.root) else { return .ok("permissions", "nothing to protect yet") }
      try state.check(through: fileSystem)
      let open = try openFiles()
      if let first = open.first {
        return .bad(
          "permissions", "\(Format.count(open.count, "file")) that others may read, such as \(first.path)",
          remedy: "Run stet doctor --repair, which closes them.")
      }
      return .ok("permissions", "for their owner alone")
    } catch {
      return .bad("permissions", error)
    }
  }

  /// The folders and files of the State that others may read, without those inside; `--deep` looks at every file.
  private func openFiles() throws -> [(path: Path, mode: UInt32)] {
    var found: [(Path, UInt32)] = []
    // A serving user's group may pass through the root.
    let masks: [(Path, UInt32)] =
      [(state.root, 0o067)]
      + [
        state.store, state.settings, state.originals, state.models, state.rounds, state.quarantine, state.logs,
        state.log,
      ]
      .map { ($0, 0o077) }
    for (path, mask) in masks {
      guard let status = try fileSystem.statusIfPresent(path), status.kind != .symbolicLink else { continue }
      // What others may write is not closed silently: somebody has to look at what they wrote (`state.check` says so).
      if status.permissions & mask != 0, !status.isWritableByOthers { found.append((path, status.permissions & ~mask)) }
    }
    return found
  }

  /// Every file against the store, each flaw a line.
  func flaws() async -> [Finding] {
    do {
      guard try state.exists(through: fileSystem) else { return [] }
      let found = try await audit()
      guard !found.isEmpty else { return [.ok("files", "every one is where the store says, and as it was taken")] }
      return found.map { .bad($0.kind.rawValue, $0.fact, remedy: $0.remedy) }
    } catch {
      return [.bad("files", error)]
    }
  }

  private var adapters: AdapterStore { AdapterStore(state: state.root, through: fileSystem) }

  private func audit() async throws -> [StateFlaw] {
    let store = try ReplayStore(
      path: state.store.string ?? state.store.description, access: .queries, through: fileSystem)
    let rows = try await store.read { try StateAudit.rows($0) }
    return try StateAudit(state: state, adapters: adapters, through: fileSystem).deep(rows)
  }

  func store(expecting digest: Digest?) async -> [Finding] {
    do {
      guard try state.exists(through: fileSystem) else { return [.ok("store", "there is none yet")] }
      let store = try ReplayStore(
        path: state.store.string ?? state.store.description, access: .queries, through: fileSystem)
      let damage = try await store.integrityCheck()
      let identity = try await store.read { try $0.identity() }
      var findings: [Finding] = [
        damage.isEmpty
          ? .ok("store", "whole")
          : .bad(
            "store", "\(Format.count(damage.count, "fault")): \(damage[0])",
            remedy: "Restore the State from a backup; State/originals still has every document.")
      ]
      if let identity, let digest, identity.baseSHA256 != digest {
        findings.append(
          .bad(
            "base", "sha256 \(digest.hex.prefix(8))… is not the \(identity.baseSHA256.hex.prefix(8))… of this State",
            remedy: "Put the original model back, or start a new State with --state."))
      }
      return findings
    } catch {
      return [.bad("store", error)]
    }
  }

  /// - Parameter deep: every file of every version against its manifest; otherwise the current one's.
  func versions(deep: Bool) -> [Finding] {
    let adapters = AdapterStore(state: state.root, through: fileSystem)
    do {
      let all = try adapters.versions()
      guard !all.isEmpty else { return [.ok("versions", "there are none yet")] }
      let current = try adapters.current()
      var findings: [Finding] = []
      for version in deep ? all : [current] where try version == current || !adapters.isThinned(version) {
        do {
          try adapters.verify(version)
        } catch {
          findings.append(.bad("version \(version.rawValue)", error))
        }
      }
      guard findings.isEmpty else { return findings }
      let checked = deep ? "all of them whole" : "the current one whole (--deep checks all)"
      return [.ok("versions", "\(Format.count(all.count, "version")), current is \(current.rawValue), \(checked)")]
    } catch {
      return [.bad("versions", error)]
    }
  }

  /// Makes what is missing, closes what is open to others, removes what interrupted work left, and turns `current` to
  /// the version that the store names.
  /// - Parameter readers: who else may read the versions.
  /// - Returns: what was done, a line each.
  /// - Throws: `LockError` where a daemon works here.
  func repair(readers: AdapterStore.Readers) async throws -> [String] {
    try state.requireExisting(through: fileSystem)
    let lock = try StateLock.acquire(state.lock)
    defer { lock.release() }
    var done: [String] = []
    for (path, mode) in try openFiles() {
      try fileSystem.setPermissions(path, mode: mode)
      done.append("\(path): closed to others")
    }
    for folder in try state.create(readers: readers, through: fileSystem) { done.append("\(folder): made") }
    for name in try adapters.recover() { done.append("\(state.adapters): \(name) removed") }
    let repair = StateRepair(adapters: adapters, through: fileSystem)
    do {
      for flaw in try await audit() {
        if let line = try repair.mend(flaw) { done.append(line) }
      }
    } catch let error as DatabaseError {
      // A store that cannot be read says nothing about the files; `doctor` names what is wrong with it.
      done.append("\(error)")
    }
    return done
  }
}
