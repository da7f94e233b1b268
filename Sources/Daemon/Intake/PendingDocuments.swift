import Curation
import Foundation
import Platform
import ReplayStore

/// A document that is decided and not yet committed.
struct PendingWrite: Sendable {
  enum Kind: Sendable {
    /// One more name for a known document.
    case name(DocumentID)
    /// - position: where the domain's held-out places stand after it.
    case document(DocumentContent, replaces: DocumentID?, position: Int?)
  }

  let arrival: Arrival
  let received: Date
  let kind: Kind
  let signature: SignatureBlob?

  /// What the transaction made of it.
  struct Committed: Sendable {
    var document: Document
    var pieces: [(piece: PieceID, content: String?)]
    var superseded: [DocumentID]
    /// Whether its content came with this drop.
    var isNew: Bool
  }

  /// Idempotent: a second time, after a kill, it finds what the first time committed.
  func commit(to db: Database) throws -> Committed {
    let incoming = arrival.incoming(received)
    let outcome: IntakeOutcome
    var superseded: [DocumentID] = []
    switch kind {
    case .name(let id):
      outcome = try db.recordKnown(incoming) ?? .known(id, .waiting, isNewDrop: false)
    case .document(let content, let replaces, let position):
      if let replaces {
        try db.recordName(incoming.path, of: replaces, stamp: incoming.stamp, received: received)
        try db.clearSupersession(of: replaces)
        try db.replaceContent(of: replaces, with: content, now: received)
        outcome = .added(replaces)
      } else {
        outcome = try db.commit(incoming, content)
      }
      if case .added = outcome, let position { try db.setHeldOutPosition(position, of: arrival.domain) }
      superseded = content.supersedes
    }
    let id = outcome.document
    guard let document = try db.document(id) else {
      throw DatabaseError(
        kind: .unexpectedValue, extendedCode: 0, message: "document \(id.rawValue) is missing", path: db.path,
        statement: "intake")
    }
    var isNew = false
    if case .added = outcome { isNew = true }
    return Committed(
      document: document, pieces: isNew ? try db.pieces(of: id) : [], superseded: superseded, isNew: isNew)
  }
}

/// Documents that are decided and not yet committed, and what would be near to them.
struct PendingDocuments: Sendable {
  private(set) var writes: [PendingWrite] = []
  private var digests: Set<Digest> = []
  private var names: Set<String> = []
  private var contentKeys: Set<UInt64> = []
  private var nearDuplicates = NearDuplicateIndex()
  private var heldOut = HeldOutIndex()

  mutating func append(_ write: PendingWrite) {
    digests.insert(write.arrival.sha256)
    names.insert(write.arrival.name)
    if let blob = write.signature {
      contentKeys.insert(blob.shortKey)
      nearDuplicates.insert(writes.count, blob.signature)
    }
    if case .document(let content, _, _) = write.kind {
      for piece in content.pieces {
        guard let text = piece.content.flatMap({ SampleContent(json: $0) })?.plainText else { continue }
        heldOut.insert(heldOut.count, text: text)
      }
    }
    writes.append(write)
  }

  func has(_ arrival: Arrival) -> Bool { digests.contains(arrival.sha256) || names.contains(arrival.name) }

  func isNear(_ signature: MinHashSignature, contentKey: [UInt8], document: CuratedDocument) -> Bool {
    if writes.isEmpty { return false }
    return contentKeys.contains(SignatureBlob.shortKey(contentKey))
      || !nearDuplicates.candidates(signature).isEmpty || document.repeats(heldOut)
  }
}
