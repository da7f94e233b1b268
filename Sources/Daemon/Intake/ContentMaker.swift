import Curation
import Foundation
import Platform
import ReplayStore
import Tensors
import Tokenizers

/// Judges documents, and makes their rows from what curation and the judge found. The same document in the same State
/// always gets the same rows.
package struct ContentMaker: Sendable {
  let curator: Curator
  let plan: HeldOutPlan
  /// The State's own.
  let seed: UInt64
  /// For files that are no text.
  let converter: DocumentConverter?

  /// - Parameter seed: the State's own.
  package init(curator: Curator, plan: HeldOutPlan, seed: UInt64, converter: DocumentConverter? = nil) {
    self.curator = curator
    self.plan = plan
    self.seed = seed
    self.converter = converter
  }

  /// - Parameter shouldStop: ends a converter at work, which has failed then.
  func verdict(name: String, bytes: Data, shouldStop: () -> Bool = { false }) -> CurationVerdict {
    curator.curate(name: name, bytes: bytes, through: converter, shouldStop: shouldStop)
  }

  /// What a decision writes; `nil` where it can only be taken after what is pending.
  /// - Parameter memory: its domain's held-out places go on by this document's.
  func write(
    _ decision: IntakeDecision, _ arrival: Arrival, _ verdict: CurationVerdict, _ received: Date,
    _ memory: inout IntakeMemory
  ) throws -> PendingWrite? {
    let kind: PendingWrite.Kind
    var signature: SignatureBlob?
    switch decision {
    case .known(let id, _): kind = .name(id)
    case .refused(let reason): kind = .document(try refused(reason, verdict), replaces: nil, position: nil)
    case .duplicate(let original, let similarity):
      kind = .document(
        try duplicate(of: original, similarity: similarity, verdict), replaces: nil, position: nil)
    case .accepted(let document, let supersedes, let similarity, let replaces):
      var position = memory.positions[arrival.domain] ?? 0
      let content = try content(
        of: document, verdict, arrival, supersedes: supersedes, similarity: similarity, position: &position)
      memory.setPosition(position, of: arrival.domain)
      kind = .document(content, replaces: replaces, position: position)
      signature = Self.signature(verdict)
    case .afterPending: return nil
    }
    return PendingWrite(arrival: arrival, received: received, kind: kind, signature: signature)
  }

  /// - Parameter position: of the domain's held-out places; it goes on by this document's.
  func content(
    of document: CuratedDocument, _ verdict: CurationVerdict, _ arrival: Arrival, supersedes: [DocumentID],
    similarity: Double?, position: inout Int
  ) throws -> DocumentContent {
    var cursor = HeldOutCursor(domain: arrival.domain, position: position)
    let samples = curator.samples(of: document, plan: plan, cursor: &cursor)
    position = cursor.position
    var content = try bare(.waiting, verdict)
    content.supersedes = supersedes
    content.similarity = similarity
    content.signature = Self.signature(verdict)?.data
    var keys = SeededGenerator(seed: seed, stream: "replay keys of \(arrival.sha256)")
    var draws = SeededGenerator(seed: seed, stream: "draws of \(arrival.sha256)")
    for sample in samples {
      let json = try sample.content.json
      let encoded = StoredTokens(tokens: sample.encoded.tokens, supervised: sample.encoded.supervised)
      // The curator's splits and the store's have the same names, and no common type.
      switch sample.split {
      case .train, .gap:
        var record = SampleRecord(
          content: json, encoded: encoded, split: .train, label: sample.label,
          replayKey: Int64(bitPattern: keys.next()))
        if sample.split == .gap { record.split = .gap }
        content.samples.append(record)
      case .validation, .test:
        var piece = PieceRecord(
          split: .validation, encoded: encoded, label: sample.label, content: json,
          draw: Int64(bitPattern: draws.next()))
        if sample.split == .test { piece.split = .test }
        content.pieces.append(piece)
      }
    }
    return content
  }

  func refused(_ reason: RejectionReason, _ verdict: CurationVerdict) throws -> DocumentContent {
    var content = try bare(.quarantined, verdict)
    content.reason = reason.description
    return content
  }

  /// - Parameter similarity: 0 to 1; `nil` where the name alone links them.
  func duplicate(of original: DocumentID, similarity: Double?, _ verdict: CurationVerdict) throws -> DocumentContent {
    var content = try bare(.duplicate, verdict)
    content.duplicateOf = original
    content.similarity = similarity
    content.reason = similarity == 1 ? "says what document \(original.rawValue) says" : nil
    return content
  }

  static func signature(_ verdict: CurationVerdict) -> SignatureBlob? {
    guard let signature = verdict.signature, verdict.contentKey.count == SignatureBlob.keyLength else { return nil }
    return SignatureBlob(signature: signature, contentKey: verdict.contentKey)
  }

  private func bare(_ state: DocumentState, _ verdict: CurationVerdict) throws -> DocumentContent {
    DocumentContent(
      state: state, encoding: verdict.encoding?.rawValue,
      language: verdict.language == .undetermined ? nil : verdict.language.rawValue,
      profile: verdict.profile?.rawValue, figures: try DocumentFigures(verdict).json)
  }
}

extension StateHome {
  /// How documents are judged for this State under `settings`.
  package func contentMaker(_ settings: Settings, classifiers: [ScreeningClassifier] = []) -> ContentMaker {
    ContentMaker(
      curator: curator(settings, classifiers: classifiers),
      plan: HeldOutPlan(
        seed: identity.seed, validation: settings.heldout.validation, test: settings.heldout.test),
      seed: identity.seed, converter: DocumentConverter(settings.converters, outputBytes: settings.intake.limit))
  }
}
