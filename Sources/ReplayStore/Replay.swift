import Foundation

/// A sample that a round may replay, without its tokens.
package struct ReplayCandidate: Hashable, Sendable {
  package let sample: SampleID
  package let document: DocumentID
  package let domain: String
  package let tokenCount: Int
  package let supervisedCount: Int
  package let replayKey: Int64
  package let loss: Double?
}

extension Database {
  /// Domains that have learned samples to replay, by name.
  package func replayDomains() throws -> [String] {
    try rows(
      """
      SELECT DISTINCT domain FROM document d
      WHERE state = 'learned' AND EXISTS (SELECT 1 FROM sample WHERE document = d.id AND split = 'train')
      ORDER BY domain
      """
    ) { try $0[0] }
  }

  /// A domain's replay reservoir in the order of its keys, from `start` on and then from the smallest: any prefix is a
  /// uniform draw, and another `start` is another draw. Only documents learned in the lineage of the current version
  /// are in it, since only they are `learned`.
  /// - Parameter tokenLimit: the draw ends with the sample that reaches it; `nil` gives all.
  /// - Parameter share: the part of the reservoir that may be used, 0 to 1: the same samples whatever the `start`.
  package func replayCandidates(
    domain: String, startingAt start: Int64 = .min, tokenLimit: Int? = nil, share: Double = 1
  ) throws -> [ReplayCandidate] {
    guard share > 0 else { return [] }
    // The keys are uniform over all 64-bit integers, so a share of the samples is a share of the key's range.
    let last = share >= 1 ? Int64.max : Int64((share * 0x1p64 - 0x1p63).rounded(.down))
    var candidates: [ReplayCandidate] = []
    var tokens = 0
    let collect = { (row: Row) throws in
      if let tokenLimit, tokens >= tokenLimit { return }
      let candidate = ReplayCandidate(
        sample: try row[0], document: try row[1], domain: domain, tokenCount: try row[2], supervisedCount: try row[3],
        replayKey: try row[4], loss: try row[5])
      tokens += candidate.tokenCount
      candidates.append(candidate)
    }
    _ = try rows(
      """
      SELECT s.id, s.document, s.token_count, s.supervised_count, s.replay_key, s.loss
      FROM document d JOIN sample s ON s.document = d.id
      WHERE d.state = 'learned' AND d.domain = ? AND s.split = 'train' AND s.replay_key <= ?
      ORDER BY s.replay_key < ?, s.replay_key, s.id
      """, domain, last, start, map: collect)
    return candidates
  }
}
