import Platform

/// What is wrong with a version, or with what was asked: the file, the fact, the remedy.
package enum AdapterStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownVersion(VersionNumber, directory: String)
  case missingFile(VersionNumber, file: String)
  case edited(VersionNumber, file: String)
  case truncated(VersionNumber, file: String, size: Int64, expected: Int64)
  case unreadableManifest(VersionNumber, file: String, reason: String)
  case otherFormat(VersionNumber, file: String, found: Int, known: Int)
  case thinned(VersionNumber)
  case noCurrent(link: String)
  case foreignLink(link: String, target: String)
  case nothingToRollBackTo
  case notAnAncestor(VersionNumber, current: VersionNumber)
  case alreadyCurrent(VersionNumber)
  case brokenLineage(VersionNumber, parent: VersionNumber)
  case inUse(VersionNumber, by: VersionNumber)
  case otherBase(model: String, found: Digest, expected: Digest, latest: VersionNumber)
  case unreadablePath(String)

  package var description: String {
    switch self {
    case let .unknownVersion(version, directory):
      "\(directory): there is no version \(version); stet versions lists them."
    case let .missingFile(version, file):
      "\(file): it is missing, so version \(version) is not served. Restore it from a backup, or: stet rollback"
    case let .edited(version, file):
      "\(file): its content is not what was published, so version \(version) is not served. "
        + "Restore it from a backup, or: stet rollback"
    case let .truncated(version, file, size, expected):
      "\(file): \(size) bytes instead of \(expected), so version \(version) is not served. "
        + "Restore it from a backup, or: stet rollback"
    case let .unreadableManifest(version, file, reason):
      "\(file): not a manifest (\(reason)), so version \(version) is not served. Restore it from a backup."
    case let .otherFormat(version, file, found, known):
      "\(file): version \(version) has format \(found), this stet reads \(known). Use the stet that made it."
    case let .thinned(version):
      "version \(version): its adapter was removed because adapters.keep keeps fewer versions; its report is still there. "
        + "Choose another; stet versions lists them."
    case let .unreadablePath(path):
      "\(path): the State's path is not UTF-8, which adapter files need. Move it, or name another with --state."
    case let .noCurrent(link):
      "\(link): no version is current. Start stet run, or choose one with stet promote N."
    case let .foreignLink(link, target):
      "\(link): it points at \(target), which is no version of this State. Remove it; stet run makes it again."
    case .nothingToRollBackTo:
      "version 0 is the base, and current: there is nothing to roll back to."
    case let .notAnAncestor(version, current):
      "version \(version): version \(current) does not descend from it. To go there all the same: stet promote \(version)"
    case let .alreadyCurrent(version):
      "version \(version): it is current already; nothing changed."
    case let .brokenLineage(version, parent):
      "version \(version): its parent, version \(parent), is missing. Restore adapters/\(parent.directoryName) from a backup."
    case let .inUse(version, user):
      version == user
        ? "version \(version): it is current, so it is not removed. Choose another first: stet rollback"
        : "version \(version): version \(user) descends from it, so it is not removed. Remove that one first."
    case let .otherBase(model, found, expected, latest):
      "\(model) is not the base that versions 0–\(latest) were made from "
        + "(sha256 \(found.hex.prefix(4))… instead of \(expected.hex.prefix(4))…). "
        + "Put the original back, or start a new State with --state."
    }
  }
}
