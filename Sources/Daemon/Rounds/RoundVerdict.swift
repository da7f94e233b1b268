import Foundation
import Learning
import ModelFiles
import ReplayStore
import Tensors
import Transformer

/// What an attempt came to.
struct RoundVerdict: Sendable {
  /// A step from the candidate back towards current.
  struct WalkStep: Sendable {
    let scale: Double
    let judgement: CandidateJudgement
  }

  /// The point that may be published; `nil` where none may.
  var accepted: Adapter?
  /// Names the accepted point's evaluations in the store, else the whole step's.
  var subject: Int
  /// Of the accepted point, else of the whole step.
  var judgement: CandidateJudgement
  /// Every point tried, the whole step first.
  var walk: [WalkStep]
  /// The validation loss never fell below its start.
  var learnedNothing: Bool
  /// The step whose parameters had the best validation loss, and how many there were.
  var bestStep: Int
  var steps: Int
  var alarm: String?
}

extension RoundRunner {
  /// Points of one attempt's walk have numbers of their own in the store.
  private static let pointsPerAttempt = 16

  /// Judges the whole step, and where the gate does not publish that, points on the way back to current.
  func evaluate(_ trainer: RoundTrainer, _ episode: inout Episode, attempt: Int) async throws -> RoundVerdict {
    let began = clock.now
    defer { episode.ledger.evaluationSeconds += seconds(since: began) }
    let evaluator = evaluator(episode)
    var pieces = episode.pieces
    var walk: [RoundVerdict.WalkStep] = []
    var accepted: (adapter: Adapter, place: Int)?
    let hasEnough = { [minimum = episode.settings.minimumGain] (judgement: CandidateJudgement) in
      judgement.gain.map { $0 > minimum } ?? true
    }
    for (place, scale) in ([1] + WalkBack.grid).enumerated() {
      let point = Adapter(
        layout: engine.layout,
        parameters: WalkBack.parameters(
          from: episode.parent.parameters, towards: trainer.outcome, scale: scale))
      let subject = EvaluationSubject.candidate(
        round: episode.round.number, attempt: attempt * Self.pointsPerAttempt + place)
      func judge() async throws -> CandidateJudgement {
        try await evaluator.judge(
          point, as: subject, pieces: pieces, lineage: episode.lineage, parentAdapter: episode.parent,
          settings: episode.settings, seed: seed)
      }
      var judgement = try await judge()
      if judgement.outcome.decision == .undecided, pieces.isEnlarged == false {
        // More pieces narrow the bounds; they are measured on both sides, and stay for the rest of the walk.
        pieces = try await RoundPieces.choose(
          round: episode.round, settings: episode.settings, enlarged: true, store: store)
        judgement = try await judge()
      }
      walk.append(RoundVerdict.WalkStep(scale: scale, judgement: judgement))
      if trainer.outcomeStep == 0 { break }
      if judgement.outcome.decision == .publish {
        if hasEnough(judgement) { accepted = (point, place) }
        break
      }
    }
    let place = accepted?.place ?? 0
    return RoundVerdict(
      accepted: accepted?.adapter, subject: attempt * Self.pointsPerAttempt + place, judgement: walk[place].judgement,
      walk: walk, learnedNothing: trainer.outcomeStep == 0, bestStep: trainer.outcomeStep, steps: trainer.step,
      alarm: trainer.watch.alarm?.description)
  }
}
