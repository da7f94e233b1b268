import Curation
import Foundation
import Platform
import ReplayStore

/// Why a document does not leave quarantine.
package enum ReleaseError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(DocumentID)
  case notQuarantined(DocumentID, DocumentState)
  case fileMissing(DocumentID, path: String)
  case refusedAgain(DocumentID, reason: String)

  package var description: String {
    switch self {
    case .unknown(let id):
      "document \(id.rawValue): there is no such document; stet documents lists them."
    case .notQuarantined(let id, let state):
      "document \(id.rawValue): is \(state.rawValue), not quarantined, so there is nothing to release."
    case .fileMissing(let id, let path):
      "document \(id.rawValue): its file \(path) is gone; drop the document again."
    case .refusedAgain(let id, let reason):
      "document \(id.rawValue): cannot be read into samples (\(reason)); mend the file and drop it again."
    }
  }
}

extension IntakeService {
  /// Takes a document out of quarantine by hand: with the samples it has, or read again under today's settings.
  /// - Throws: `ReleaseError`, and what the store and the disk throw.
  package func release(_ id: DocumentID) async throws -> Document {
    guard let document = try await store.read({ try $0.document(id) }) else { throw ReleaseError.unknown(id) }
    guard document.state == .quarantined else { throw ReleaseError.notQuarantined(id, document.state) }
    if try await !store.write({ try $0.release(id) }) { try await readAgain(document) }
    memory.clear()
    let source = state.quarantined(document.sha256)
    if try fileSystem.exists(source) {
      let target = state.original(document.sha256)
      try DurableFile.makeDirectory(target.parent, through: fileSystem)
      try DurableFile.move(source, to: target, through: fileSystem)
    }
    try DurableFile.remove(state.quarantineReason(document.sha256), through: fileSystem)
    log.notice("document.released", ["id": id.rawValue, "reason": document.reason])
    return try await store.read { try $0.document(id) } ?? document
  }

  private func readAgain(_ document: Document) async throws {
    let path = state.quarantined(document.sha256)
    guard let status = try fileSystem.statusIfPresent(path) else {
      throw ReleaseError.fileMissing(document.id, path: path.description)
    }
    let data = try fileSystem.contents(of: path, limit: settings.limit)
    let names = try await store.read { try $0.names(of: document.id) }
    let name = names.first?.path ?? document.sha256.hex
    let verdict = maker.curator.curate(name: name, bytes: data)
    guard let accepted = verdict.document else {
      throw ReleaseError.refusedAgain(document.id, reason: verdict.rejection?.description ?? "")
    }
    let memory = memory
    let clean = try await store.read { db in
      try memory.use(db) { accepted.withoutHeldOut($0.heldOut).document }
    }
    guard let clean else {
      throw ReleaseError.refusedAgain(document.id, reason: RejectionReason(.heldOut).description)
    }
    let arrival = Arrival(
      path: Path(name), status: status, sha256: document.sha256, content: .bytes(data), isCertain: true)
    var position = memory.position(of: document.domain)
    let content = try maker.content(
      of: clean, verdict, arrival, supersedes: [], similarity: nil, position: &position)
    let (end, moment) = (position, now())
    try await store.write { db in
      try db.replaceContent(of: document.id, with: content, now: moment)
      try db.setHeldOutPosition(end, of: document.domain)
    }
  }
}
