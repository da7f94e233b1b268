import AdapterStore
import Foundation
import Platform
import ReplayStore

/// Something in a State that is not as it should be.
package struct StateFlaw: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// What an interrupted write, round or release left.
    case leftover
    /// Others may read it.
    case open
    /// A document's bytes that are not what their name says, or that no row knows.
    case original
    /// A version without its row, or a row without its version.
    case version
    /// `current` is not what the store says.
    case current
  }

  /// What sets it right without a loss.
  package enum Repair: Hashable, Sendable {
    case remove(Path)
    case close(Path, mode: UInt32)
    case move(Path, to: Path)
    case turn(VersionNumber)
  }

  package let kind: Kind
  /// Safe to print.
  package let fact: String
  /// `nil` where somebody has to look first; then `remedy` says at what.
  package let repair: Repair?
  package let remedy: String

  init(_ kind: Kind, _ fact: String, repair: Repair? = nil, remedy: String = "Run stet doctor --repair.") {
    self.kind = kind
    self.fact = fact
    self.repair = repair
    self.remedy = remedy
  }
}

/// Compares what lies in a State with what its store says. Changes nothing; `StateRepair` does.
package struct StateAudit: Sendable {
  /// What the store says, from one state of it.
  package struct Rows: Sendable {
    var documents: [Digest: DocumentState] = [:]
    var rounds: [Int: RoundState] = [:]
    var versions: Set<Int> = []
    var current: Int?
    /// Versions whose files must be gone.
    var erased: Set<Int> = []
    /// Documents no file of which may be there.
    var forgotten: Set<Digest> = []
    /// Rounds whose candidates must be gone.
    var tainted: Set<Int> = []
    /// A forgetting has not come to its end.
    var isErasing = false
  }

  let state: StateDirectory
  let adapters: AdapterStore
  let fileSystem: any FileSystem

  package init(state: StateDirectory, adapters: AdapterStore, through fileSystem: any FileSystem) {
    self.state = state
    self.adapters = adapters
    self.fileSystem = fileSystem
  }

  /// - Parameter files: of documents that are asked about, all of them where it is `nil`: a store of years has millions.
  package static func rows(_ db: Database, of files: Set<Digest>? = nil) throws -> Rows {
    var rows = Rows()
    rows.documents = try files.map { try db.documentStates(of: $0) } ?? db.documentStates()
    rows.rounds = try db.roundStates()
    let versions = try db.versions()
    rows.versions = Set(versions.map(\.number))
    rows.erased = Set(versions.filter { $0.erased != nil }.map(\.number))
    rows.current = try db.currentVersion()
    rows.forgotten = try db.forgottenWithoutNames()
    rows.tainted = try db.roundsWithForgotten()
    rows.isErasing = try db.isErasing()
    return rows
  }

  /// Whose files lie in quarantine: what `leftovers` asks the store about.
  package func filesInQuarantine() throws -> Set<Digest> {
    guard try fileSystem.exists(state.quarantine) else { return [] }
    return Set(try fileSystem.list(state.quarantine).compactMap { Self.digest(quarantined: $0)?.digest })
  }

  private static func digest(quarantined entry: DirectoryEntry) -> (digest: Digest, isReason: Bool)? {
    guard let name = entry.name.string, entry.kind == .regular else { return nil }
    let isReason = name.hasSuffix(".reason")
    return Digest(hex: isReason ? String(name.dropLast(7)) : name).map { ($0, isReason) }
  }

  /// What a kill can have left: looked for at every start, and by `doctor`.
  package func leftovers(_ rows: Rows) throws -> [StateFlaw] {
    var flaws: [StateFlaw] = []
    guard try fileSystem.exists(state.root) else { return [] }
    try DirectoryWalk.walk(state.root, through: fileSystem, skipping: { $0 == Path("adapters") }) { item in
      guard case .entry(let path, _) = item, DurableFile.isTemporary(path.lastComponent) else { return }
      let place = state.root.appending(path)
      flaws.append(StateFlaw(.leftover, "\(place): an interrupted write", repair: .remove(place)))
    }
    if try fileSystem.exists(state.rounds) {
      for entry in try fileSystem.list(state.rounds) where entry.kind == .directory {
        guard let number = entry.name.string.flatMap({ Int($0) }) else { continue }
        switch rows.rounds[number] {
        // A refused round's folder stays, for its candidate can still be promoted by hand.
        case .running, .rejected: continue
        case .published, .abandoned, nil:
          let place = state.rounds.appending(entry.name)
          flaws.append(StateFlaw(.leftover, "\(place): of a round that has ended", repair: .remove(place)))
        }
      }
    }
    return flaws + (try unfinishedReleases(rows)) + (try forgottenFiles(rows))
  }

  /// Files in quarantine whose document is there no longer.
  private func unfinishedReleases(_ rows: Rows) throws -> [StateFlaw] {
    guard try fileSystem.exists(state.quarantine) else { return [] }
    return try fileSystem.list(state.quarantine).compactMap { entry in
      guard let (digest, isReason) = Self.digest(quarantined: entry) else { return nil }
      let place = state.quarantine.appending(entry.name)
      switch rows.documents[digest] {
      case .quarantined, .forgotten, nil: return nil
      case .waiting, .learned, .duplicate, .superseded, .deferred, .shelved:
        let original = state.original(digest)
        let isKept = try fileSystem.exists(original) && Digest.ofFile(original, through: fileSystem) == digest
        if isReason || isKept {
          return StateFlaw(.leftover, "\(place): of a document that was released", repair: .remove(place))
        }
        return StateFlaw(
          .leftover, "\(place): of a document that was released", repair: .move(place, to: original))
      }
    }
  }

  /// Everything, every document's bytes read: `doctor --deep`.
  package func deep(_ rows: Rows) throws -> [StateFlaw] {
    var flaws = try leftovers(rows)
    flaws += try adapterLeftovers()
    flaws += try permissions()
    flaws += try originals(rows)
    return flaws + (try versions(rows)) + (try forgottenVersions(rows))
  }

  private func adapterLeftovers() throws -> [StateFlaw] {
    try adapters.leftovers().map { place in
      StateFlaw(.leftover, "\(place): an interrupted publication or removal", repair: .remove(place))
    }
  }

  /// Files and folders that others may read, apart from versions that are open to a group.
  private func permissions() throws -> [StateFlaw] {
    var flaws: [StateFlaw] = []
    func look(_ place: Path, allowing allowed: UInt32) throws {
      guard let status = try fileSystem.statusIfPresent(place), status.kind != .symbolicLink else { return }
      let open = status.permissions & 0o077 & ~allowed
      guard open != 0 else { return }
      if status.isWritableByOthers {
        flaws.append(
          StateFlaw(.open, "\(place): others may write to it", remedy: "Look through it, then: chmod go-rwx \(place)"))
      } else {
        flaws.append(
          StateFlaw(.open, "\(place): others may read it", repair: .close(place, mode: status.permissions & ~open)))
      }
    }
    try look(state.root, allowing: 0o010)
    try DirectoryWalk.walk(state.root, through: fileSystem) { item in
      let path: Path
      switch item {
      case .entry(let found, _), .directory(let found): path = found
      case .unreadable(let found, let error):
        flaws.append(StateFlaw(.open, error.description, remedy: "Make \(state.root.appending(found)) readable."))
        return
      }
      // `adapters.group` may read versions.
      try look(state.root.appending(path), allowing: path.components.first == Path("adapters") ? 0o050 : 0)
    }
    return flaws
  }

  /// Documents' bytes against their names, which are their hashes.
  private func originals(_ rows: Rows) throws -> [StateFlaw] {
    var flaws: [StateFlaw] = []
    for folder in [state.originals, state.quarantine] where try fileSystem.exists(folder) {
      try DirectoryWalk.walk(folder, through: fileSystem) { item in
        guard case .entry(let path, .regular) = item, let name = path.lastComponent.string,
          let digest = Digest(hex: name)
        else { return }
        let place = folder.appending(path)
        if try Digest.ofFile(place, through: fileSystem) != digest {
          flaws.append(
            StateFlaw(.original, "\(place): its bytes are not those that were taken", remedy: Self.restore))
        } else if rows.documents[digest] == nil {
          flaws.append(
            StateFlaw(
              .original, "\(place): no document of the store has these bytes",
              remedy: "The store is older than this file. Drop it into the watched folder again, then remove it here."))
        }
      }
    }
    for (digest, documentState) in rows.documents where documentState == .quarantined {
      let place = state.quarantined(digest)
      // A file of the watched folder that could not be moved is refused in its place.
      guard try !fileSystem.exists(place), try fileSystem.exists(state.quarantineReason(digest)) else { continue }
      flaws.append(StateFlaw(.original, "\(place): is gone, its document is in quarantine", remedy: Self.restore))
    }
    return flaws.sorted { $0.fact < $1.fact }
  }

  private static let restore = "Restore it from a backup; what was learned from it stays as it is."

  private func versions(_ rows: Rows) throws -> [StateFlaw] {
    let there = Set(try adapters.versions().map(\.rawValue))
    var flaws = there.subtracting(rows.versions).sorted().map { number in
      StateFlaw(
        .version, "version \(number): lies in \(state.adapters), and the store does not know it",
        remedy: "The next start of stet run finishes publishing it, or removes it.")
    }
    flaws += rows.versions.subtracting(there).subtracting(rows.erased).sorted().compactMap { number in
      number == 0 && there.isEmpty
        ? nil
        : StateFlaw(
          .version, "version \(number): the store knows it, and \(state.adapters) does not hold it",
          remedy: "Restore it from a backup.")
    }
    guard let wanted = rows.current.flatMap(VersionNumber.init(rawValue:)), there.contains(wanted.rawValue) else {
      return flaws
    }
    let found = try? adapters.current()
    if found != wanted {
      let fact = "\(state.current): \(found.map { "is version \($0)" } ?? "leads nowhere"), the store says \(wanted)"
      flaws.append(StateFlaw(.current, fact, repair: .turn(wanted)))
    }
    return flaws
  }
}
