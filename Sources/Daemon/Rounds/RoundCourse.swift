import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Transformer

/// What has come of a round so far, beside what is on disk.
struct RoundCourse {
  /// A point between current and a trained candidate, and what the gate found there.
  struct Point {
    let attempt: RoundAttempt
    let adapter: Adapter
    /// Names its evaluations in the store.
    let subject: Int
    let judgement: CandidateJudgement
    let finding: GateFinding
  }

  /// Of the latest attempt.
  var trainer: RoundTrainer?
  /// The latest point that the gate saw.
  var point: Point?
  /// What was found along the latest attempt, the whole step first.
  var walk: [(scale: Double, judgement: CandidateJudgement)] = []

  /// Why it makes no version though the gate does not blame it for forgetting; `nil` where it does.
  var fault: String? {
    if trainer?.outcomeStep == 0 { return "nothing was learned: the validation loss never fell below its start" }
    guard let point, point.finding == .nothingLearned else { return nil }
    let figures = point.judgement.learned.map { gain in
      let change = gain.relative.map { Format.signedPercent($0) } ?? Format.none
      let together = gain.together.map { " (with earlier ones \(Format.signedPercent($0)))" } ?? ""
      return "\(gain.domain) \(change) on \(Format.count(gain.pieces, "piece"))\(together)"
    }
    return "too little was learned: " + figures.joined(separator: ", ")
  }
}

/// Carries out what `RoundMachine` says: it decides, this does.
extension RoundRunner {
  /// Points of one attempt have numbers of their own in the store, those that a walk only looks at from half on.
  private static let pointsPerAttempt = 16

  /// From wherever the round stands to its end.
  func follow(_ episode: inout Episode) async throws -> RoundResult {
    let machine = RoundMachine(
      retries: 1, retryShare: episode.settings.retryShare, penaltyFactor: Self.retryPenalty)
    var course = RoundCourse()
    var phase = try episode.folder.phase()
    var actions = machine.resume(phase)
    if phase == .waiting { try advance(&phase, &actions, machine, .started, episode) }
    while true {
      var event: RoundEvent?
      for action in actions {
        switch action {
        case .train(let attempt):
          course = RoundCourse(trainer: try await train(&episode, attempt: attempt, machine: machine))
          event = course.trainer?.isStopped == true ? .stoppedEarly : .trained
        case .restoreBest:
          // A trainer's outcome is its best step already.
          continue
        case .evaluate(let attempt): event = .evaluated(try await judge(attempt, &course, &episode))
        case .walk(let attempt): event = .walked(scale: try await walk(attempt, &course, &episode))
        case .record(let attempt):
          try recordTry(attempt, course, &episode)
          event = .recorded
        case .publish(let attempt):
          if course.point?.attempt != attempt { _ = try await judge(attempt, &course, &episode) }
          return try await publish(course, episode)
        case .reject:
          // The report is of the whole step, which is what stet promote --round makes a version of.
          let number = try episode.folder.plan()?.attempt ?? 0
          if course.point.map({ $0.attempt.number != number || $0.attempt.scale != 1 }) ?? true {
            _ = try await judge(RoundAttempt(number: number), &course, &episode)
          }
          return try await reject(course, episode)
        }
      }
      guard let event else { throw RoundInterruption.abandoned(round: episode.round.number) }
      try advance(&phase, &actions, machine, event, episode)
    }
  }

  private func advance(
    _ phase: inout RoundPhase, _ actions: inout [RoundAction], _ machine: RoundMachine, _ event: RoundEvent,
    _ episode: Episode
  ) throws {
    guard let transition = machine.next(phase, event) else {
      preconditionFailure("round \(episode.round.number): \(event) in \(phase)")
    }
    (phase, actions) = (transition.phase, transition.actions)
    // An end is the store's to record: until then the round stands before its last action.
    if !phase.isFinal { try episode.folder.write(phase) }
  }

  // MARK: Judging

  /// The trained candidate of the latest attempt, from memory or from its checkpoint.
  private func trained(_ course: inout RoundCourse, _ episode: Episode) throws -> RoundTrainer {
    if let trainer = course.trainer { return trainer }
    guard let saved = try episode.folder.checkpoint() else {
      throw LearningError.unreadableState("round \(episode.round.number) has no checkpoint")
    }
    let trainer = try RoundTrainer(restoring: saved, consolidation: episode.consolidation)
    course.trainer = trainer
    return trainer
  }

  private func point(_ trainer: RoundTrainer, scale: Double, _ episode: Episode) -> Adapter {
    Adapter(
      layout: engine.layout,
      parameters: WalkBack.parameters(from: episode.parent.parameters, towards: trainer.outcome, scale: scale))
  }

