import Foundation
import Learning
import ModelFiles
import ReplayStore

/// The held-out pieces of one split that a round is measured on: the same before and after.
///
/// The gate reads test pieces. Whatever is chosen, the best step and how far to walk back, is chosen on validation pieces.
struct RoundPieces: Sendable {
  /// Frozen pieces of earlier batches, by domain: what may be forgotten.
  var earlier: [String: [StoredPiece]] = [:]
  /// Pieces of the round's own documents, by domain: what is learned.
  var new: [String: [StoredPiece]] = [:]

  /// How many times as many pieces are read where fewer left the gate undecided.
  private static let enlargement = 4

  static func choose(
    _ split: Split, round: Round, settings: RoundSettings, evidence: RoundAttempt.Evidence = .usual, store: ReplayStore
  ) async throws -> RoundPieces {
    return try await store.read { db in
      var pieces = RoundPieces()
      let known = try db.heldOutDomains()
      // Full size for one or two domains, half of it for many: measuring stays a bounded share of a round.
      let domains = Set(known).union(round.domains).count
      let usual = max((settings.pieces + 1) / 2, min(settings.pieces, 2 * settings.pieces / max(domains, 1)))
      let limit = usual * (evidence == .enlarged ? enlargement : 1)
      let newLimit = split == .validation ? settings.validationPieces : limit
      for domain in known {
        let frozen = try db.frozenPieces(domain: domain, split: split, limit: limit)
        if !frozen.isEmpty { pieces.earlier[domain] = frozen }
      }
      for domain in round.domains {
        let own = try db.pieces(ofRound: round.number, domain: domain, split: split, limit: newLimit)
        if !own.isEmpty { pieces.new[domain] = own }
      }
      return pieces
    }
  }

  /// The same with a single earlier domain, or with none.
  func narrowed(to domain: String?) -> RoundPieces {
    RoundPieces(earlier: earlier.filter { $0.key == domain }, new: new)
  }

  var all: [StoredPiece] { ownRows + earlier.keys.sorted().flatMap { earlier[$0] ?? [] } }

  /// The round's own pieces, in a fixed order.
  var ownRows: [StoredPiece] { new.keys.sorted().flatMap { new[$0] ?? [] } }
}

/// What one candidate does to everything that is measured.
struct CandidateJudgement: Sendable {
  var outcome: GateOutcome
  /// On the round's own held-out pieces.
  var learned: [LearningGain]
  /// The version of the lineage that is best at each earlier domain.
  var best: [String: Int]
}

extension Evaluator {
  /// Measures a candidate against the current version.
  /// - Parameters:
  ///   - general: what was measured of both on the general set.
  ///   - lineage: the parent and its ancestors, the parent first.
  ///   - parentAdapter: the version that the round trains from.
  func judge(
    _ candidate: Adapter, as subject: EvaluationSubject, pieces: RoundPieces, general: [GeneralEvidence],
    lineage: [Int], parentAdapter: Adapter, settings: RoundSettings, seed: UInt64
  ) async throws -> CandidateJudgement {
    let parent = EvaluationSubject.version(lineage.first ?? 0)
    let before = try await scores(of: parent, adapter: parentAdapter, pieces: pieces.all)
    let after = try await scores(of: subject, adapter: candidate, pieces: pieces.all)
    func evidence(_ domain: String, _ own: [StoredPiece], best: [PieceID: PieceScore]? = nil) -> DomainEvidence {
      DomainEvidence(
        domain: domain,
        pieces: own.compactMap { piece in
          guard let was = before[piece.id], let now = after[piece.id] else { return nil }
          return PieceEvidence(
            tokens: now.tokens, before: was.nll, after: now.nll,
            best: best == nil ? was.nll : best?[piece.id]?.nll, wasRight: was.correct, isRight: now.correct)
        })
    }
    var earlier: [DomainEvidence] = []
    var bests: [String: Int] = [:]
    for domain in pieces.earlier.keys.sorted() {
      let own = pieces.earlier[domain] ?? []
      let best = try await bestOfLineage(domain: domain, pieces: own, lineage: lineage)
      bests[domain] = best?.version ?? lineage.first ?? 0
      earlier.append(evidence(domain, own, best: best?.scores))
    }
    let new = pieces.new.keys.sorted().map { evidence($0, pieces.new[$0] ?? []) }
    let gate = ForgettingGate(budgets: settings.budgets, seed: seed)
    return CandidateJudgement(
      outcome: gate.judge(domains: earlier, general: general),
      learned: LearningGain.gains(of: new, beside: earlier), best: bests)
  }

  /// The held-out general set under the current version and a candidate.
  func generalEvidence(
    parent: EvaluationSubject, _ parentAdapter: Adapter, candidate: EvaluationSubject, _ adapter: Adapter
  ) async throws -> [GeneralEvidence] {
    let known = Dictionary(
      uniqueKeysWithValues: try await generalScores(of: parent, adapter: parentAdapter).map { ($0.sample, $0) })
    return try await generalScores(of: candidate, adapter: adapter).map {
      GeneralEvidence(tokens: $0.tokens, before: known[$0.sample]?.divergence ?? 0, after: $0.divergence)
    }
  }

  /// Of each earlier domain, the part of the lineage's budget that current has used up.
  func needs(
    _ pieces: RoundPieces, scores: [PieceID: PieceScore], lineage: [Int], budgets: GateBudgets
  ) async throws -> [String: Double] {
    var needs: [String: Double] = [:]
    for (domain, own) in pieces.earlier {
      guard let best = try await bestOfLineage(domain: domain, pieces: own, lineage: lineage) else { continue }
      needs[domain] = best.gain / budgets.lineage.limit(from: Self.mean(own, scores) - best.gain)
    }
    return needs
  }

  /// The ancestor that is furthest below current, where one is: with its scores, and by how much in nats per token. A domain
  /// that grows is measured on other pieces by and by, so what counts is what both were measured on, where that is enough.
  /// - Parameter lineage: current first.
  func bestOfLineage(
    domain: String, pieces: [StoredPiece], lineage: [Int]
  ) async throws -> (version: Int, gain: Double, scores: [PieceID: PieceScore])? {
    guard let split = pieces.first?.split, let current = lineage.first else { return nil }
    let ids = pieces.map(\.id)
    let fewest = min(ids.count, max(ForgettingGate.fewest, ids.count / Self.leastShared))
    return try await store.read { db in
      let ancestors = Array(lineage.dropFirst())
      guard let best = try db.best(of: ancestors, than: current, on: ids, fewest: fewest), best.gain > 0 else {
        return nil
      }
      let scores = try db.scores(of: .version(best.version), domain: domain, split: split)
      return (best.version, best.gain, Dictionary(uniqueKeysWithValues: scores.map { ($0.piece, $0) }))
    }
  }

  /// One piece in so many has to be shared with an ancestor for the two to be compared.
  private static let leastShared = 4

  /// Nats per token over pieces; 0 where there are none.
  static func mean(_ pieces: [StoredPiece], _ scores: [PieceID: PieceScore]) -> Double {
    let own = pieces.compactMap { scores[$0.id] }
    let tokens = own.reduce(0) { $0 + $1.tokens }
    return tokens == 0 ? 0 : own.reduce(0) { $0 + $1.nll } / Double(tokens)
  }
}
