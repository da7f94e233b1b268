import Curation
import Foundation
import ReplayStore

/// What becomes of a file that was read.
enum IntakeDecision: Sendable {
  /// These bytes are known: one more name for that document.
  case known(DocumentID, DocumentState)
  case refused(RejectionReason)
  /// Its text is known, though its bytes are not, or it comes too near to what is known.
  case duplicate(of: DocumentID, similarity: Double)
  /// To be learned. `replaces` is the row that these bytes have from before.
  case accepted(CuratedDocument, supersedes: [DocumentID], similarity: Double?, replaces: DocumentID?)
  /// It is near to something that waits to be committed: commit that first, then ask again.
  case afterPending
}

/// Decides about one document, given the store and what is in memory. One at a time, in the order of arrival.
struct IntakeJudge {
  let db: Database
  let settings: IntakeSettings
  let curator: Curator
  /// Signatures of fewer equal places than this are not confirmed: 0.8 less four standard errors.
  private static let leastEstimate = 0.2

  /// - Parameters:
  ///   - verdict: of curation; `nil` where the bytes were known.
  ///   - memory: corrected where it names documents that are no longer live.
  ///   - pending: documents that are decided and not committed.
  ///   - again: whether known bytes are judged as if they were new.
  func decide(
    _ arrival: Arrival, _ verdict: inout CurationVerdict?, memory: inout IntakeMemory, pending: PendingDocuments,
    again: Bool = false
  ) throws -> IntakeDecision {
    if pending.has(arrival) { return .afterPending }
    let known = try db.document(sha256: arrival.sha256)
    let named = try db.editable(named: arrival.name)
    if let known, !again, try !mayReturn(known, named: named) { return .known(known.id, known.state) }
    guard let judged = verdict else { return known.map { .known($0.id, $0.state) } ?? .afterPending }
    guard case .accepted(let document) = judged.state, let signature = judged.signature, let shingles = judged.shingles
    else { return .refused(judged.rejection ?? RejectionReason(.noRecords)) }

    if pending.isNear(signature, contentKey: judged.contentKey, document: document) { return .afterPending }
    if let same = try live(memory.document(withContent: judged.contentKey, db), &memory), same.id != known?.id {
      return .duplicate(of: same.id, similarity: 1)
    }
    let near = try confirmed(memory.candidates(signature), signature, shingles, &memory).filter { $0.id != known?.id }
    if settings.onNear == .drop, let nearest = near.first, nearest.id != named?.id {
      return .duplicate(of: nearest.id, similarity: nearest.similarity)
    }
    var superseded = near.map(\.id)
    if let named, named.id != known?.id, !superseded.contains(named.id) { superseded.append(named.id) }

    let ignoring = try (superseded + (known.map { [$0.id] } ?? [])).flatMap { try db.pieces(of: $0) }
    let clean = try withoutHeldOut(document, &memory, ignoring: Set(ignoring.map { Int($0.piece.rawValue) }))
    for notice in clean.notices { verdict?.leaveOut(notice) }
    guard let kept = clean.document else {
      return .refused(clean.notices.first?.reason ?? RejectionReason(.heldOut))
    }
    let screened = withoutTriggers(kept, arrival, &memory, &verdict)
    guard let harmless = screened.document else {
      return .refused(screened.notices.first?.reason ?? RejectionReason(.trigger))
    }
    let lean = withoutBoilerplate(harmless, arrival, &memory, &verdict)
    guard let taken = lean.document else {
      return .refused(lean.notices.first?.reason ?? RejectionReason(.boilerplate))
    }
    return .accepted(
      taken, supersedes: superseded.sorted(), similarity: near.first?.similarity, replaces: known?.id)
  }

  /// The document without the records that carry a trigger which enough others of its source brought.
  private func withoutTriggers(
    _ document: CuratedDocument, _ arrival: Arrival, _ memory: inout IntakeMemory, _ verdict: inout CurationVerdict?
  ) -> (document: CuratedDocument?, notices: [RecordNotice]) {
    guard let cap = settings.triggerCap else { return (document, []) }
    memory.triggers.cap = cap
    let findings = memory.triggers.screen(document.records.map(\.unit), from: arrival.source)
    let clean = document.without(findings, cap: cap)
    verdict?.trigger = findings.min { $0.key < $1.key }?.value.trigger
    for notice in clean.notices { verdict?.leaveOut(notice) }
    return clean
  }

