import Foundation
import Platform

/// Thins out old versions: their manifest and reports stay, so that the history is whole; their adapter and
/// consolidation state go. A thinned version cannot be served, rolled back to or promoted.
extension AdapterStore {
  /// Stands beside the manifest of a version that was thinned, and is there before the first file goes.
  private static let marker = "thinned"

  /// Which versions keep their files.
  package struct Retention: Hashable, Sendable {
    /// So many of the latest versions, and so many of the latest that the current one descends from.
    package var latest: Int
    package var pinned: Set<VersionNumber>

    /// - Precondition: `latest` is at least 1, so that there is a version to roll back to.
    package init(latest: Int, pinned: Set<VersionNumber> = []) {
      precondition(latest >= 1, "a version to roll back to is kept")
      self.latest = latest
      self.pinned = pinned
    }
  }

  package func isThinned(_ version: VersionNumber) throws -> Bool {
    try fileSystem.exists(directory(of: version).appending(Self.marker))
  }

  /// Thins the versions that need not be kept; wants the State's lock. 0 and the current one always stay.
  /// - Returns: those that were thinned now, oldest first.
  package func thin(_ retention: Retention) throws -> [VersionNumber] {
    let current = try current()
    let all = try versions()
    let ancestors = try lineage(of: current).filter { $0 != current && $0 != .base }
    let kept = retention.pinned.union([.base, current]).union(all.suffix(retention.latest + 1))
      .union(ancestors.prefix(retention.latest))
    var thinned: [VersionNumber] = []
    for version in all where !kept.contains(version) {
      if try isThinned(version) { continue }
      try DurableFile.write(
        Data(), to: directory(of: version).appending(Self.marker), mode: readers.fileMode, through: fileSystem)
      try removeHeavyFiles(of: version)
      thinned.append(version)
    }
    return thinned
  }

  /// Goes on with what a kill interrupted.
  func finishThinning() throws {
    for version in try versions() where try isThinned(version) { try removeHeavyFiles(of: version) }
  }

  private func removeHeavyFiles(of version: VersionNumber) throws {
    let folder = directory(of: version)
    let kept = [VersionFile.manifest, VersionFile.report, VersionFile.page, Self.marker]
    let leaving = try fileSystem.list(folder).filter { !kept.contains($0.name.description) }
    // A stray folder goes like a file.
    for entry in leaving { try DurableFile.removeTree(folder.appending(entry.name), through: fileSystem) }
  }
}
