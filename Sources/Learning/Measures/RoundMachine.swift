/// The course of a round, without doing any of it: train, evaluate, and depending on the gate publish, look closer, step
/// back, train once more, or give up.
///
/// ```
/// waiting → training → evaluating ─ within ──────────────→ publishing → published
///              ↑        ↑  ↑  │ undecided: once more, on more pieces; then by the estimates
///              │        │  └──┘ over, after a walk: the next smaller step
///              │        │     over
///              │        └── walking (once an attempt) ─ no step is within budget, or the smallest one failed too
///              └─────────── retrying (once a round), and after that rejected
/// ```
/// The walk chooses on validation pieces, the gate judges its choice on test pieces. Where it refuses, the next smaller
/// step faces it before anything is trained again: smaller steps forget less, so that is no way of trying one's luck.
package struct RoundMachine: Codable, Hashable, Sendable {
  /// Trainings after the first.
  package var retries: Int
  /// `replay.share` of retries, where that is more than the first training's.
  package var retryShare: Double
  /// Each retry multiplies `ewc.lambda` and `general.weight` by this.
  package var penaltyFactor: Double

  package init(retries: Int = 1, retryShare: Double = 0, penaltyFactor: Double = 4) {
    self.retries = retries
    self.retryShare = retryShare
    self.penaltyFactor = penaltyFactor
  }

  /// `replay.share` of an attempt.
  package func replayShare(_ share: Double, in attempt: RoundAttempt) -> Double {
    attempt.number == 0 ? share : max(share, retryShare)
  }

  /// `ewc.lambda` or `general.weight` of an attempt.
  package func penalty(_ lambda: Double, in attempt: RoundAttempt) -> Double {
    (0..<attempt.number).reduce(lambda) { value, _ in value * penaltyFactor }
  }

  /// Share of the rate in an attempt: less where the gate held the one before it back.
  package func rateScale(_ scale: Float, in attempt: RoundAttempt) -> Float {
    (0..<attempt.number).reduce(scale) { value, _ in value * LearningRateSchedule.heldBack }
  }

  package struct Transition: Codable, Hashable, Sendable {
    package var phase: RoundPhase
    package var actions: [RoundAction]

    package init(_ phase: RoundPhase, _ actions: [RoundAction] = []) {
      self.phase = phase
      self.actions = actions
    }
  }

  /// - Returns: `nil` where the event does not belong to the phase: the caller reports a bug and keeps the phase.
  package func next(_ phase: RoundPhase, _ event: RoundEvent) -> Transition? {
    switch (phase, event) {
    case (.waiting, .started):
      return start(RoundAttempt())
    case let (.training(attempt), .trained):
      return evaluate(attempt)
    case let (.training(attempt), .stoppedEarly):
      return Transition(.evaluating(attempt), [.restoreBest(attempt), .evaluate(attempt)])
    case let (.evaluating(attempt), .evaluated(finding)):
      return judge(attempt, finding)
    case let (.walking(attempt), .walked(scale)):
      guard let scale else { return retry(attempt) }
      precondition(scale > 0 && scale < 1, "walk: a scale of \(scale)")
      return evaluate(RoundAttempt(number: attempt.number, scale: scale, evidence: attempt.evidence))
    case let (.retrying(attempt), .recorded):
      return start(RoundAttempt(number: attempt.number + 1, evidence: attempt.evidence))
    case (.publishing, .published):
      return Transition(.published)
    case (.waiting, _), (.training, _), (.evaluating, _), (.walking, _), (.retrying, _), (.publishing, _),
      (.rejected, _), (.published, _):
      return nil
    }
  }

  /// What there is to do after a restart in `phase`; each action can be done again from its beginning or checkpoint.
  package func resume(_ phase: RoundPhase) -> [RoundAction] {
    switch phase {
    case let .training(attempt): [.train(attempt)]
    case let .evaluating(attempt): [.evaluate(attempt)]
    case let .walking(attempt): [.walk(attempt)]
    case let .retrying(attempt): [.record(attempt)]
    case let .publishing(attempt): [.publish(attempt)]
    case .waiting, .rejected, .published: []
    }
  }

  private func judge(_ attempt: RoundAttempt, _ finding: GateFinding) -> Transition {
    switch finding {
    case .within: return Transition(.publishing(attempt), [.publish(attempt)])
    case .over: return stepBack(attempt)
    case .nothingLearned: return Transition(.rejected, [.reject])
    case let .undecided(withinByPoint):
      switch attempt.evidence {
      case .usual:
        var closer = attempt
        closer.evidence = .enlarged
        return evaluate(closer)
      case .enlarged:
        return withinByPoint ? Transition(.publishing(attempt), [.publish(attempt)]) : stepBack(attempt)
      }
    }
  }

  private func stepBack(_ attempt: RoundAttempt) -> Transition {
    if attempt.scale == 1 { return Transition(.walking(attempt), [.walk(attempt)]) }
    guard let smaller = WalkBack.grid.first(where: { $0 < attempt.scale }) else { return retry(attempt) }
    return evaluate(RoundAttempt(number: attempt.number, scale: smaller, evidence: attempt.evidence))
  }

  private func retry(_ attempt: RoundAttempt) -> Transition {
    attempt.number < retries
      ? Transition(.retrying(attempt), [.record(attempt)]) : Transition(.rejected, [.reject])
  }

  private func start(_ attempt: RoundAttempt) -> Transition { Transition(.training(attempt), [.train(attempt)]) }

  private func evaluate(_ attempt: RoundAttempt) -> Transition {
    Transition(.evaluating(attempt), [.evaluate(attempt)])
  }
}