  /// The document without the paragraphs that many documents of its domain have.
  private func withoutBoilerplate(
    _ document: CuratedDocument, _ arrival: Arrival, _ memory: inout IntakeMemory, _ verdict: inout CurationVerdict?
  ) -> (document: CuratedDocument?, notices: [RecordNotice]) {
    guard let most = settings.boilerplate else { return (document, []) }
    memory.paragraphs.most = most
    let keys = document.records.flatMap { $0.paragraphs.map(\.key) }
    let boilerplate = memory.paragraphs.boilerplate(among: keys, in: arrival.domain)
    memory.paragraphs.add(keys, in: arrival.domain)
    let clean = curator.without(boilerplate, in: document)
    verdict?.boilerplate = boilerplate
    for notice in clean.notices { verdict?.leaveOut(notice) }
    return clean
  }

  /// Whether known bytes are taken in again: an old edition dropped anew under the name of its newer one, a copy whose
  /// original is gone, or what is shelved without its text.
  func mayReturn(_ known: Document, named: Document?) throws -> Bool {
    switch known.state {
    case .superseded: return named != nil && named?.id != known.id
    case .duplicate:
      guard let original = known.duplicateOf else { return true }
      // The original may itself have been replaced by a newer edition, which then says what this one said.
      var current = try db.document(original)
      var steps = 0
      while let document = current, let newer = document.supersededBy, document.state == .superseded, steps < 64 {
        current = try db.document(newer)
        steps += 1
      }
      return current?.state == .forgotten || current == nil
    // What was learned and may not be kept can only be learned again from the file.
    case .shelved: return try known.tokenCount > 0 && db.contents(of: known.id).isEmpty
    case .waiting, .learned, .quarantined, .deferred, .forgotten: return false
    }
  }

  private func live(_ id: DocumentID?, _ memory: inout IntakeMemory) throws -> Document? {
    guard let id else { return nil }
    if let document = try db.document(id), document.state.isLive { return document }
    memory.remove(id)
    return nil
  }

  /// Candidates that were compared, the nearest first.
  private func confirmed(
    _ candidates: [DocumentID], _ signature: MinHashSignature, _ shingles: ShingleSet, _ memory: inout IntakeMemory
  ) throws -> [(id: DocumentID, similarity: Double)] {
    var found: [(id: DocumentID, similarity: Double)] = []
    for id in candidates {
      guard let document = try live(id, &memory) else { continue }
      guard let blob = try db.signature(of: document.id).flatMap(SignatureBlob.init) else {
        memory.remove(id)
        continue
      }
      let estimate = signature.estimatedJaccard(blob.signature)
      guard estimate >= settings.similarity - Self.leastEstimate else { continue }
      var similarity = estimate
      // Where not all of its text is kept (`replay.budget`), the signatures have to do.
      if try db.storedSamples(of: id) == document.sampleCount {
        let text = try db.contents(of: id).compactMap { SampleContent(json: $0)?.plainText }.joined(separator: " ")
        similarity = shingles.jaccard(ShingleSet(text))
      }
      if similarity >= settings.similarity { found.append((id, similarity)) }
    }
    return found.sorted { ($0.similarity, $1.id) > ($1.similarity, $0.id) }
  }

  /// The document without what repeats a held-out piece. Pieces of documents that have left since, or whose texts went
  /// after publishing, forbid nothing.
  private func withoutHeldOut(
    _ document: CuratedDocument, _ memory: inout IntakeMemory, ignoring: Set<Int>
  ) throws -> (document: CuratedDocument?, notices: [RecordNotice]) {
    while true {
      let found = curator.withoutHeldOut(document, memory.heldOut, ignoring: ignoring)
      var hasDead = false
      for overlap in found.overlaps where try !db.isForbidding(PieceID(rawValue: Int64(overlap.piece))) {
        memory.remove(piece: overlap.piece)
        hasDead = true
      }
      if !hasDead { return (found.document, found.notices) }
    }
  }
}

extension CurationVerdict {
  mutating func leaveOut(_ notice: RecordNotice) {
    noticeCount += 1
    if notices.count < 1000 {
      notices.append(notice)
      notices.sort { $0.line < $1.line }
    }
  }
}
