import Foundation

/// Which part a stretch of a document plays.
package enum Split: String, CaseIterable, Codable, Hashable, Sendable, SQLConvertible {
  case train
  /// Held out, for every choice the program makes.
  case validation
  /// Held out, for the gate and for what people read.
  case test
  /// Between held-out and trained text, used for nothing.
  case gap
}

/// A sample to be stored.
package struct SampleRecord: Hashable, Sendable {
  /// The sample before encoding, as JSON.
  package var content: String
  package var encoded: StoredTokens
  package var split: Split
  /// For accuracy, where the sample has one.
  package var label: String?
  /// Uniformly random over all 64-bit integers: the smallest keys are a uniform draw.
  package var replayKey: Int64

  package init(content: String, encoded: StoredTokens, split: Split, label: String? = nil, replayKey: Int64) {
    self.content = content
    self.encoded = encoded
    self.split = split
    self.label = label
    self.replayKey = replayKey
  }
}

/// A sample as stored.
package struct StoredSample: Hashable, Sendable {
  package let id: SampleID
  package let document: DocumentID
  package let ordinal: Int
  package let split: Split
  package let content: String
  package let encoded: StoredTokens
  package let label: String?
  /// Mean loss when last measured, nats per token; `nil` where never.
  package let loss: Double?

  init(_ row: Row) throws {
    id = try row[0]
    document = try row[1]
    ordinal = try row[2]
    split = try row[3]
    content = try row[4]
    encoded = try row.tokens(at: 5)
    label = try row[7]
    loss = try row[8]
  }
}

extension Database {
  /// Samples get ordinals in the order of insertion.
  func insert(_ sample: SampleRecord, of document: DocumentID) throws {
    try run(
      """
      INSERT INTO sample
        (document, ordinal, split, content, tokens, supervised, token_count, supervised_count, label, replay_key)
      SELECT ?1, coalesce(max(ordinal) + 1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM sample WHERE document = ?1
      """, document, sample.split, sample.content, TokenBlob.encode(sample.encoded.tokens),
      SupervisionBlob.encode(sample.encoded.supervised), sample.encoded.tokens.count, sample.encoded.supervisedCount,
      sample.label, sample.replayKey)
  }

  package func samples(of document: DocumentID) throws -> [StoredSample] {
    try rows(
      """
      SELECT id, document, ordinal, split, content, tokens, supervised, label, loss FROM sample
      WHERE document = ? ORDER BY ordinal
      """, document, map: StoredSample.init)
  }

  /// Where a document begins, for a look at it.
  package func firstSample(of document: DocumentID) throws -> StoredSample? {
    try first(
      """
      SELECT id, document, ordinal, split, content, tokens, supervised, label, loss FROM sample
      WHERE document = ? ORDER BY ordinal LIMIT 1
      """, document, map: StoredSample.init)
  }

  /// A domain's training samples by document and ordinal, as many as `tokenLimit` tokens hold.
  package func trainingSamples(ofDomain domain: String, tokenLimit: Int) throws -> [StoredSample] {
    try rows(
      """
      SELECT id, document, ordinal, split, content, tokens, supervised, label, loss FROM (
        SELECT s.*, sum(s.token_count) OVER (ORDER BY s.document, s.ordinal) AS so_far
        FROM sample s JOIN document d ON d.id = s.document
        WHERE d.domain = ? AND d.state IN ('waiting', 'deferred', 'learned') AND s.split = 'train')
      WHERE so_far <= ? ORDER BY document, ordinal
      """, domain, tokenLimit, map: StoredSample.init)
  }

  /// Domains with training samples, by name.
  package func trainingDomains() throws -> [String] {
    try rows(
      """
      SELECT DISTINCT d.domain FROM sample s JOIN document d ON d.id = s.document
      WHERE d.state IN ('waiting', 'deferred', 'learned') AND s.split = 'train' ORDER BY d.domain
      """
    ) { try $0[0] }
  }

  /// Samples by number, in the order asked for; those that are gone are left out.
  package func samples(_ ids: [SampleID]) throws -> [StoredSample] {
    try ids.compactMap { id in
      try first(
        """
        SELECT id, document, ordinal, split, content, tokens, supervised, label, loss FROM sample WHERE id = ?
        """, id, map: StoredSample.init)
    }
  }

  /// Keeps each sample's latest mean loss, nats per token.
  package func recordLosses(_ losses: [SampleID: Double]) throws {
    for (id, loss) in losses { try run("UPDATE sample SET loss = ? WHERE id = ?", loss, id) }
  }
}
