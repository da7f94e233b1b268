import Foundation
import Learning
import ModelFiles
import ReplayStore
import Transformer

/// Measures adapters on held-out text and keeps every figure in the store, so that nothing is measured twice.
struct Evaluator {
  let engine: GradientEngine
  let store: ReplayStore
  /// Whose documents' answers count beside those that were learned.
  let round: Int
  /// Called with (done, total) pieces.
  let progress: (Int, Int) throws -> Void

  /// Rows measured between two calls of `progress`.
  private static let batch = 4

  /// Makes sure that every piece has a score of `subject`, and returns them by piece. A label that was chosen among other
  /// answers than the domain has now is chosen anew.
  /// - Parameter adapter: what `subject` is; `nil` is the base alone.
  func scores(
    of subject: EvaluationSubject, adapter: Adapter?, pieces: [StoredPiece]
  ) async throws -> [PieceID: PieceScore] {
    var known: [PieceID: PieceScore] = [:]
    for domain in Set(pieces.map(\.domain)).sorted() {
      for split in [Split.validation, .test] {
        for score in try await store.read({ try $0.scores(of: subject, domain: domain, split: split) }) {
          known[score.piece] = score
        }
      }
    }
    let answers = try await answerSets(pieces)
    let missing = pieces.filter { piece in
      guard let score = known[piece.id] else { return true }
      return score.answers != answers[piece.domain].flatMap { $0.question(piece) == nil ? nil : $0.name }
    }
    for start in stride(from: 0, to: missing.count, by: Self.batch) {
      try progress(start, missing.count)
      let batch = Array(missing[start..<min(start + Self.batch, missing.count)])
      let losses = engine.tokenLosses(rows: batch.map { $0.encoded.row }, adapter: adapter)
      let right = areRight(batch, answers, adapter)
      let scores = zip(batch, losses).map { piece, losses in
        PieceScore(
          piece: piece.id, nll: losses.reduce(0) { $0 + Double($1) }, tokens: piece.encoded.row.supervisedCount,
          correct: right[piece.id], answers: right[piece.id] == nil ? nil : answers[piece.domain]?.name)
      }
      for (piece, score) in zip(batch, scores) { try Self.check([score.nll], of: subject, domain: piece.domain) }
      try await store.write { try $0.record(scores, of: subject) }
      for score in scores { known[score.piece] = score }
    }
    return known.filter { entry in pieces.contains { $0.id == entry.key } }
  }

  /// Pieces that are looked at to know a domain's answers.
  private static let answerPieces = 512

  /// By domain, where pieces have answers to choose between.
  private func answerSets(_ pieces: [StoredPiece]) async throws -> [String: AnswerSet] {
    var sets: [String: AnswerSet] = [:]
    let round = round
    for domain in Set(pieces.filter(AnswerSet.isQuestion).map(\.domain)).sorted() {
      sets[domain] = AnswerSet(
        try await store.read { try $0.heldOutPieces(domain: domain, round: round, limit: Self.answerPieces) })
    }
    return sets
  }

  /// Whether the answer with the highest total log-probability is the right one.
  private func areRight(_ pieces: [StoredPiece], _ sets: [String: AnswerSet], _ adapter: Adapter?) -> [PieceID: Bool] {
    let asked = pieces.compactMap { piece in sets[piece.domain]?.question(piece).map { (piece.id, $0) } }
    if asked.isEmpty { return [:] }
    let scores = engine.logProbabilities(asked.map(\.1.continuations), adapter: adapter)
    return Dictionary(
      uniqueKeysWithValues: zip(asked, scores).map { asked, scores in
        (asked.0, scores.indices.max { scores[$0] < scores[$1] } == asked.1.right)
      })
  }

  /// - Throws: `LearningError.heldOutNotFinite`: no figure that is not one goes into the store.
  private static func check(_ figures: [Double], of subject: EvaluationSubject, domain: String) throws {
    guard !figures.allSatisfy(\.isFinite) else { return }
    let name =
      switch subject {
      case .version(let number): "version \(number)"
      case .candidate(let round, _): "round \(round)'s candidate"
      }
    throw LearningError.heldOutNotFinite(domain: domain, of: name)
  }

  /// `GradientEngine.divergenceFromBase` a few rows at a time.
  func divergences(
    _ rows: [PackedRow], adapter: Adapter
  ) throws -> [(nll: Double, sum: Double, tokens: Int)] {
    try stride(from: 0, to: rows.count, by: Self.batch).flatMap { start in
      try progress(start, rows.count)
      return engine.divergenceFromBase(rows: Array(rows[start..<min(start + Self.batch, rows.count)]), adapter: adapter)
    }
  }

  /// The same for the held-out general set, with the divergence from the base. The base itself is not measured.
  func generalScores(of subject: EvaluationSubject, adapter: Adapter) async throws -> [GeneralScore] {
    if subject == .version(0) { return [] }
    let samples = try await store.read { try $0.generalSamples(.test) }
    let known = try await store.read { try $0.generalScores(of: subject) }
    let measured = Set(known.map(\.sample))
    let missing = samples.filter { !measured.contains($0.id) }
    if missing.isEmpty { return known }
    var scores: [GeneralScore] = []
    for start in stride(from: 0, to: missing.count, by: Self.batch) {
      try progress(start, missing.count)
      let batch = missing[start..<min(start + Self.batch, missing.count)]
      let rows = batch.map { $0.sample.encoded.row }
      for (entry, score) in zip(batch, engine.divergenceFromBase(rows: rows, adapter: adapter)) {
        try Self.check([score.nll, score.sum], of: subject, domain: "the general set")
        scores.append(
          GeneralScore(sample: entry.id, nll: score.nll, divergence: score.sum, tokens: score.tokens))
      }
    }
    let all = scores
    try await store.write { try $0.record(all, of: subject) }
    return (known + scores).sorted { $0.sample < $1.sample }
  }
}

extension StoredTokens {
  /// As one segment; its first token is never a target.
  var row: PackedRow { PackedRow(tokens: tokens, supervised: supervised) }
}