  private static func number(_ attempt: RoundAttempt, walking: Bool = false) -> Int {
    let place = ([1] + WalkBack.grid).firstIndex(of: attempt.scale) ?? 0
    return attempt.number * pointsPerAttempt + (walking ? pointsPerAttempt / 2 : 0) + place
  }

  /// Puts an attempt before the gate, on test pieces.
  func judge(
    _ attempt: RoundAttempt, _ course: inout RoundCourse, _ episode: inout Episode
  ) async throws -> GateFinding {
    let began = clock.now
    let trainer = try trained(&course, episode)
    let adapter = point(trainer, scale: attempt.scale, episode)
    let pieces = try await RoundPieces.choose(
      .test, round: episode.round, settings: episode.settings, evidence: attempt.evidence, store: store)
    let subject = EvaluationSubject.candidate(round: episode.round.number, attempt: Self.number(attempt))
    let evaluator = evaluator(episode)
    let general = try await evaluator.generalEvidence(
      parent: .version(episode.round.parent), episode.parent, candidate: subject, adapter)
    let judgement = try await evaluator.judge(
      adapter, as: subject, pieces: pieces, general: general, lineage: episode.lineage, parentAdapter: episode.parent,
      settings: episode.settings, seed: seed)
    let finding: GateFinding =
      trainer.outcomeStep == 0
      ? .nothingLearned
      : judgement.outcome.finding(gains: judgement.learned, minimumGain: episode.settings.minimumGain)
    let point = RoundCourse.Point(
      attempt: attempt, adapter: adapter, subject: Self.number(attempt), judgement: judgement, finding: finding)
    course.point = point
    course.walk.removeAll { $0.scale == attempt.scale }
    course.walk.append((attempt.scale, judgement))
    course.walk.sort { $0.scale > $1.scale }
    episode.ledger.evaluationSeconds += seconds(since: began)
    return finding
  }

  /// The largest part of the step that is within budget on pieces that neither training nor the gate reads; where the bounds
  /// of none are, as of few pieces or of one that current itself comes near, the largest whose estimates are. What was worst
  /// at the whole step is read first: a part that is over budget there needs no more.
  private func walk(
    _ attempt: RoundAttempt, _ course: inout RoundCourse, _ episode: inout Episode
  ) async throws -> Double? {
    let began = clock.now
    defer { episode.ledger.evaluationSeconds += seconds(since: began) }
    let trainer = try trained(&course, episode)
    let pieces = try await RoundPieces.choose(
      .validation, round: episode.round, settings: episode.settings, store: store)
    let rows = try await store.read { try $0.generalSamples(.validation) }.map { $0.sample.encoded.row }
    let evaluator = evaluator(episode)
    let before = try evaluator.divergences(rows, adapter: episode.parent)
    let worst = pieces.narrowed(to: course.point.flatMap { Self.worst(of: $0.judgement.outcome).domain })
    var likely: Double?
    for scale in WalkBack.grid {
      let tried = RoundAttempt(number: attempt.number, scale: scale, evidence: attempt.evidence)
      let adapter = point(trainer, scale: scale, episode)
      let general = zip(before, try evaluator.divergences(rows, adapter: adapter)).map {
        GeneralEvidence(tokens: $1.tokens, before: $0.sum, after: $1.sum)
      }
      func judgement(on pieces: RoundPieces) async throws -> CandidateJudgement {
        try await evaluator.judge(
          adapter, as: .candidate(round: episode.round.number, attempt: Self.number(tried, walking: true)),
          pieces: pieces, general: general, lineage: episode.lineage, parentAdapter: episode.parent,
          settings: episode.settings, seed: seed)
      }
      var found = try await judgement(on: worst)
      if Self.mayPass(found) { found = try await judgement(on: pieces) }
      course.walk.append((scale, found))
      if found.outcome.decision == .publish { return scale }
      if likely == nil, Self.mayPass(found) { likely = scale }
    }
    return likely
  }

  private static func mayPass(_ judgement: CandidateJudgement) -> Bool {
    judgement.outcome.decision == .publish
      || judgement.outcome.decision == .undecided && judgement.outcome.isWithinByEstimates
  }

  /// Keeps for the report what a refused attempt would have cost.
  private func recordTry(_ attempt: RoundAttempt, _ course: RoundCourse, _ episode: inout Episode) throws {
    let tried = RoundFolder.Ledger.Try(
      replayShare: try episode.folder.plan().map { Self.replayShare(of: $0) } ?? 0, walk: Self.steps(of: course))
    episode.ledger.tries.append(tried)
    try episode.folder.write(episode.ledger)
    log.notice(
      "round.retry",
      ["round": episode.round.number, "attempt": attempt.number + 1, "worst": tried.walk.first?.worstDomain ?? ""])
  }
}
