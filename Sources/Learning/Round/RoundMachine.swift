import Foundation

/// A round from start to verdict, as a pure function: the caller writes the phase, then performs the actions.
///
/// ```
/// waiting ─start─► preparing ─► training ─► evaluating ─publish─► publishing ─► waiting
///                                  ▲         │   ▲  │
///                                  └─ retry ─┘   └──┘ more pieces, a smaller step
///                                            └── nothing left to try ─► rejecting ─► waiting
/// ```
/// A clear *over* steps back at once; *undecided* first measures all pieces. After the smallest step the round trains
/// anew with more replay and a stronger penalty, and after the last retry it is rejected.
package struct RoundMachine: Codable, Hashable, Sendable {
  /// Scales after the whole step, largest first.
  package var walk: [Double]
  package var retries: Int
  /// What each retry multiplies.
  package var effort: RoundEffort

  package init(
    walk: [Double] = WalkBack.grid, retries: Int = 1, effort: RoundEffort = RoundEffort(replay: 2, penalty: 4)
  ) {
    self.walk = walk
    self.retries = retries
    self.effort = effort
  }

  package func effort(of attempt: RoundAttempt) -> RoundEffort {
    RoundEffort(
      replay: pow(effort.replay, Double(attempt.retries)), penalty: pow(effort.penalty, Double(attempt.retries)))
  }

  package func next(_ phase: RoundPhase, _ event: RoundEvent) -> (RoundPhase, [RoundAction]) {
    switch phase {
    case .waiting: waiting(event)
    case .preparing(let attempt): preparing(attempt, event)
    case .training(let attempt): training(attempt, event)
    case .evaluating(let attempt, let candidate): evaluating(attempt, candidate, event)
    case .publishing(let attempt, let candidate): publishing(attempt, candidate, event)
    case .rejecting(let attempt, let cause): rejecting(attempt, cause, event)
    }
  }

  private func waiting(_ event: RoundEvent) -> (RoundPhase, [RoundAction]) {
    switch event {
    case let .start(round, parent):
      let attempt = RoundAttempt(round: round, parent: parent)
      return (.preparing(attempt), [.measureBaseline(attempt)])
    case .rollbackRequested: return (.waiting, [.rollBack])
    case .stopRequested, .resumed: return (.waiting, [])
    case .prepared, .trained, .judged, .published, .rejectionRecorded, .failed, .storageFailed:
      return (.waiting, [.ignore(event)])
    }
  }

  private func preparing(_ attempt: RoundAttempt, _ event: RoundEvent) -> (RoundPhase, [RoundAction]) {
    let phase = RoundPhase.preparing(attempt)
    switch event {
    case .prepared: return (.training(attempt), [.train(attempt, effort(of: attempt))])
    case .resumed: return (phase, [.measureBaseline(attempt)])
    case .stopRequested: return (phase, [])
    case .rollbackRequested: return rolledBack(attempt)
    case let .failed(reason): return reject(attempt, .failed(reason))
    case .storageFailed: return (phase, [.retryWhenStorageReturns])
    case .start, .trained, .judged, .published, .rejectionRecorded: return (phase, [.ignore(event)])
    }
  }

  private func training(_ attempt: RoundAttempt, _ event: RoundEvent) -> (RoundPhase, [RoundAction]) {
    let phase = RoundPhase.training(attempt)
    switch event {
    case .trained(improved: true): return evaluate(attempt, RoundCandidate())
    case .trained(improved: false): return reject(attempt, attempt.tried.isEmpty ? .learnedNothing : .forgetting)
    case .resumed: return (phase, [.continueTraining(attempt, effort(of: attempt))])
    case .stopRequested: return (phase, [.saveCheckpoint])
    case .rollbackRequested: return rolledBack(attempt)
    case let .failed(reason): return reject(attempt, .failed(reason))
    case .storageFailed: return (phase, [.retryWhenStorageReturns])
    case .start, .prepared, .judged, .published, .rejectionRecorded: return (phase, [.ignore(event)])
    }
  }

  private func evaluating(
    _ attempt: RoundAttempt, _ candidate: RoundCandidate, _ event: RoundEvent
  ) -> (RoundPhase, [RoundAction]) {
    let phase = RoundPhase.evaluating(attempt, candidate)
    switch event {
    case .judged(let judgement): return judged(attempt, candidate, judgement)
    case .resumed: return (phase, [.evaluate(attempt, candidate)])
    case .stopRequested: return (phase, [])
    case .rollbackRequested: return rolledBack(attempt)
    case let .failed(reason): return reject(attempt, .failed(reason))
    case .storageFailed: return (phase, [.retryWhenStorageReturns])
    case .start, .prepared, .trained, .published, .rejectionRecorded: return (phase, [.ignore(event)])
    }
  }

  private func publishing(
    _ attempt: RoundAttempt, _ candidate: RoundCandidate, _ event: RoundEvent
  ) -> (RoundPhase, [RoundAction]) {
    let phase = RoundPhase.publishing(attempt, candidate)
    switch event {
    case .published: return (.waiting, [.discardCheckpoints(round: attempt.round)])
    case .resumed: return (phase, [.publish(attempt, candidate)])
    case .stopRequested: return (phase, [])
    case .rollbackRequested: return (phase, [.holdRollback])
    case .failed, .storageFailed: return (phase, [.retryWhenStorageReturns])
    case .start, .prepared, .trained, .judged, .rejectionRecorded: return (phase, [.ignore(event)])
    }
  }

  private func rejecting(
    _ attempt: RoundAttempt, _ cause: RejectionCause, _ event: RoundEvent
  ) -> (RoundPhase, [RoundAction]) {
    let phase = RoundPhase.rejecting(attempt, cause)
    switch event {
    // The candidate and the report stay beside the round, for `promote --round`.
    case .rejectionRecorded: return (.waiting, [])
    case .resumed: return (phase, [.recordRejection(attempt, cause)])
    case .stopRequested: return (phase, [])
    case .rollbackRequested: return (phase, [.holdRollback])
    case .failed, .storageFailed: return (phase, [.retryWhenStorageReturns])
    case .start, .prepared, .trained, .judged, .published: return (phase, [.ignore(event)])
    }
  }

  // MARK: The verdict

  private func judged(
    _ attempt: RoundAttempt, _ candidate: RoundCandidate, _ judgement: Judgement
  ) -> (RoundPhase, [RoundAction]) {
    switch judgement.decision {
    case .publish: return (.publishing(attempt, candidate), [.publish(attempt, candidate)])
    case .undecided where !candidate.isEnlarged:
      return evaluate(attempt, RoundCandidate(scale: candidate.scale, isEnlarged: true))
    case .undecided, .reject: return stepBack(attempt, candidate, judgement)
    }
  }

  private func stepBack(
    _ attempt: RoundAttempt, _ candidate: RoundCandidate, _ judgement: Judgement
  ) -> (RoundPhase, [RoundAction]) {
    var attempt = attempt
    attempt.tried.append(.init(retry: attempt.retries, scale: candidate.scale, judgement: judgement))
    if let scale = walk.first(where: { $0 < candidate.scale }) {
      // What all pieces were needed for once, they will be needed for again.
      return evaluate(attempt, RoundCandidate(scale: scale, isEnlarged: candidate.isEnlarged))
    }
    guard attempt.retries < retries else { return reject(attempt, .forgetting) }
    attempt.retries += 1
    return (
      .training(attempt), [.discardCheckpoints(round: attempt.round), .train(attempt, effort(of: attempt))]
    )
  }

  private func evaluate(_ attempt: RoundAttempt, _ candidate: RoundCandidate) -> (RoundPhase, [RoundAction]) {
    (.evaluating(attempt, candidate), [.evaluate(attempt, candidate)])
  }

  private func reject(_ attempt: RoundAttempt, _ cause: RejectionCause) -> (RoundPhase, [RoundAction]) {
    (.rejecting(attempt, cause), [.recordRejection(attempt, cause)])
  }

  private func rolledBack(_ attempt: RoundAttempt) -> (RoundPhase, [RoundAction]) {
    (.waiting, [.abandon(round: attempt.round), .discardCheckpoints(round: attempt.round), .rollBack])
  }
}
