import Foundation
import Platform

/// What curation made of a document; committed whole.
package struct DocumentContent: Hashable, Sendable {
  package var state: DocumentState
  package var reason: String?
  package var encoding: String?
  package var language: String?
  package var profile: String?
  /// A JSON object.
  package var figures: String
  package var samples: [SampleRecord]
  package var pieces: [PieceRecord]
  /// The near-duplicate signature's bytes, `nil` where the document takes no part in duplicate search.
  package var signature: Data?
  /// The document that this one repeats; state `duplicate`.
  package var duplicateOf: DocumentID?
  /// Older editions that this one replaces.
  package var supersedes: [DocumentID]
  /// Jaccard similarity to `duplicateOf` or `supersedes`, 0 to 1.
  package var similarity: Double?

  package init(
    state: DocumentState, reason: String? = nil, encoding: String? = nil, language: String? = nil,
    profile: String? = nil, figures: String = "{}", samples: [SampleRecord] = [], pieces: [PieceRecord] = [],
    signature: Data? = nil, duplicateOf: DocumentID? = nil, supersedes: [DocumentID] = [], similarity: Double? = nil
  ) {
    self.state = state
    self.reason = reason
    self.encoding = encoding
    self.language = language
    self.profile = profile
    self.figures = figures
    self.samples = samples
    self.pieces = pieces
    self.signature = signature
    self.duplicateOf = duplicateOf
    self.supersedes = supersedes
    self.similarity = similarity
  }
}

/// A file as intake took it.
package struct IncomingDocument: Hashable, Sendable {
  package var sha256: Digest
  package var domain: String
  /// Relative to the watched folder.
  package var path: String
  package var stamp: String?
  package var byteCount: Int
  package var received: Date

  package init(
    sha256: Digest, domain: String, path: String, stamp: String? = nil, byteCount: Int, received: Date
  ) {
    self.sha256 = sha256
    self.domain = domain
    self.path = path
    self.stamp = stamp
    self.byteCount = byteCount
    self.received = received
  }
}

package enum IntakeOutcome: Hashable, Sendable {
  case added(DocumentID)
  /// These bytes were known; the name is recorded. `isNewDrop` is false where a crash interrupted this very drop.
  case known(DocumentID, DocumentState, isNewDrop: Bool)

  package var document: DocumentID {
    switch self {
    case let .added(id), let .known(id, _, _): id
    }
  }
}

extension Database {
  /// Records one more name for bytes that are known; `nil` where they are not.
  package func recordKnown(_ incoming: IncomingDocument) throws -> IntakeOutcome? {
    guard let known = try document(sha256: incoming.sha256) else { return nil }
    let isNewDrop = try recordName(
      incoming.path, of: known.id, stamp: incoming.stamp, received: incoming.received)
    if isNewDrop { try count(known.state == .forgotten ? .quarantined : .duplicate, on: incoming.received) }
    return .known(known.id, known.state, isNewDrop: isNewDrop)
  }

  /// Takes a document in: the row, its name, samples, signature and held-out pieces. Call it in a `write`.
  package func commit(_ incoming: IncomingDocument, _ content: DocumentContent) throws -> IntakeOutcome {
    if let known = try recordKnown(incoming) { return known }
    try run(
      "INSERT INTO document (sha256, domain, state, bytes, received) VALUES (?, ?, ?, ?, ?)", incoming.sha256,
      incoming.domain, content.state, incoming.byteCount, incoming.received)
    let id = DocumentID(rawValue: lastInsertedRow)
    try recordName(incoming.path, of: id, stamp: incoming.stamp, received: incoming.received)
    try insert(content, into: id, domain: incoming.domain, now: incoming.received)
    return .added(id)
  }

  /// Gives a known document what a new reading made of it: out of quarantine, or back after it was forgotten.
  package func replaceContent(of id: DocumentID, with content: DocumentContent, now: Date) throws {
    guard let known = try document(id) else { return }
    try eraseContent(of: id)
    try insert(content, into: id, domain: known.domain, now: now)
  }

  private func insert(
    _ content: DocumentContent, into id: DocumentID, domain: String, now: Date
  ) throws {
    let training = content.samples.filter { $0.split == .train }
    try run(
      """
      UPDATE document SET state = ?, reason = ?, encoding = ?, language = ?, profile = ?, figures = ?, samples = ?,
        tokens = ?, duplicate_of = ?, similarity = ?
      WHERE id = ?
      """, content.state, content.reason, content.encoding, content.language, content.profile, content.figures,
      content.samples.count, training.reduce(0) { $0 + $1.encoded.tokens.count }, content.duplicateOf,
      content.state == .duplicate ? content.similarity : nil, id)
    for sample in content.samples { try insert(sample, of: id) }
    for piece in content.pieces { try insert(piece, of: id, domain: domain) }
    if let signature = content.signature { try insertSignature(signature, of: id) }
    try supersede(content.supersedes, by: id, similarity: content.similarity, now: now)
    switch content.state {
    case .duplicate: try count(.duplicate, on: now)
    case .quarantined: try count(.quarantined, on: now)
    case .waiting, .learned, .superseded, .deferred, .shelved, .forgotten: break
    }
  }
}
