import Foundation

/// Whose loss was measured.
package enum EvaluationSubject: Hashable, Sendable {
  case version(Int)
  /// A round's candidate; attempt 0 is the first, walks and retries follow.
  case candidate(round: Int, attempt: Int)

  var kind: String {
    switch self {
    case .version: "version"
    case .candidate: "candidate"
    }
  }
  var number: Int {
    switch self {
    case let .version(number), let .candidate(number, _): number
    }
  }
  var attempt: Int {
    switch self {
    case .version: 0
    case let .candidate(_, attempt): attempt
    }
  }
}

/// One held-out piece under one adapter.
package struct PieceScore: Hashable, Sendable {
  package let piece: PieceID
  /// Sum over the supervised tokens, nats.
  package let nll: Double
  /// Supervised tokens.
  package let tokens: Int
  /// Whether the best label was the right one; `nil` without labels.
  package let correct: Bool?
  /// What that was chosen among, as whoever asked names it; `nil` without labels.
  package let answers: String?

  package init(piece: PieceID, nll: Double, tokens: Int, correct: Bool? = nil, answers: String? = nil) {
    self.piece = piece
    self.nll = nll
    self.tokens = tokens
    self.correct = correct
    self.answers = answers
  }
}

/// One cell of R, as sums over the pieces that were measured.
package struct MatrixCell: Hashable, Sendable {
  package let version: Int
  package let domain: String
  package let pieces: Int
  /// Sum over the pieces' supervised tokens, nats.
  package let nll: Double
  package let tokens: Int
  /// Right answers among `labelled` pieces.
  package let correct: Int
  package let labelled: Int

  /// Nats per token; `nil` where no token was measured.
  package var loss: Double? { tokens > 0 ? nll / Double(tokens) : nil }
  /// 0 to 1; `nil` where no piece has a label.
  package var accuracy: Double? { labelled > 0 ? Double(correct) / Double(labelled) : nil }
}

/// How sure one cell of R is.
package struct MatrixSpread: Hashable, Sendable {
  package let domain: String
  /// Pieces that the base was measured on too.
  package let pieces: Int
  /// Standard error of the loss's change against the base on them, nats per token.
  package let error: Double
}

extension Database {
  /// Keeps scores; measuring a piece again replaces its score.
  /// - Throws: `DatabaseError.Kind.constraint` where a piece does not exist.
  package func record(_ scores: [PieceScore], of subject: EvaluationSubject) throws {
    for score in scores {
      let changed = try run(
        """
        INSERT OR REPLACE INTO evaluation
          (subject, number, attempt, piece, domain, split, nll, tokens, correct, answers)
        SELECT ?, ?, ?, id, domain, split, ?, ?, ?, ? FROM piece WHERE id = ?
        """, subject.kind, subject.number, subject.attempt, score.nll, score.tokens, score.correct, score.answers,
        score.piece)
      if changed == 0 {
        throw DatabaseError(
          kind: .constraint, extendedCode: 787, message: "there is no piece \(score.piece.rawValue)", path: path,
          statement: "INSERT OR REPLACE INTO evaluation")
      }
    }
  }

  /// A subject's scores by piece.
  package func scores(of subject: EvaluationSubject, domain: String, split: Split) throws -> [PieceScore] {
    try rows(
      """
      SELECT piece, nll, tokens, correct, answers FROM evaluation
      WHERE subject = ? AND number = ? AND attempt = ? AND domain = ? AND split = ? ORDER BY piece
      """, subject.kind, subject.number, subject.attempt, domain, split
    ) { row in
      PieceScore(
        piece: try row[0], nll: try row[1], tokens: try row[2], correct: try row[3], answers: try row[4])
    }
  }

  /// The version that is furthest below `current` on those of these pieces that both were measured on, and by how much in
  /// nats per token, 0 or less where none is below; `nil` where none has been measured on `fewest` of them. Of equal ones
  /// the latest. The join's order is fixed: each row is found by its key.
  package func best(
    of versions: [Int], than current: Int, on pieces: [PieceID], fewest: Int
  ) throws -> (version: Int, gain: Double)? {
    guard !pieces.isEmpty else { return nil }
    return try first(
      """
      SELECT v.value AS number, SUM(c.nll - e.nll) / SUM(e.tokens) AS gain
      FROM json_each(?1) AS v
      CROSS JOIN json_each(?2) AS p
      CROSS JOIN evaluation e ON e.subject = 'version' AND e.number = v.value AND e.attempt = 0 AND e.piece = p.value
      CROSS JOIN evaluation c ON c.subject = 'version' AND c.number = ?3 AND c.attempt = 0 AND c.piece = p.value
      WHERE e.tokens > 0 AND e.tokens = c.tokens
      GROUP BY v.value HAVING COUNT(*) >= ?4 ORDER BY gain DESC, number DESC LIMIT 1
      """, "\(versions)", "\(pieces.map(\.rawValue))", current, max(fewest, 1)
    ) { (try $0[0], try $0[1]) }
  }

