import Foundation

package enum RoundState: String, CaseIterable, Codable, Hashable, Sendable, SQLConvertible {
  case running
  /// Made a version.
  case published
  /// The gate refused it; its documents are deferred.
  case rejected
  /// Given up before the gate: a rollback came, or nothing could be trained.
  case abandoned
}

/// One training episode.
package struct Round: Hashable, Sendable {
  package let number: Int
  package let state: RoundState
  /// Domains that bring new documents, by name.
  package let domains: [String]
  /// The version that it trains from.
  package let parent: Int
  /// The version that it became.
  package let version: Int?
  package let started: Date
  package let finished: Date?
  /// Time at work, pauses and restarts left out.
  package let seconds: Double
  /// Tokens trained.
  package let tokens: Int
  /// A JSON object.
  package let settings: String
  /// The forgetting report, a JSON object.
  package let report: String?

  init(_ row: Row) throws {
    number = try row[0]
    state = try row[1]
    domains = try row.texts(at: 2)
    parent = try row[3]
    version = try row[4]
    started = try row[5]
    finished = try row[6]
    seconds = try row[7]
    tokens = try row[8]
    settings = try row[9]
    report = try row[10]
  }
}

extension Database {
  package func round(_ number: Int) throws -> Round? {
    try first(
      """
      SELECT number, state, domains, parent, version, started, finished, seconds, tokens, settings, report
      FROM round WHERE number = ?
      """, number, map: Round.init)
  }

  /// All rounds, oldest first.
  package func rounds() throws -> [Round] {
    try rows(
      """
      SELECT number, state, domains, parent, version, started, finished, seconds, tokens, settings, report
      FROM round ORDER BY number
      """, map: Round.init)
  }

  /// Rounds that the gate let through or refused, the latest first.
  package func judgedRounds(limit: Int) throws -> [Round] {
    try rows(
      """
      SELECT number, state, domains, parent, version, started, finished, seconds, tokens, settings, report
      FROM round WHERE state IN ('published', 'rejected') ORDER BY number DESC LIMIT ?
      """, limit, map: Round.init)
  }

  /// Every round's state by its number, without the texts of settings and reports.
  package func roundStates() throws -> [Int: RoundState] {
    let pairs: [(Int, RoundState)] = try rows("SELECT number, state FROM round") { (try $0[0], try $0[1]) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The round that runs, or that a crash interrupted; there is never more than one.
  package func runningRound() throws -> Round? {
    try first(
      """
      SELECT number, state, domains, parent, version, started, finished, seconds, tokens, settings, report
      FROM round WHERE state = 'running'
      """, map: Round.init)
  }

  /// Starts a round with what waits, new documents before deferred ones and each in the order in which they came.
  /// - Parameters:
  ///   - domain: takes from this domain alone; `nil` takes from all.
  ///   - includingDeferred: also what the gate sent back.
  ///   - only: takes nothing but these; `nil` takes whatever is under no suspicion (`Bisection`).
  ///   - includingSuspects: also what is under suspicion.
  ///   - tokenLimit: of new documents at most; the first comes whatever its size.
  ///   - settings: a JSON object.
  /// - Returns: `nil` where nothing that waits could be trained on.
  /// - Throws: `DatabaseError.Kind.constraint` where a round runs already.
  package func beginRound(
    parent: Int, domain: String? = nil, includingDeferred: Bool, only: Set<DocumentID>? = nil,
    includingSuspects: Bool = false, tokenLimit: Int = .max, settings: String, now: Date
  ) throws -> Round? {
    var suspects: Set<DocumentID> = []
    if includingDeferred, only == nil, !includingSuspects { suspects = try bisection().documents }
    let found: [(id: DocumentID, domain: String, tokens: Int, trains: Bool)] = try rows(
      """
      SELECT id, domain, tokens, EXISTS (SELECT 1 FROM sample s WHERE s.document = d.id AND s.split = 'train') AS trains
      FROM document d
      WHERE (state = 'waiting' OR (state = 'deferred' AND ?1)) AND (?2 IS NULL OR domain = ?2)
        AND (trains OR EXISTS (SELECT 1 FROM piece p WHERE p.document = d.id))
      ORDER BY state = 'deferred', id
      """, includingDeferred, domain
    ) { (try $0[0], try $0[1], try $0[2], try $0[3]) }
    var tokens = 0
    let taken = found.filter { only?.contains($0.id) ?? !suspects.contains($0.id) }.prefix { document in
      defer { tokens += document.tokens }
      return tokens == 0 || tokens + document.tokens <= tokenLimit
    }
    guard taken.contains(where: \.trains) else { return nil }
    let domains = Set(taken.map(\.domain)).sorted()
    try run(
      "INSERT INTO round (state, domains, parent, started, settings) VALUES ('running', ?, ?, ?, ?)",
      try jsonArray(domains), parent, now, settings)
    let number = Int(lastInsertedRow)
    for document in taken {
      try run("INSERT INTO round_document (round, document) VALUES (?, ?)", number, document.id)
    }
    return try round(number)
  }

  /// A round's documents that may still be learned: those forgotten, superseded or quarantined since are left out.
  package func documents(inRound round: Int) throws -> [Document] {
    try rows(
      """
      SELECT id, sha256, domain, state, reason, bytes, encoding, language, profile, figures, received, samples, tokens,
        rejections, duplicate_of, superseded_by, similarity
      FROM document d JOIN round_document r ON r.document = d.id
      WHERE r.round = ? AND d.state IN ('waiting', 'deferred', 'learned') ORDER BY d.id
      """, round, map: Document.init)
  }

  /// A round's new training samples by document and ordinal, without their tokens.
  package func trainingSamples(ofRound round: Int) throws -> [ReplayCandidate] {
    try rows(
      """
      SELECT s.id, s.document, d.domain, s.token_count, s.supervised_count, s.replay_key, s.loss
      FROM round_document r JOIN document d ON d.id = r.document JOIN sample s ON s.document = d.id
      WHERE r.round = ? AND d.state IN ('waiting', 'deferred', 'learned') AND s.split = 'train'
      ORDER BY s.document, s.ordinal
      """, round
    ) { row in
      ReplayCandidate(
        sample: try row[0], document: try row[1], domain: try row[2], tokenCount: try row[3],
        supervisedCount: try row[4], replayKey: try row[5], loss: try row[6])
    }
  }
}
