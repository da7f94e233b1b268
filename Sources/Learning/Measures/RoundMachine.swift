/// The course of a round, without doing any of it: train, evaluate, and depending on the gate publish, look closer, step
/// back, train once more, or give up.
///
/// ```
/// waiting → training → evaluating ─ within ──────────────→ publishing → published
///              ↑        ↑  ↑  │ undecided: once more, on more pieces; then by the estimates
///              │        │  └──┘ over, after a walk: the next smaller step
///              │        │     over
///              │        └── walking (once an attempt) ─ no step is within budget, or the smallest one failed too
///              └─────────── retrying (once a round) ── no ─→ rejected
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
  /// Whether a candidate over budget is walked back before it is trained anew.
  package var walks: Bool

  package init(retries: Int = 1, retryShare: Double = 0, penaltyFactor: Double = 4, walks: Bool = true) {
    self.retries = retries
    self.retryShare = retryShare
    self.penaltyFactor = penaltyFactor
    self.walks = walks
  }

  /// `replay.share` of an attempt.
  package func replayShare(_ share: Double, in attempt: RoundAttempt) -> Double {
    attempt.number == 0 ? share : max(share, retryShare)
  }

  /// `ewc.lambda` or `general.weight` of an attempt.
  package func penalty(_ lambda: Double, in attempt: RoundAttempt) -> Double {
    (0..<attempt.number).reduce(lambda) { value, _ in value * penaltyFactor }
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
    switch event {
    case .abandon: return abandon(phase)
    case .interrupted: return interrupt(phase)
    case .started, .trained, .stoppedEarly, .evaluated, .walked, .retryAllowed, .published: break
    }
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
      guard let scale else { return ask(attempt) }
      precondition(scale > 0 && scale < 1, "walk: a scale of \(scale)")
      return evaluate(RoundAttempt(number: attempt.number, scale: scale, evidence: attempt.evidence))
    case let (.retrying(attempt), .retryAllowed(allowed)):
      guard allowed else { return Transition(.rejected, [.reject]) }
      return start(RoundAttempt(number: attempt.number + 1, evidence: attempt.evidence))
    case (.publishing, .published):
      return Transition(.published)
    case (.waiting, _), (.training, _), (.evaluating, _), (.walking, _), (.retrying, _), (.publishing, _),
      (.rejected, _), (.published, _), (.abandoned, _):
      return nil
    }
  }

  /// What there is to do after a restart in `phase`; each action can be done again from its beginning or checkpoint.
  package func resume(_ phase: RoundPhase) -> [RoundAction] {
    switch phase {
    case let .training(attempt): [.train(attempt)]
    case let .evaluating(attempt): [.evaluate(attempt)]
    case let .walking(attempt): [.walk(attempt)]
    case let .retrying(attempt): [.askForRetry(attempt)]
    case let .publishing(attempt): [.publish(attempt)]
    case .waiting, .rejected, .published, .abandoned: []
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
    guard walks else { return ask(attempt) }
    if attempt.scale == 1 { return Transition(.walking(attempt), [.walk(attempt)]) }
    guard let smaller = WalkBack.grid.first(where: { $0 < attempt.scale }) else { return ask(attempt) }
    return evaluate(RoundAttempt(number: attempt.number, scale: smaller, evidence: attempt.evidence))
  }

  private func ask(_ attempt: RoundAttempt) -> Transition {
    attempt.number < retries
      ? Transition(.retrying(attempt), [.askForRetry(attempt)]) : Transition(.rejected, [.reject])
  }

  private func start(_ attempt: RoundAttempt) -> Transition { Transition(.training(attempt), [.train(attempt)]) }

  private func evaluate(_ attempt: RoundAttempt) -> Transition {
    Transition(.evaluating(attempt), [.evaluate(attempt)])
  }

  private func interrupt(_ phase: RoundPhase) -> Transition {
    phase.isFinal || phase == .waiting ? Transition(phase) : Transition(phase, [.checkpoint])
  }

  private func abandon(_ phase: RoundPhase) -> Transition {
    switch phase {
    case .waiting, .training, .evaluating, .walking, .retrying: Transition(.abandoned, [.abandon])
    case .publishing, .rejected, .published, .abandoned: Transition(phase)
    }
  }
}
