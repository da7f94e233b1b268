import AdapterStore
import Foundation
import Platform
import ReplayStore

/// Forgets documents: what they said, what they were called, and what was learned from them. Wants the State's lock, and
/// no round at work in this process; a round that an earlier process left running is given up.
///
/// One transaction is the intent: the documents are forgotten, the versions that saw them are marked, and `current` is
/// the latest version that never saw them. The link follows at once; then files go, versions first; then the text leaves
/// the store. `finish` does whatever of this a kill or a full disk prevented, however often it is called.
package struct Forgetter: Sendable {
  package struct Plan: Hashable, Sendable {
    package let forgetting: Forgetting
    package let documents: [DocumentID]
    /// The names that they were dropped under, which are forgotten too.
    package let names: [String]
  }

  private let state: StateDirectory
  private let store: ReplayStore
  private let adapters: AdapterStore
  private let keepsTexts: Bool
  private let fileSystem: any FileSystem
  private let now: @Sendable () -> Date
  private let log: Log

  /// - Parameter keepsTexts: `replay.retention` is `all`.
  package init(
    state: StateDirectory, store: ReplayStore, adapters: AdapterStore, keepsTexts: Bool,
    through fileSystem: any FileSystem, now: @escaping @Sendable () -> Date, log: Log
  ) {
    self.state = state
    self.store = store
    self.adapters = adapters
    self.keepsTexts = keepsTexts
    self.fileSystem = fileSystem
    self.now = now
    self.log = log
  }

  // MARK: Before

  /// What would be done, with nothing changed; wants no lock.
  /// - Throws: `ForgetError`; where no version could serve, what is wrong with the latest clean one.
  package func plan(_ arguments: ForgetArguments) async throws -> Plan {
    guard !arguments.documents.isEmpty else { throw ForgetError.nothing }
    let (documents, clean, current) = try await store.read { db in
      var all: Set<DocumentID> = []
      for id in arguments.documents {
        guard try db.document(id) != nil else { throw ForgetError.unknown(id) }
        all.formUnion(arguments.withFamily ? try db.family(of: id) : [id])
      }
      let documents = all.sorted()
      return (documents, try db.cleanAncestors(without: documents), try db.currentVersion() ?? 0)
    }
    let served = try serving(clean, current: current)
    return try await store.read { db in
      let (again, tokens, lost) = try db.relearned(without: documents, above: served)
      let returning = try db.dependents(on: documents).count { $0.successor == nil }
      let erased = Set(try db.versions().filter { $0.erased != nil }.map(\.number))
      let rate = try db.secondsPerToken()
      let requeued = keepsTexts ? again : 0
      return Plan(
        forgetting: Forgetting(
          documents: documents.count, versions: try db.versions(thatSaw: documents).filter { !erased.contains($0) },
          version: served, from: current, requeued: requeued, tokens: keepsTexts ? tokens : 0,
          rounds: requeued > 0 ? 1 : 0, seconds: requeued > 0 ? rate.map { $0 * Double(tokens) } : 0,
          shelved: keepsTexts ? lost : again + lost, returning: returning, round: try db.runningRound()?.number),
        documents: documents, names: try documents.flatMap { try db.names(of: $0).map(\.path) })
    }
  }

  /// The latest of the clean versions that is whole: old ones may have been thinned.
  private func serving(_ clean: [Int], current: Int) throws -> Int {
    var failure: AdapterStoreError?
    for number in clean {
      if number == current { return number }
      do {
        try adapters.verify(try VersionNumber(store: number))
        return number
      } catch let error as AdapterStoreError { failure = failure ?? error }
    }
    throw failure ?? AdapterStoreError.unknownVersion(.base, directory: adapters.directory.description)
  }

  // MARK: Doing it

  /// - Throws: as `plan`; `DatabaseError`; `PlatformError`. What is committed by then, `finish` completes.
  package func forget(_ arguments: ForgetArguments) async throws -> Forgetting {
    // A kill may have come before the end of an earlier one.
    try await finish()
    let plan = try await plan(arguments)
    let moment = now()
    let running = try await InterruptedRound.find(store, rounds: state.rounds, through: fileSystem)
    let keepsTexts = keepsTexts
    let done = try await store.write { db in
      try running?.abandon(in: db, now: moment)
      return try db.forget(plan.documents, serving: plan.forgetting.version, keepsTexts: keepsTexts, now: moment)
    }
    var forgetting = plan.forgetting
    (forgetting.requeued, forgetting.shelved, forgetting.returning) = (done.requeued, done.shelved, done.returning)
    forgetting.round = running?.number
    log.notice(
      "documents.forgotten",
      [
        "documents": plan.documents.map { Int($0.rawValue) }, "from": forgetting.from, "version": forgetting.version,
        "versions": forgetting.versions, "requeued": done.requeued, "shelved": done.shelved,
        "returning": done.returning, "round": running?.number,
      ])
    try serveCurrent(plan.forgetting.version)
    try running?.removeFiles()
    try await finish()
    return forgetting
  }

  /// Does what a request asks. A kill before the request is finished has it asked again, which changes nothing more.
  /// - Returns: the request's outcome, a JSON object.
  package func perform(_ request: Request) async throws -> String {
    try await forget(ForgetArguments(request)).json
  }

  // MARK: After

  /// Removes what is left of documents that are forgotten, where something may be; safe at any time and to repeat.
  package func finish() async throws {
    let rows = try await store.read { try StateAudit.rows($0, of: []) }
    guard rows.isErasing else { return }
    try serveCurrent(rows.current ?? 0)
    _ = try adapters.recover()
    // What cannot be removed keeps nothing else from being erased.
    var failure: (any Error)?
    // The latest first, since one may have grown from another; and what no row knows, which a round was about to publish.
    for version in try adapters.versions().reversed()
    where rows.erased.contains(version.rawValue) || !rows.versions.contains(version.rawValue) {
      do { try adapters.remove(version) } catch { failure = failure ?? error }
    }
    let repair = StateRepair(adapters: adapters, through: fileSystem)
    for flaw in try StateAudit(state: state, adapters: adapters, through: fileSystem).forgottenFiles(rows) {
      _ = try repair.mend(flaw)
    }
    try await store.write { try $0.eraseForgotten() }
    try await store.scrub()
    if let failure { throw failure }
    try await store.write { try $0.setErasing(false) }
    log.notice("forgetting.finished", ["versions": rows.erased.sorted()])
  }

  /// Removes what interrupted writes left, which may hold a document's text. Only while nothing else works on the State.
  package func clearLeftovers() async throws {
    let audit = StateAudit(state: state, adapters: adapters, through: fileSystem)
    let files = try audit.filesInQuarantine()
    let rows = try await store.read { try StateAudit.rows($0, of: files) }
    let repair = StateRepair(adapters: adapters, through: fileSystem)
    for flaw in try audit.leftovers(rows) {
      _ = try repair.mend(flaw)
    }
  }

  private func serveCurrent(_ number: Int) throws {
    let version = try VersionNumber(store: number)
    if (try? adapters.current()) != version { try adapters.makeCurrent(version) }
  }
}
