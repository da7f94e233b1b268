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
      let verdict = maker.verdict(name: arrival.name, bytes: bytes)
      let (decision, judged) = try await ask(arrival, verdict)
      if try await take(document, arrival, decision, judged ?? verdict) {
        report.count(.waiting, superseded: 0)
        log.notice("document.returned", ["document": Int(id.rawValue)])
      }
      memory.clear()
    }
  }

  /// - Returns: whether it waits now.
  private func take(
    _ document: Document, _ arrival: Arrival, _ decision: IntakeDecision, _ verdict: CurationVerdict
  ) async throws -> Bool {
    let (id, moment) = (document.id, now())
    switch decision {
    case .accepted(let kept, let near, let similarity, _):
      // It came before what is there now, so it is no edition that could take its place.
      if let live = near.last {
        try await store.write { try $0.setOriginal(of: id, to: live, similarity: similarity) }
        return false
      }
      var position = memory.position(of: arrival.domain)
      let content = try maker.content(
        of: kept, verdict, arrival, supersedes: [], similarity: nil, position: &position)
      let end = position
      try await store.write { db in
        try db.replaceContent(of: id, with: content, now: moment)
        try db.setHeldOutPosition(end, of: arrival.domain)
      }
      return true
    case .duplicate(let live, let similarity):
      try await store.write { try $0.setOriginal(of: id, to: live, similarity: similarity) }
    case .refused(let reason):
      let refused = try await store.write { db in
        try db.quarantine(id, reason: reason.description, now: moment)
        return try db.document(id)
      }
      guard let refused else { return false }
      try Filing(state: state, watch: watch, settings: settings, fileSystem: fileSystem).writeReason(arrival, refused)
      try DurableFile.move(
        state.original(document.sha256), to: state.quarantined(document.sha256), through: fileSystem)
    case .known, .afterPending: break
    }
    return false
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

  /// - Parameter similarity: 0 to 1; `nil` where the name alone links them.
  func setOriginal(of copy: DocumentID, to original: DocumentID, similarity: Double?) throws {
    try run(
      "UPDATE document SET duplicate_of = ?, similarity = ?, reason = ? WHERE id = ?", original, similarity,
      similarity == 1 ? "says what document \(original.rawValue) says" : nil, copy)
  }
}
