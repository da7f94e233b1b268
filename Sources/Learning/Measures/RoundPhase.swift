/// One try of a round at a candidate.
package struct RoundAttempt: Codable, Hashable, Sendable {
  /// How many held-out pieces a domain is measured on.
  package enum Evidence: String, Codable, Hashable, Sendable {
    case usual
    /// All that there are, after an undecided verdict; kept for the rest of the round.
    case enlarged
  }

  /// 0 for the first training, 1 for the retry.
  package var number = 0
  /// The candidate is θ_current + scale·(θ_trained − θ_current); 1 is the whole step.
  package var scale = 1.0
  package var evidence = Evidence.usual

  package init(number: Int = 0, scale: Double = 1, evidence: Evidence = .usual) {
    self.number = number
    self.scale = scale
    self.evidence = evidence
  }
}

/// Where a round stands. Written to the round's folder; a daemon that was stopped or killed asks `RoundMachine.resume`. A
/// round can be given up in any phase, which the machine need not know of.
package enum RoundPhase: Codable, Hashable, Sendable {
  case waiting
  case training(RoundAttempt)
  /// Before the gate, on test pieces.
  case evaluating(RoundAttempt)
  /// Looking, on validation pieces, for the largest step towards the candidate that is within budget.
  case walking(RoundAttempt)
  /// This attempt may not be published, and there is another.
  case retrying(RoundAttempt)
  case publishing(RoundAttempt)
  case rejected
  case published

  /// Whether the round is over.
  package var isFinal: Bool {
    switch self {
    case .rejected, .published: true
    case .waiting, .training, .evaluating, .walking, .retrying, .publishing: false
    }
  }
}

/// What the gate found, as far as the round's course depends on it; `GateOutcome.finding` makes it.
package enum GateFinding: Codable, Hashable, Sendable {
  case within
  case over
  /// The bounds lie on both sides of a budget.
  /// - withinByPoint: whether the estimates themselves are within all budgets.
  case undecided(withinByPoint: Bool)
  /// The new domains did not get better, so neither a smaller step nor more replay would help.
  case nothingLearned
}

package enum RoundEvent: Codable, Hashable, Sendable {
  case started
  /// All planned steps are done.
  case trained
  /// Validation loss stopped falling: the best parameters seen are the candidate, not the last.
  case stoppedEarly
  case evaluated(GateFinding)
  /// The scale the walk chose, between 0 and 1; `nil` where no step of the grid was within budget.
  case walked(scale: Double?)
  /// What the refused attempt cost is written down.
  case recorded
  case published
}

/// What the caller does next, in order.
package enum RoundAction: Codable, Hashable, Sendable {
  case train(RoundAttempt)
  case restoreBest(RoundAttempt)
  case evaluate(RoundAttempt)
  case walk(RoundAttempt)
  /// Keep for the report what this attempt would have cost, before another replaces it.
  case record(RoundAttempt)
  case publish(RoundAttempt)
  /// Report, and defer the round's documents.
  case reject
}
