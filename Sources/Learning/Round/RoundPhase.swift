/// Where a round is: written to disk at every change, before the actions that the change asks for.
package enum RoundPhase: Codable, Hashable, Sendable {
  /// No round runs.
  case waiting
  /// Current and base are measured on every new domain, before step 1.
  case preparing(RoundAttempt)
  case training(RoundAttempt)
  case evaluating(RoundAttempt, RoundCandidate)
  /// The gate let it through: it becomes a version.
  case publishing(RoundAttempt, RoundCandidate)
  /// It is recorded as rejected, and its documents are deferred.
  case rejecting(RoundAttempt, RejectionCause)
}

/// A round on its way to the gate.
package struct RoundAttempt: Codable, Hashable, Sendable {
  package var round: Int
  /// The version that it trains from.
  package var parent: Int
  /// Times that it was trained anew, from the parent.
  package var retries = 0
  /// What the gate has refused so far.
  package var tried: [Trial] = []

  package init(round: Int, parent: Int) {
    self.round = round
    self.parent = parent
  }

  /// A candidate that was not published.
  package struct Trial: Codable, Hashable, Sendable {
    package var retry: Int
    package var scale: Double
    package var judgement: Judgement

    package init(retry: Int, scale: Double, judgement: Judgement) {
      self.retry = retry
      self.scale = scale
      self.judgement = judgement
    }
  }
}

/// The trained parameters, or a step back from them towards current.
package struct RoundCandidate: Codable, Hashable, Sendable {
  /// 1 is the whole step.
  package var scale: Double
  /// Measured on all held-out pieces instead of the usual number.
  package var isEnlarged: Bool

  package init(scale: Double = 1, isEnlarged: Bool = false) {
    self.scale = scale
    self.isEnlarged = isEnlarged
  }
}

/// What the gate said, and of which domain it was worst.
package struct Judgement: Codable, Hashable, Sendable {
  package var decision: GateDecision
  package var worstDomain: String?
  /// That domain's rise of loss, as a share.
  package var worstRelative: Double?

  package init(_ decision: GateDecision, worstDomain: String? = nil, worstRelative: Double? = nil) {
    self.decision = decision
    self.worstDomain = worstDomain
    self.worstRelative = worstRelative
  }

  package init(_ outcome: GateOutcome) {
    let worst = outcome.worstOfRound
    self.init(outcome.decision, worstDomain: worst?.domain, worstRelative: worst?.relative)
  }
}

package enum RejectionCause: Codable, Hashable, Sendable {
  /// No scale and no retry stayed within the budgets.
  case forgetting
  /// No step was better on validation than the parent.
  case learnedNothing
  /// A loss or a gradient that is not finite, or the like.
  case failed(String)
}

package enum RoundEvent: Hashable, Sendable {
  case start(round: Int, parent: Int)
  /// The parent and the base are measured.
  case prepared
  /// The candidate is on disk. `improved`: some step was better on validation than the parent.
  case trained(improved: Bool)
  case judged(Judgement)
  case published
  case rejectionRecorded
  /// A rollback was asked for.
  case rollbackRequested
  /// The process was asked to end.
  case stopRequested
  /// A new process found this phase on disk.
  case resumed
  /// Learning itself cannot go on.
  case failed(String)
  /// The disk or the database cannot be written.
  case storageFailed
}

/// What the caller does after it has written the new phase. Each may run twice when the process dies in between.
package enum RoundAction: Hashable, Sendable {
  case measureBaseline(RoundAttempt)
  /// From the parent's parameters.
  case train(RoundAttempt, RoundEffort)
  /// From the checkpoint of this very retry; where there is none yet, from the parent's parameters.
  case continueTraining(RoundAttempt, RoundEffort)
  case saveCheckpoint
  case evaluate(RoundAttempt, RoundCandidate)
  /// Where the round has its version already, only what is left of publishing.
  case publish(RoundAttempt, RoundCandidate)
  case recordRejection(RoundAttempt, RejectionCause)
  /// The round ends without a verdict; its documents wait as before.
  case abandon(round: Int)
  /// Checkpoints and candidates of the round go, of whatever retry.
  case discardCheckpoints(round: Int)
  case rollBack
  /// The rollback's request stays until the round has ended.
  case holdRollback
  /// What this phase does is done again when storage is back.
  case retryWhenStorageReturns
  /// The event means nothing in this phase; the log says so.
  case ignore(RoundEvent)
}

/// How hard an attempt holds on to the old.
package struct RoundEffort: Codable, Hashable, Sendable {
  /// Times `replay.share`.
  package var replay: Double
  /// Times `ewc.lambda`.
  package var penalty: Double

  package init(replay: Double = 1, penalty: Double = 1) {
    self.replay = replay
    self.penalty = penalty
  }
}
