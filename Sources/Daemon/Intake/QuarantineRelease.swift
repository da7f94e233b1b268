import Curation
import Foundation
import Platform
import ReplayStore

/// Why a document stays in quarantine.
package enum ReleaseError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(DocumentID)
  case notQuarantined(DocumentID, DocumentState)
  case missing(DocumentID, path: String)
  case edited(DocumentID, path: String)
  case unreadable(DocumentID, reason: String, path: String)
  case sameText(DocumentID, as: DocumentID)
  /// All of it says what a held-out piece says.
  case heldOut(DocumentID, reason: String)

  package var description: String {
    switch self {
    case let .unknown(id): "document \(id.rawValue): there is no such document; stet documents lists them."
    case let .notQuarantined(id, state):
      "document \(id.rawValue): it is \(state.rawValue), not in quarantine, so there is nothing to release."
    case let .missing(id, path):
      "\(path): the file of document \(id.rawValue) is gone from quarantine. Drop it once more, then release it."
    case let .edited(id, path):
      "\(path): it is not the file that was refused as document \(id.rawValue). Drop the right one into the watched folder."
    case let .unreadable(id, reason, path):
      "document \(id.rawValue): nothing can be learned from it even so (\(reason)). Mend \(path), and drop that instead."
    case let .sameText(id, other):
      "document \(id.rawValue): document \(other.rawValue) says the same, and is learned already or waits to be."
    case let .heldOut(id, reason):
      "document \(id.rawValue): it repeats text that is held out for measuring (\(reason)), which is never learned. "
        + "Leave it in quarantine; drop what else it says as a file of its own."
    }
  }
}

/// Takes a document out of quarantine because somebody says so: its file is read once more, without the filters. What
/// cannot be read at all stays, and so does a text that is known already. Records that repeat a held-out piece are left
/// out as ever, or the figures of the gate would be worth nothing. A forgotten document that was dropped again comes back
/// in the same way.
package struct QuarantineRelease: Sendable {
  private let state: StateDirectory
  private let store: ReplayStore
  private let maker: ContentMaker
  private let keepsOriginals: Bool
  private let fileSystem: any FileSystem
  private let now: @Sendable () -> Date

  /// - Parameters:
  ///   - curator: with `CurationSettings.enforcesFilters` off where somebody takes the document all the same.
  ///   - converter: for files that are no text.
  package init(
    state: StateDirectory, store: ReplayStore, curator: Curator, plan: HeldOutPlan, seed: UInt64, keepsOriginals: Bool,
    converter: DocumentConverter? = nil, through fileSystem: any FileSystem, now: @escaping @Sendable () -> Date
  ) {
    self.state = state
    self.store = store
    maker = ContentMaker(curator: curator, plan: plan, seed: seed, converter: converter)
    self.keepsOriginals = keepsOriginals
    self.fileSystem = fileSystem
    self.now = now
  }

  /// - Returns: the document as it is then.
  /// - Throws: `ReleaseError`, `DatabaseError`, `PlatformError`.
  package func release(_ id: DocumentID) async throws -> Document {
    let (document, names) = try await store.read { db in (try db.document(id), try db.names(of: id)) }
    guard let document else { throw ReleaseError.unknown(id) }
    guard document.state == .quarantined || document.state == .forgotten else {
      throw ReleaseError.notQuarantined(id, document.state)
    }
    if try await store.write({ try $0.release(id) }) {
      try file(document.sha256)
      return try await store.read { try $0.document(id) } ?? document
    }
    let arrival = try Arrival.quarantined(
      document, names.first?.path ?? "\(document.domain)/\(document.sha256)", state,
      limit: maker.curator.settings.documentBytes, through: fileSystem)
    guard case .bytes(let bytes) = arrival.content else { throw ReleaseError.unknown(id) }
    let verdict = maker.verdict(name: arrival.name, bytes: bytes)
    guard case .accepted(let curated) = verdict.state else {
      let reason = verdict.rejection?.description ?? "nothing to read"
      throw ReleaseError.unreadable(id, reason: reason, path: state.quarantined(document.sha256).description)
    }
    let moment = now()
    let released = try await store.write { db in
      try commit(document, arrival, curated, verdict, to: db, now: moment)
    }
    try file(document.sha256)
    return released
  }

  private func commit(
    _ document: Document, _ arrival: Arrival, _ curated: CuratedDocument, _ verdict: CurationVerdict, to db: Database,
    now: Date
  ) throws -> Document {
    let (id, memory) = (document.id, try IntakeMemory(db))
    if let same = try memory.document(withContent: verdict.contentKey, db), same != id,
      try db.document(same)?.state.isLive == true
    {
      throw ReleaseError.sameText(id, as: same)
    }
    var verdict = verdict
    let clean = maker.curator.withoutHeldOut(curated, memory.heldOut)
    for notice in clean.notices { verdict.leaveOut(notice) }
    guard let kept = clean.document else {
      if let reason = clean.notices.first?.reason, reason.name == .heldOut {
        throw ReleaseError.heldOut(id, reason: reason.description)
      }
      let reason = clean.notices.first?.reason.description ?? "nothing is left"
      throw ReleaseError.unreadable(id, reason: reason, path: state.quarantined(document.sha256).description)
    }
    var position = memory.positions[document.domain] ?? 0
    let content = try maker.content(
      of: kept, verdict, arrival, supersedes: [], similarity: nil, position: &position)
    try db.replaceContent(of: id, with: content, now: now)
    try db.setHeldOutPosition(position, of: document.domain)
    return try db.document(id) ?? document
  }

  private func file(_ digest: Digest) throws {
    try Filing.release(digest, in: state, keepsOriginal: keepsOriginals, through: fileSystem)
  }
}
