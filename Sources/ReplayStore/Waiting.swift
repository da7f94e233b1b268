import Foundation

/// What waits in a domain for the next round.
package struct WaitingDomain: Hashable, Sendable {
  package let domain: String
  /// Waiting, and in no running round.
  package let documents: Int
  /// Tokens in their training samples.
  package let tokens: Int
  /// When the longest-waiting one came.
  package let oldest: Date?
  /// Deferred: they join only with enough new tokens, or when asked.
  package let deferredDocuments: Int
  package let deferredTokens: Int
}

extension Database {
  /// Domains in which documents wait or are deferred, by name; documents of the running round are not among them.
  package func waitingDomains() throws -> [WaitingDomain] {
    try rows(
      """
      SELECT domain,
        sum(state = 'waiting'), sum(iif(state = 'waiting', tokens, 0)), min(iif(state = 'waiting', received, NULL)),
        sum(state = 'deferred'), sum(iif(state = 'deferred', tokens, 0))
      FROM document
      WHERE state IN ('waiting', 'deferred') AND id NOT IN
        (SELECT r.document FROM round_document r JOIN round ON round.number = r.round WHERE round.state = 'running')
      GROUP BY domain ORDER BY domain
      """
    ) { row in
      WaitingDomain(
        domain: try row[0], documents: try row[1], tokens: try row[2], oldest: try row[3],
        deferredDocuments: try row[4], deferredTokens: try row[5])
    }
  }
}
