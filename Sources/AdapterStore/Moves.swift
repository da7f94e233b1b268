import Platform

/// Where `current` went.
package struct CurrentMove: Hashable, Sendable {
  package let from: VersionNumber
  package let to: VersionNumber
  /// Versions that are no longer in the current one's lineage because of it, oldest first.
  package let abandoned: [VersionNumber]
}

extension AdapterStore {
  /// What a rollback would do, with its rules checked: back to the parent, or to an ancestor that is named.
  /// - Throws: `AdapterStoreError.nothingToRollBackTo`, `.notAnAncestor`, `.alreadyCurrent`, or what is wrong with the
  ///   version to go to.
  package func plannedRollback(to target: VersionNumber? = nil) throws -> CurrentMove {
    let current = try current()
    guard current != .base else { throw AdapterStoreError.nothingToRollBackTo }
    if target == current { throw AdapterStoreError.alreadyCurrent(current) }
    let lineage = try lineage(of: current)
    let version = target ?? lineage.dropFirst().first ?? .base
    if target != nil { try requireVersion(version) }
    guard lineage.contains(version) else { throw AdapterStoreError.notAnAncestor(version, current: current) }
    try verify(version)
    return CurrentMove(from: current, to: version, abandoned: lineage.filter { $0 > version }.sorted())
  }

  /// What a promotion would do: any complete version but the current one.
  /// - Throws: `AdapterStoreError.alreadyCurrent`, `.unknownVersion`, or what is wrong with the version.
  package func plannedPromotion(to version: VersionNumber) throws -> CurrentMove {
    let current = try current()
    if version == current { throw AdapterStoreError.alreadyCurrent(version) }
    try verify(version)
    let kept = Set(try lineage(of: version))
    return CurrentMove(
      from: current, to: version, abandoned: try lineage(of: current).filter { !kept.contains($0) }.sorted())
  }

  /// Rolls back at once, for callers that have nothing to do between the plan and the turn.
  @discardableResult
  package func rollback(to target: VersionNumber? = nil) throws -> CurrentMove {
    let move = try plannedRollback(to: target)
    try makeCurrent(move.to)
    return move
  }

  /// Promotes at once, for callers that have nothing to do between the plan and the turn.
  @discardableResult
  package func promote(_ version: VersionNumber) throws -> CurrentMove {
    let move = try plannedPromotion(to: version)
    try makeCurrent(version)
    return move
  }

  private func requireVersion(_ version: VersionNumber) throws {
    guard try fileSystem.exists(directory(of: version)) else {
      throw AdapterStoreError.unknownVersion(version, directory: directory.description)
    }
  }
}
