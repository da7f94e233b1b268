import Foundation

/// How a round ended, in figures.
package struct RoundFigures: Hashable, Sendable {
  /// Time at work.
  package var seconds: Double
  /// Tokens trained.
  package var tokens: Int
  /// The forgetting report, a JSON object.
  package var report: String

  package init(seconds: Double, tokens: Int, report: String) {
    self.seconds = seconds
    self.tokens = tokens
    self.report = report
  }
}

/// A round was asked to end in a way that its state does not allow.
package enum RoundError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(round: Int)
  case wrongState(round: Int, RoundState)

  package var description: String {
    switch self {
    case let .unknown(round): "round \(round): there is no such round; stet versions shows the rounds that there are."
    case let .wrongState(round, state):
      "round \(round): it is \(state.rawValue), so it cannot end again; stet report --round \(round) shows how it ended."
    }
  }
}

extension Database {
  private func require(_ number: Int, in states: Set<RoundState>) throws -> Round {
    guard let round = try round(number) else { throw RoundError.unknown(round: number) }
    guard states.contains(round.state) else { throw RoundError.wrongState(round: number, round.state) }
    return round
  }

  private func finish(
    _ round: Int, _ state: RoundState, version: Int?, figures: RoundFigures, now: Date
  ) throws {
    try run(
      """
      UPDATE round SET state = ?, version = ?, finished = ?, seconds = ?, tokens = ?, report = ? WHERE number = ?
      """, state, version, now, figures.seconds, figures.tokens, figures.report, round)
  }

  /// A round became a version: the version's row, its documents learned, their pieces frozen, the candidate's figures
  /// made the version's, and the version made current. The version's directory must be complete on disk before, and the
  /// `current` link follows after: whatever a crash leaves undone, `currentVersion` says where the link belongs.
  /// Also for a rejected round that is promoted by hand: then versions made since leave the lineage, and the documents
  /// that only they had learned are shelved.
  /// - Returns: what became current instead of what.
  /// - Parameters:
  ///   - attempt: the candidate whose evaluations are the version's.
  ///   - versionFigures: a JSON object for `versions`.
  @discardableResult
  package func publish(
    round number: Int, asVersion version: Int, attempt: Int, versionFigures: String, figures: RoundFigures, now: Date
  ) throws -> VersionMove {
    let round = try require(number, in: [.running, .rejected])
    // Past the gate, by hand: its candidate has learned those that were found to blame since, too.
    try run(
      """
      UPDATE document SET state = 'deferred', reason = NULL
      WHERE state = 'quarantined' AND substr(reason, 1, 13) = 'gate.culprit:'
        AND id IN (SELECT document FROM round_document WHERE round = ?)
      """, number)
    try run(
      "INSERT INTO version (number, parent, round, created, figures) VALUES (?, ?, ?, ?, ?)", version, round.parent,
      number, now, versionFigures)
    try run(
      """
      INSERT INTO learning (document, version)
      SELECT r.document, ? FROM round_document r JOIN document d ON d.id = r.document
      WHERE r.round = ? AND d.state IN ('waiting', 'deferred', 'learned', 'superseded', 'shelved')
      """, version, number)
    let move = try moveCurrent(to: version, requeue: false, now: now)
    try freezePieces(ofRound: number)
    try adoptEvaluations(of: .candidate(round: number, attempt: attempt), by: .version(version))
    try finish(number, .published, version: version, figures: figures, now: now)
    try count(.learned, on: now, by: move.restored)
    try count(.publishedRounds, on: now)
    return move
  }

  /// The gate refused a round: its documents are deferred. Those that were refused before are suspected, and those that
  /// were refused by themselves are put into quarantine.
  /// - Parameters:
  ///   - reason: what `documents` shows.
  ///   - isHarmful: false where it only learned nothing.
  /// - Returns: the documents that are in quarantine because of it.
  @discardableResult
  package func reject(
    round number: Int, reason: String, isHarmful: Bool = true, figures: RoundFigures, now: Date
  ) throws -> [DocumentID] {
    _ = try require(number, in: [.running])
    let deferred = try run(
      """
      UPDATE document SET state = 'deferred', reason = ?, rejections = rejections + 1
      WHERE state IN ('waiting', 'deferred') AND id IN (SELECT document FROM round_document WHERE round = ?)
      """, reason, number)
    try finish(number, .rejected, version: nil, figures: figures, now: now)
    try count(.deferred, on: now, by: deferred)
    try count(.rejectedRounds, on: now)
    return try follow(rejectionOf: number, isHarmful: isHarmful, now: now)
  }

  /// A round ends without a verdict; its documents wait as before.
  package func abandon(round number: Int, figures: RoundFigures, now: Date) throws {
    _ = try require(number, in: [.running])
    try finish(number, .abandoned, version: nil, figures: figures, now: now)
  }

  /// With `replay.retention = none`, after publishing: a round's samples and held-out pieces go; figures stay.
  /// - Parameter keepingPiecesOf: domains whose held-out pieces stay, so that the gate still sees them.
  package func discardTexts(ofRound number: Int, keepingPiecesOf domains: [String] = []) throws {
    for document in try documents(inRound: number) {
      try eraseContent(of: document.id, keepingPieces: domains.contains(document.domain))
    }
  }
}
