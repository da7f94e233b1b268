import Foundation
import ModelFiles
import Platform

/// The versions under `State/adapters` and the link `State/current`.
///
/// The disk is the only truth and a version never changes once it has its name, so any number of readers need no lock.
/// Everything that changes the disk wants the State's lock.
///
/// A version comes to be in this order: a hidden staging directory → each file durably → the directory renamed to its
/// number → `current` turned by rename. A kill anywhere leaves `current` wholly old or wholly new.
package struct AdapterStore: Sendable {
  /// Who may read the versions.
  package enum Readers: Hashable, Sendable {
    case owner
    /// A serving user's group too.
    case group(UInt32)

    var directoryMode: UInt32 {
      switch self {
      case .owner: 0o700
      case .group: 0o750
      }
    }
    var fileMode: UInt32 {
      switch self {
      case .owner: 0o600
      case .group: 0o640
      }
    }
  }

  package let state: Path
  package let directory: Path
  package let link: Path
  let readers: Readers
  let fileSystem: any FileSystem

  /// Touches nothing yet.
  package init(
    state: some PathConvertible, readers: Readers = .owner, through fileSystem: any FileSystem = LocalFileSystem()
  ) {
    self.state = state.asPath
    self.directory = state.asPath.appending("adapters")
    self.link = state.asPath.appending("current")
    self.readers = readers
    self.fileSystem = fileSystem
  }

  package func directory(of version: VersionNumber) -> Path { directory.appending(version.directoryName) }

  /// Versions that are there, oldest first; none where there is no State.
  package func versions() throws -> [VersionNumber] {
    guard try fileSystem.exists(directory) else { return [] }
    return try fileSystem.list(directory)
      .filter { $0.kind == .directory }
      .compactMap { $0.name.string.flatMap(VersionNumber.init(directoryName:)) }
      .sorted()
  }

  /// The version that `current` points at.
  /// - Throws: `AdapterStoreError.noCurrent`, `.foreignLink`.
  package func current() throws -> VersionNumber {
    let target: Path
    do {
      target = try fileSystem.readSymbolicLink(link)
    } catch let error as PlatformError where error.isMissing {
      throw AdapterStoreError.noCurrent(link: link.description)
    }
    let parts = target.components
    guard !target.isAbsolute, parts.count == 2, parts[0] == Path("adapters"),
      let version = parts[1].string.flatMap(VersionNumber.init(directoryName:))
    else { throw AdapterStoreError.foreignLink(link: link.description, target: target.description) }
    return version
  }

  /// - Throws: `AdapterStoreError` where there is no such version or its manifest is damaged.
  package func manifest(of version: VersionNumber) throws -> Manifest {
    let folder = directory(of: version)
    guard try fileSystem.exists(folder) else {
      throw AdapterStoreError.unknownVersion(version, directory: directory.description)
    }
    let path = folder.appending(VersionFile.manifest)
    let data: Data
    do {
      data = try fileSystem.contents(of: path, limit: 1 << 28)
    } catch let error as PlatformError where error.isMissing {
      throw AdapterStoreError.missingFile(version, file: path.description)
    }
    return try Manifest.decode(data, version: version, path: path.description)
  }

  /// A version and its ancestors, itself first, 0 last.
  package func lineage(of version: VersionNumber) throws -> [VersionNumber] {
    var lineage = [version]
    var manifest = try manifest(of: version)
    // A parent's number is always the smaller one, so that a damaged manifest cannot make a circle.
    while let parent = manifest.parent, let last = lineage.last {
      guard parent < last, try fileSystem.exists(directory(of: parent)) else {
        throw AdapterStoreError.brokenLineage(last, parent: parent)
      }
      lineage.append(parent)
      manifest = try self.manifest(of: parent)
    }
    return lineage
  }

  /// A version's adapter, after every file of it was found to be what was published.
  package func adapter(of version: VersionNumber, model: LlamaConfiguration) throws -> Adapter {
    try verify(version)
    return try PEFTAdapterFolder.read(try directory(of: version).requiredString, model: model, through: fileSystem)
  }

  /// A version's consolidation state, after every file of it was found to be what was published.
  package func consolidation(of version: VersionNumber) throws -> ConsolidationState {
    try verify(version)
    let path = directory(of: version).appending(VersionFile.consolidation)
    return try ConsolidationState.read(try path.requiredString, through: fileSystem)
  }

  /// `report.json` as it was published.
  package func report(of version: VersionNumber) throws -> Data {
    let manifest = try manifest(of: version)
    try verify(VersionFile.report, of: manifest)
    return try fileSystem.contents(of: directory(of: version).appending(VersionFile.report))
  }
}

extension Path {
  /// The path as text, as the writers of model files want it.
  /// - Throws: `AdapterStoreError.unreadablePath` where its bytes are not UTF-8.
  var requiredString: String {
    get throws {
      guard let string else { throw AdapterStoreError.unreadablePath(description) }
      return string
    }
  }
}
