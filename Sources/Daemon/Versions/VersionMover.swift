import AdapterStore
import Foundation
import Platform
import ReplayStore
import Reports

/// What a `rollback` or `promote` request asks for: its arguments, a JSON object.
package struct MoveArguments: Codable, Hashable, Sendable {
  /// The version to go to; `nil` is one back.
  package var version: VersionNumber?
  /// Instead of a version: the refused round whose candidate becomes one, past the gate.
  package var round: Int?
  /// Documents that are left wait again instead of being shelved.
  package var requeue: Bool

  package init(version: VersionNumber? = nil, round: Int? = nil, requeue: Bool = false) {
    self.version = version
    self.round = round
    self.requeue = requeue
  }

  /// - Throws: `MoveError.unreadableArguments`.
  init(_ request: Request) throws(MoveError) {
    guard let arguments = try? JSONDecoder().decode(MoveArguments.self, from: Data(request.arguments.utf8)) else {
      throw .unreadableArguments
    }
    self = arguments
  }

  /// For `Database.ask(_:arguments:)`.
  package var json: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}

/// What a rollback or a promotion did; INTERFACE's JSON of both verbs, and the outcome of a request.
package struct MoveOutcome: Codable, Hashable, Sendable {
  package var from: Int
  package var to: Int
  /// Versions that left the lineage.
  package var abandoned: [Int]
  /// Documents that only those had learned, and that are left alone.
  package var shelved: Int
  /// Documents that only those had learned, and that wait again.
  package var requeued: Int
  /// Documents that count as learned again.
  package var restored: Int
  /// The round that was given up because its parent is no longer current.
  @OrNull package var round: Int?

  init(_ move: VersionMove, round: Int?) {
    from = move.from
    to = move.to
    abandoned = move.abandoned.sorted()
    shelved = move.shelved
    requeued = move.requeued
    restored = move.restored
    self.round = round
  }

  /// For the request that asked.
  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// Why a move is not made.
package enum MoveError: Error, Hashable, Sendable, CustomStringConvertible {
  case textsNotKept
  case unreadableArguments
  /// What a refused round trained is no longer on disk.
  case candidateGone(round: Int)
  /// The candidate is, byte for byte, the version that the round started from.
  case nothingLearned(round: Int)

  package var description: String {
    switch self {
    case .textsNotKept:
      "replay.retention is none, so the texts of learned documents are gone and cannot be learned again. "
        + "Leave --requeue out, and drop the files once more after it."
    case .unreadableArguments: "The request cannot be read; ask again with this stet's own verb."
    case .candidateGone(let round):
      "round \(round): what it trained, or the version it grew from, is no longer kept (the latest refused rounds' "
        + "candidates are), so there is nothing to promote. Its documents can be learned again: stet train --retry"
    case .nothingLearned(let round):
      "round \(round): its candidate is the version that it started from, so there is nothing to promote."
    }
  }
}

/// Moves `current` back or forward. Wants the State's lock, and no round at work in this process; a round that an
/// earlier process left running is given up, since its parent is no longer what it would grow from.
///
/// The store moves in one transaction, which is the intent; the link follows, and the next start makes it follow where a
/// kill came between.
package struct VersionMover: Sendable {
  /// As `RequestKind` names them.
  package enum Kind: String, Hashable, Sendable { case rollback, promote }

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

  /// What would be done, with the rules checked and nothing changed; wants no lock.
  /// - Throws: `AdapterStoreError.nothingToRollBackTo` (exit code 4) and its others; `MoveError.textsNotKept`.
  package func plan(_ kind: Kind, _ arguments: MoveArguments) throws -> CurrentMove {
    if arguments.requeue, !keepsTexts { throw MoveError.textsNotKept }
    switch kind {
    case .rollback: return try adapters.plannedRollback(to: arguments.version)
    case .promote:
      guard let version = arguments.version else { throw MoveError.unreadableArguments }
      return try adapters.plannedPromotion(to: version)
    }
  }

  /// - Parameter request: has its outcome from the transaction that moves, so that a kill cannot make it move twice; the
  ///   caller finishes it, once the link has moved too.
  /// - Throws: as `plan`; `LineageError`; `DatabaseError`; `PlatformError`.
  package func move(
    _ kind: Kind, _ arguments: MoveArguments, recording request: RequestID? = nil
  ) async throws -> MoveOutcome {
    // A forgetting that was broken off comes first: what it removes must not become current again.
    try await Forgetter(
      state: state, store: store, adapters: adapters, keepsTexts: keepsTexts, through: fileSystem, now: now, log: log
    ).finish()
    // So does a link that a kill kept from following the store.
    let current = try VersionNumber(store: try await store.read { try $0.currentVersion() } ?? 0)
    if try adapters.current() != current { try adapters.makeCurrent(current) }
    let plan = try plan(kind, arguments)
    let moment = now()
    let running = try await InterruptedRound.find(store, rounds: state.rounds, through: fileSystem)
    let outcome = try await store.write { db in
      try running?.abandon(in: db, now: moment)
      let move = try db.moveCurrent(to: plan.to.rawValue, requeue: arguments.requeue, now: moment)
      let outcome = MoveOutcome(move, round: running?.number)
      if let request { try db.record(request, outcome: try outcome.json) }
      return outcome
    }
    try adapters.makeCurrent(plan.to)
    if let running {
      try running.removeFiles()
      log.notice("round.abandoned", ["round": running.number])
    }
    log.notice(
      kind == .rollback ? "version.rolled_back" : "version.promoted",
      [
        "from": outcome.from, "to": outcome.to, "abandoned": outcome.abandoned, "shelved": outcome.shelved,
        "requeued": outcome.requeued,
      ])
    return outcome
  }

  /// Does what a request asks; the caller finishes it.
  /// - Returns: the request's outcome, a JSON object.
  /// - Throws: `MoveError.unreadableArguments`; as `move`.
  package func perform(_ kind: Kind, _ request: Request) async throws -> String {
    try await move(kind, MoveArguments(request), recording: request.id).json
  }
}
