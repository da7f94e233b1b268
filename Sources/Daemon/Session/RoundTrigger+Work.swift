import ReplayStore

extension RoundTrigger {
  /// Whether a round that starts for this reason may find something, before anything is made ready for it.
  func hasWork(_ db: Database) throws -> Bool {
    if try db.runningRound() != nil { return true }
    if self == .suspects { return try !db.bisection().suspects.isEmpty }
    return try db.waitingDomains().contains { waiting in
      (domain == nil || waiting.domain == domain)
        && (waiting.documents > 0 || (includesDeferred && waiting.deferredDocuments > 0))
    }
  }

  /// What is said to who asked for a round that found nothing.
  package var nothingToLearn: String {
    "Nothing waits\(domain.map { " in \($0)" } ?? "") that could be learned; drop documents first"
  }
}