  /// A version takes over what was measured of its candidate.
  func adoptEvaluations(of candidate: EvaluationSubject, by version: EvaluationSubject) throws {
    try run(
      """
      INSERT OR REPLACE INTO evaluation
        (subject, number, attempt, piece, domain, split, nll, tokens, correct, answers)
      SELECT ?, ?, ?, piece, domain, split, nll, tokens, correct, answers FROM evaluation
      WHERE subject = ? AND number = ? AND attempt = ?
      """, version.kind, version.number, version.attempt, candidate.kind, candidate.number, candidate.attempt)
    try run(
      """
      INSERT OR REPLACE INTO general_evaluation (subject, number, attempt, sample, nll, divergence, tokens)
      SELECT ?, ?, ?, sample, nll, divergence, tokens FROM general_evaluation
      WHERE subject = ? AND number = ? AND attempt = ?
      """, version.kind, version.number, version.attempt, candidate.kind, candidate.number, candidate.attempt)
  }

  /// What was measured of these versions on a split: the cells of R that exist, by version and domain. Cells that do not
  /// were never measured. Figures outlive the pieces they were measured on.
  /// - Parameter pieces: the cells of their domains are of these alone; a version that was measured on none has no cell.
  package func matrixCells(
    versions: [Int], pieces: [PieceID] = [], split: Split = .test
  ) throws -> [MatrixCell] {
    let ids = "\(pieces.map(\.rawValue))"
    return try versions.sorted().flatMap { version in
      try rows(
        """
        SELECT domain, count(*), sum(nll), sum(tokens), coalesce(sum(correct), 0), count(correct) FROM evaluation
        WHERE subject = 'version' AND number = ?1 AND attempt = 0 AND split = ?2
          AND (piece IN (SELECT value FROM json_each(?3))
            OR domain NOT IN (SELECT domain FROM piece WHERE id IN (SELECT value FROM json_each(?3))))
        GROUP BY domain ORDER BY domain
        """, version, split, ids
      ) { row in
        MatrixCell(
          version: version, domain: try row[0], pieces: try row[1], nll: try row[2], tokens: try row[3],
          correct: try row[4], labelled: try row[5])
      }
    }
  }

  /// The standard errors of an adapter's change against the base, of domains in which both were measured on two pieces at
  /// least: that of a ratio of sums over pieces, each against the same piece under the base, so that hard and easy pieces
  /// do not count as doubt.
  /// - Parameter pieces: as of `matrixCells`.
  package func matrixSpreads(
    of subject: EvaluationSubject, pieces: [PieceID] = [], split: Split = .test
  ) throws -> [MatrixSpread] {
    try rows(
      """
      SELECT domain, count(*), sum(tokens), sum(d), sum(d * d), sum(d * tokens), sum(tokens * tokens) FROM (
        SELECT e.domain AS domain, e.tokens AS tokens, e.nll - b.nll AS d
        FROM evaluation e JOIN evaluation b
          ON b.subject = 'version' AND b.number = 0 AND b.attempt = 0 AND b.piece = e.piece AND b.tokens = e.tokens
        WHERE e.subject = ?1 AND e.number = ?2 AND e.attempt = ?3 AND e.split = ?4 AND e.tokens > 0
          AND (e.piece IN (SELECT value FROM json_each(?5))
            OR e.domain NOT IN (SELECT domain FROM piece WHERE id IN (SELECT value FROM json_each(?5)))))
      GROUP BY domain HAVING count(*) > 1 ORDER BY domain
      """, subject.kind, subject.number, subject.attempt, split, "\(pieces.map(\.rawValue))"
    ) { row in
      let (count, tokens): (Int, Double) = (try row[1], try row[2])
      let (change, squares, mixed, lengths): (Double, Double, Double, Double) = (
        try row[3], try row[4], try row[5], try row[6]
      )
      let mean = change / tokens
      let variance = max(squares - 2 * mean * mixed + mean * mean * lengths, 0) * Double(count) / Double(count - 1)
      return MatrixSpread(domain: try row[0], pieces: count, error: variance.squareRoot() / tokens)
    }
  }
}
