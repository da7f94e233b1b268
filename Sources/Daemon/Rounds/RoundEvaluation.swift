import Foundation
import Learning
import ModelFiles
import ReplayStore

/// The held-out pieces that a round is judged on: chosen once, before step 1, and the same before and after.
struct RoundPieces: Sendable {
  /// Frozen pieces of earlier batches, by domain: what may be forgotten.
  var earlier: [String: [StoredPiece]] = [:]
  /// Pieces of the round's own documents, by domain: what is learned.
  var new: [String: [StoredPiece]] = [:]
  /// For early stopping.
  var validation: [StoredPiece] = []
  /// Four times as many of each, because fewer left the gate undecided.
  var isEnlarged = false

  static func choose(
    round: Round, settings: RoundSettings, enlarged: Bool = false, store: ReplayStore
  ) async throws -> RoundPieces {
    var settings = settings
    if enlarged { settings.pieces *= 4 }
    return try await store.read { [settings] db in
      var pieces = RoundPieces(isEnlarged: enlarged)
      for domain in try db.heldOutDomains() {
        let frozen = try db.frozenPieces(domain: domain, split: .test, limit: settings.pieces)
        if !frozen.isEmpty { pieces.earlier[domain] = frozen }
      }
      for domain in round.domains {
        let test = try db.pieces(ofRound: round.number, domain: domain, split: .test, limit: settings.pieces)
        if !test.isEmpty { pieces.new[domain] = test }
        pieces.validation += try db.pieces(
          ofRound: round.number, domain: domain, split: .validation, limit: settings.validationPieces)
      }
      return pieces
    }
  }

  var all: [StoredPiece] { (Array(earlier.values) + Array(new.values)).flatMap { $0 } }
}

/// What one candidate does to everything that is measured.
struct CandidateJudgement: Sendable {
  var outcome: GateOutcome
  /// Loss on the round's own held-out pieces by domain: (pieces, before, after), nats per token.
  var learned: [(domain: String, pieces: Int, before: Double, after: Double)]

  /// Mean relative fall of the loss over learned domains, positive where something was learned; `nil` without pieces.
  var gain: Double? {
    let gains = learned.filter { $0.before > 0 }.map { ($0.before - $0.after) / $0.before }
    return gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count)
  }
}

extension Evaluator {
  /// Measures a candidate against the current version.
  /// - Parameters:
  ///   - lineage: the parent and its ancestors, the parent first.
  ///   - parentAdapter: the version that the round trains from.
  func judge(
    _ candidate: Adapter, as subject: EvaluationSubject, pieces: RoundPieces, lineage: [Int], parentAdapter: Adapter,
    settings: RoundSettings, seed: UInt64
  ) async throws -> CandidateJudgement {
    let parent = EvaluationSubject.version(lineage.first ?? 0)
    let before = try await scores(of: parent, adapter: parentAdapter, pieces: pieces.all)
    let after = try await scores(of: subject, adapter: candidate, pieces: pieces.all)
    let generalBefore = try await generalScores(of: parent, adapter: parentAdapter)
    let generalAfter = try await generalScores(of: subject, adapter: candidate)

    var evidence: [DomainEvidence] = []
    for domain in pieces.earlier.keys.sorted() {
      let own = pieces.earlier[domain] ?? []
      let best = try await bestOfLineage(domain: domain, pieces: own, lineage: Array(lineage.dropFirst()), than: before)
      evidence.append(
        DomainEvidence(
          domain: domain,
          pieces: own.compactMap { piece in
            guard let was = before[piece.id], let now = after[piece.id] else { return nil }
            return PieceEvidence(
              tokens: now.tokens, before: was.nll, after: now.nll, best: best?[piece.id]?.nll, wasRight: was.correct,
              isRight: now.correct)
          }))
    }
    let known = Dictionary(uniqueKeysWithValues: generalBefore.map { ($0.sample, $0) })
    let general = generalAfter.map {
      GeneralEvidence(tokens: $0.tokens, before: known[$0.sample]?.divergence ?? 0, after: $0.divergence)
    }
    let gate = ForgettingGate(budgets: settings.budgets, seed: seed)
    return CandidateJudgement(
      outcome: gate.judge(domains: evidence, general: general),
      learned: pieces.new.keys.sorted().map { domain in
        let own = pieces.new[domain] ?? []
        return (domain, own.count, Self.mean(own, before), Self.mean(own, after))
      })
  }

  /// The scores of the ancestor with the lowest loss on exactly these pieces, where that beats `current`'s.
  private func bestOfLineage(
    domain: String, pieces: [StoredPiece], lineage: [Int], than current: [PieceID: PieceScore]
  ) async throws -> [PieceID: PieceScore]? {
    var best: (loss: Double, scores: [PieceID: PieceScore])?
    for version in lineage {
      let scores = try await store.read {
        try $0.scores(of: .version(version), domain: domain, split: .test)
      }
      let known = Dictionary(uniqueKeysWithValues: scores.map { ($0.piece, $0) })
      guard pieces.allSatisfy({ known[$0.id] != nil }) else { continue }
      let loss = Self.mean(pieces, known)
      if loss < best?.loss ?? Self.mean(pieces, current) { best = (loss, known) }
    }
    return best?.scores
  }

  /// Nats per token over pieces; 0 where there are none.
  static func mean(_ pieces: [StoredPiece], _ scores: [PieceID: PieceScore]) -> Double {
    let own = pieces.compactMap { scores[$0.id] }
    let tokens = own.reduce(0) { $0 + $1.tokens }
    return tokens == 0 ? 0 : own.reduce(0) { $0 + $1.nll } / Double(tokens)
  }
}
