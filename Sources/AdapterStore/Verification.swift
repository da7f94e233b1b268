import Platform

extension AdapterStore {
  /// Reads every file of a version and compares it with its manifest.
  /// - Throws: `AdapterStoreError` that names the version, the file and what is wrong with it.
  @discardableResult
  package func verify(_ version: VersionNumber) throws -> Manifest {
    let manifest = try manifest(of: version)
    if try isThinned(version) { throw AdapterStoreError.thinned(version) }
    for file in Set(VersionFile.required).union(manifest.files.keys).sorted() { try verify(file, of: manifest) }
    return manifest
  }

  func verify(_ file: String, of manifest: Manifest) throws {
    let version = manifest.number
    let path = directory(of: version).appending(file)
    guard let record = manifest.files[file], !Path(file).isUnusableAsName else {
      throw AdapterStoreError.missingFile(version, file: path.description)
    }
    guard let status = try fileSystem.statusIfPresent(path), status.kind == .regular else {
      throw AdapterStoreError.missingFile(version, file: path.description)
    }
    guard status.size == record.size else {
      throw AdapterStoreError.truncated(version, file: path.description, size: status.size, expected: record.size)
    }
    guard try Digest.ofFile(path, through: fileSystem) == record.sha256 else {
      throw AdapterStoreError.edited(version, file: path.description)
    }
  }

  /// The base model in use is the one that the versions were made from.
  /// - Parameter model: the model's file, for the error.
  /// - Throws: `AdapterStoreError.otherBase`.
  package func checkBase(_ sha256: Digest, model: String) throws {
    guard let latest = try versions().last else { return }
    let expected = try manifest(of: latest).origin.base.sha256
    guard sha256 == expected else {
      throw AdapterStoreError.otherBase(model: model, found: sha256, expected: expected, latest: latest)
    }
  }
}
