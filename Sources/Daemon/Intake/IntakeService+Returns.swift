import Curation
import Foundation
import Platform
import ReplayStore

// What was refused only as a copy of a document that is forgotten now comes back by itself.
extension IntakeService {
  /// Reads copies of forgotten documents from the originals; where those are not kept, the file has to be dropped again.
  func readWhatCameBack(_ report: inout IntakeReport, _ shouldStop: @Sendable () -> Bool) async throws {
    for (id, name) in try await store.read({ try $0.copiesOfForgotten() }) {
      guard !shouldStop() else { return }
      guard let document = try await store.read({ try $0.document(id) }) else { continue }
      guard let arrival = try kept(document, name), case .bytes(let bytes) = arrival.content else {
        try await store.write { try $0.leaveCopy(id) }
        log.notice("document.not_kept", ["document": Int(id.rawValue), "remedy": "drop its file again"])
        continue
      }
      if try await judgeAgain(document, arrival, bytes).state == .waiting {
        report.count(.waiting, superseded: 0)
        log.notice("document.returned", ["document": Int(id.rawValue)])
      }
    }
  }

  /// Judges a document that is known, and no part of the model, as if it came now. It came before what is there now, so
  /// it is no edition that could take another's place.
  /// - Returns: the document as it is then.
  func judgeAgain(_ document: Document, _ arrival: Arrival, _ bytes: Data) async throws -> Document {
    let (id, moment, maker) = (document.id, now(), maker)
    let (decision, verdict) = try await askAgain(arrival, maker.verdict(name: arrival.name, bytes: bytes))
    var position = memory.position(of: arrival.domain)
    let content: DocumentContent
    switch decision {
    case .accepted(let kept, let near, let similarity, _):
      content =
        if let live = near.last {
          try maker.duplicate(of: live, similarity: similarity, verdict)
        } else {
          try maker.content(of: kept, verdict, arrival, supersedes: [], similarity: nil, position: &position)
        }
    case .duplicate(let live, let similarity):
      content = try maker.duplicate(of: live, similarity: similarity, verdict)
    case .refused(let reason): content = try maker.refused(reason, verdict)
    case .known, .afterPending: return document
    }
    let end = position
    let (judged, pieces) = try await store.write { db in
      try db.replaceContent(of: id, with: content, now: moment)
      try db.setHeldOutPosition(end, of: arrival.domain)
      return (try db.document(id) ?? document, try db.pieces(of: id))
    }
    memory.setPosition(end, of: arrival.domain)
    if judged.state.isLive, let signature = ContentMaker.signature(verdict) { memory.add(id, signature, pieces) }
    try Filing(state: state, watch: watch, settings: settings, fileSystem: fileSystem).file(again: arrival, judged)
    return judged
  }

  /// The document's file as it was dropped; `nil` where it is not there, or is another.
  private func kept(_ document: Document, _ name: String) throws -> Arrival? {
    let path = state.original(document.sha256)
    guard let status = try fileSystem.statusIfPresent(path), status.kind == .regular else { return nil }
    let bytes = try fileSystem.contents(of: path)
    guard Digest.of(bytes) == document.sha256 else { return nil }
    return Arrival(path: Path(name), status: status, sha256: document.sha256, content: .bytes(bytes), isCertain: true)
  }
}

extension Database {
  /// Documents that were refused as copies of what is forgotten, each with its first name.
  func copiesOfForgotten() throws -> [(DocumentID, name: String)] {
    try rows(
      """
      SELECT d.id, coalesce(
        (SELECT n.path FROM document_name n WHERE n.document = d.id ORDER BY n.first_received, n.id LIMIT 1),
        d.domain || '/' || hex(d.sha256))
      FROM document d JOIN document o ON o.id = d.duplicate_of
      WHERE d.state = 'duplicate' AND o.state = 'forgotten' ORDER BY d.id
      """
    ) { (try $0[0], try $0[1]) }
  }

  /// A copy whose file is not kept: it is taken in when it is dropped again.
  func leaveCopy(_ id: DocumentID) throws {
    try run(
      "UPDATE document SET duplicate_of = NULL, similarity = NULL, reason = ? WHERE id = ?",
      "its original was forgotten, and its own file was not kept (intake.originals); drop it again to have it learned",
      id)
  }
}
