import Foundation
import ModelFiles
import Platform

package enum InstallOutcome: Hashable, Sendable {
  case installed(Manifest)
  /// The adapter is, byte for byte, its parent's: no version was made.
  case identical(to: VersionNumber)
}

extension AdapterStore {
  private static let stagingPrefix = ".staging-"
  private static let removedPrefix = ".removed-"
  private static let highestName = ".highest"

  /// Makes version 0, the base with an adapter that changes nothing, and points `current` at it, where there is none.
  /// - Precondition: the contents have no parent and a zero adapter.
  /// - Returns: whether it was made now.
  @discardableResult
  package func establishBase(_ contents: VersionContents) throws -> Bool {
    precondition(contents.parent == nil && contents.round == nil, "version 0 has no parent and no round")
    precondition(contents.adapter.parameters.allSatisfy { $0 == 0 }, "version 0 changes nothing")
    try makeAdapters()
    let isNew = try !fileSystem.exists(directory(of: .base))
    if isNew { _ = try install(contents, as: .base) }
    if try !fileSystem.exists(link), try versions() == [.base] { try makeCurrent(.base) }
    return isNew
  }

  /// Makes the next version, complete and verified but not yet current.
  /// - Parameter floor: a number that is taken although its directory may be gone, such as the store's highest.
  /// - Throws: `PlatformError`; then nothing of it has a version's name.
  package func install(_ contents: VersionContents, above floor: VersionNumber = .base) throws -> InstallOutcome {
    guard let parent = contents.parent else { preconditionFailure("a version other than 0 has a parent") }
    try makeAdapters()
    let number = max(try highestNumber(), floor).next
    let before = try manifest(of: parent)
    let manifest = try install(contents, as: number, unlessEqualTo: before.files[VersionFile.adapter])
    guard let manifest else { return .identical(to: parent) }
    return .installed(manifest)
  }

  private func install(
    _ contents: VersionContents, as number: VersionNumber, unlessEqualTo parentAdapter: Manifest.FileRecord? = nil
  ) throws -> Manifest? {
    let staging = directory.appending(Self.stagingPrefix + number.directoryName)
    try DurableFile.removeTree(staging, through: fileSystem)
    do {
      try DurableFile.makeDirectory(staging, mode: readers.directoryMode, through: fileSystem)
      try contents.write(to: staging, number: number, through: fileSystem)
      let files = try records(in: staging)
      if let parentAdapter, files[VersionFile.adapter] == parentAdapter {
        try DurableFile.removeTree(staging, through: fileSystem)
        return nil
      }
      var manifest = Manifest(
        number: number, parent: contents.parent, round: contents.round, origin: contents.origin, files: files)
      let data = try manifest.encoded()
      manifest = try Manifest.decode(data, version: number, path: staging.description)
      try DurableFile.write(data, to: staging.appending(VersionFile.manifest), through: fileSystem)
      try open(staging)
      try DurableFile.synchronizeDirectory(staging, through: fileSystem)
      try fileSystem.rename(staging, to: directory(of: number))
      try DurableFile.synchronizeDirectory(directory, through: fileSystem)
      try recordHighest(number)
      return manifest
    } catch {
      // Where the disk is full or gone this fails too; `recover` removes what is left.
      try? DurableFile.removeTree(staging, through: fileSystem)
      throw error
    }
  }

  private func records(in folder: Path) throws -> [String: Manifest.FileRecord] {
    var records: [String: Manifest.FileRecord] = [:]
    for entry in try fileSystem.list(folder) {
      guard let name = entry.name.string, entry.kind == .regular else { continue }
      let path = folder.appending(entry.name)
      records[name] = Manifest.FileRecord(
        sha256: try Digest.ofFile(path, through: fileSystem),
        size: try fileSystem.status(of: path, followingLinks: false).size)
    }
    return records
  }

  /// Points `current` at a version, after reading all of it.
  package func makeCurrent(_ version: VersionNumber) throws {
    try verify(version)
    try DurableFile.replaceSymbolicLink(
      at: link, target: "adapters/\(version.directoryName)", through: fileSystem)
  }

  /// Removes a version, as `forget` must. Its number is never given again.
  /// - Throws: `AdapterStoreError.inUse` for the current version and for one that another descends from.
  package func remove(_ version: VersionNumber) throws {
    if try current() == version { throw AdapterStoreError.inUse(version, by: version) }
    for other in try versions() where other > version {
      // A damaged one says nothing, and must not keep what is to be forgotten.
      if (try? manifest(of: other))?.parent == version { throw AdapterStoreError.inUse(version, by: other) }
    }
    guard try fileSystem.exists(directory(of: version)) else {
      throw AdapterStoreError.unknownVersion(version, directory: directory.description)
    }
    try recordHighest(try highestNumber())
    let leaving = directory.appending(Self.removedPrefix + version.directoryName)
    try fileSystem.rename(directory(of: version), to: leaving)
    try DurableFile.synchronizeDirectory(directory, through: fileSystem)
    try DurableFile.removeTree(leaving, through: fileSystem)
  }

  /// Removes what a killed process left behind. Wants the State's lock.
  /// - Returns: the names of what was removed, for the log.
  package func recover() throws -> [String] {
    guard try fileSystem.exists(directory) else { return [] }
    var leftovers = try leftovers()
    for entry in try fileSystem.list(state)
    where entry.kind == .symbolicLink && DurableFile.isTemporary(entry.name) {
      leftovers.append(state.appending(entry.name))
    }
    for place in leftovers { try DurableFile.removeTree(place, through: fileSystem) }
    try finishThinning()
    return leftovers.map(\.lastComponent.description)
  }

  /// What a killed process left in `adapters/`.
  package func leftovers() throws -> [Path] {
    guard try fileSystem.exists(directory) else { return [] }
    return try fileSystem.list(directory).filter { entry in
      let name = entry.name.description
      return name.hasPrefix(Self.stagingPrefix) || name.hasPrefix(Self.removedPrefix)
        || DurableFile.isTemporary(entry.name)
    }.map { directory.appending($0.name) }
  }

  /// The highest number that a version ever had, abandoned and removed ones included.
  package func highestNumber() throws -> VersionNumber {
    var highest = try versions().last ?? .base
    let path = directory.appending(Self.highestName)
    if try fileSystem.exists(path) {
      let text = String(decoding: try fileSystem.contents(of: path, limit: 64), as: UTF8.self)
      // An unreadable file cannot lower the number below what is there.
      if let recorded = Int(text.filter { !$0.isWhitespace }).flatMap(VersionNumber.init(rawValue:)) {
        highest = max(highest, recorded)
      }
    }
    return highest
  }

  private func recordHighest(_ number: VersionNumber) throws {
    try DurableFile.write(
      Data("\(number)\n".utf8), to: directory.appending(Self.highestName), through: fileSystem)
  }

  private func makeAdapters() throws {
    try DurableFile.makeDirectory(directory, mode: readers.directoryMode, through: fileSystem)
    try setReaders(directory, mode: readers.directoryMode)
  }

  /// Lets the readers into a staged version.
  private func open(_ folder: Path) throws {
    for entry in try fileSystem.list(folder) {
      try setReaders(folder.appending(entry.name), mode: readers.fileMode)
    }
    try setReaders(folder, mode: readers.directoryMode)
  }

  private func setReaders(_ path: Path, mode: UInt32) throws {
    if case let .group(group) = readers { try fileSystem.setGroup(path, group: group) }
    try fileSystem.setPermissions(path, mode: mode)
  }
}
