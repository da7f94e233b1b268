import Foundation
import Learning
import Testing

@Suite("The round's state machine")
struct RoundMachineTests {
  private let machine = RoundMachine()
  private let attempt = RoundAttempt(round: 12, parent: 6)
  private let whole = RoundCandidate()
  private let publish = RoundEvent.judged(Judgement(.publish))
  private let over = RoundEvent.judged(Judgement(.reject, worstDomain: "tickets", worstRelative: 0.019))
  private let unclear = RoundEvent.judged(Judgement(.undecided, worstDomain: "law", worstRelative: 0.004))

  private var retried: RoundAttempt {
    var attempt = attempt
    attempt.retries = 1
    attempt.tried = [
      .init(retry: 0, scale: 0.3, judgement: Judgement(.reject, worstDomain: "tickets", worstRelative: 0.019))
    ]
    return attempt
  }

  /// One of each phase.
  private var phases: [RoundPhase] {
    [
      .waiting, .preparing(attempt), .training(attempt), .evaluating(attempt, whole), .publishing(attempt, whole),
      .rejecting(attempt, .forgetting),
    ]
  }

  private func expect(
    _ phase: RoundPhase, _ event: RoundEvent, _ next: RoundPhase, _ actions: [RoundAction],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (reached, asked) = machine.next(phase, event)
    #expect(reached == next, sourceLocation: sourceLocation)
    #expect(asked == actions, sourceLocation: sourceLocation)
  }

  @Test("goes from start to a version in four steps")
  func straight() {
    expect(.waiting, .start(round: 12, parent: 6), .preparing(attempt), [.measureBaseline(attempt)])
    expect(.preparing(attempt), .prepared, .training(attempt), [.train(attempt, RoundEffort())])
    expect(
      .training(attempt), .trained(improved: true), .evaluating(attempt, whole), [.evaluate(attempt, whole)])
    expect(.evaluating(attempt, whole), publish, .publishing(attempt, whole), [.publish(attempt, whole)])
    expect(.publishing(attempt, whole), .published, .waiting, [.discardCheckpoints(round: 12)])
  }

  @Test("walks back, retries with twice the replay and a stronger penalty, then rejects")
  func refused() {
    var phase = RoundPhase.evaluating(attempt, whole)
    var scales: [Double] = []
    var efforts: [RoundEffort] = []
    for _ in 0..<20 {
      let (next, actions) = machine.next(phase, over)
      phase = next
      for action in actions {
        switch action {
        case let .evaluate(_, candidate): scales.append(candidate.scale)
        case let .train(attempt, effort):
          efforts.append(effort)
          #expect(actions.first == .discardCheckpoints(round: 12))
          phase = machine.next(.training(attempt), .trained(improved: true)).0
        default: break
        }
      }
      if case .rejecting = phase { break }
    }
    #expect(scales == [0.7, 0.5, 0.3, 0.7, 0.5, 0.3])
    #expect(efforts == [RoundEffort(replay: 2, penalty: 4)])
    guard case let .rejecting(attempt, .forgetting) = phase else {
      Issue.record("not rejected: \(phase)")
      return
    }
    #expect(attempt.tried.map(\.scale) == [1, 0.7, 0.5, 0.3, 1, 0.7, 0.5, 0.3])
    #expect(attempt.tried.map(\.retry) == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(attempt.tried.allSatisfy { $0.judgement.worstDomain == "tickets" })
    expect(phase, .rejectionRecorded, .waiting, [])
  }

  @Test("measures all pieces before it steps back from what is unclear, and keeps measuring them")
  func enlarges() {
    let enlarged = RoundCandidate(scale: 1, isEnlarged: true)
    expect(.evaluating(attempt, whole), unclear, .evaluating(attempt, enlarged), [.evaluate(attempt, enlarged)])
    let (next, _) = machine.next(.evaluating(attempt, enlarged), unclear)
    guard case let .evaluating(after, candidate) = next else {
      Issue.record("not evaluating: \(next)")
      return
    }
    #expect(candidate == RoundCandidate(scale: 0.7, isEnlarged: true))
    #expect(after.tried.map(\.scale) == [1])
    expect(.evaluating(attempt, enlarged), publish, .publishing(attempt, enlarged), [.publish(attempt, enlarged)])
  }

  @Test("publishes a smaller step when that is within budget")
  func publishesSmallerStep() {
    let (next, _) = machine.next(.evaluating(attempt, whole), over)
    guard case let .evaluating(after, candidate) = next else {
      Issue.record("not evaluating: \(next)")
      return
    }
    expect(next, publish, .publishing(after, candidate), [.publish(after, candidate)])
  }

  @Test("rejects a round that learned nothing, for what it is")
  func learnedNothing() {
    expect(
      .training(attempt), .trained(improved: false), .rejecting(attempt, .learnedNothing),
      [.recordRejection(attempt, .learnedNothing)])
    expect(
      .training(retried), .trained(improved: false), .rejecting(retried, .forgetting),
      [.recordRejection(retried, .forgetting)])
  }

  @Test("a new process takes up each phase where the old one was killed")
  func resumes() {
    expect(.waiting, .resumed, .waiting, [])
    expect(.preparing(attempt), .resumed, .preparing(attempt), [.measureBaseline(attempt)])
    expect(.training(attempt), .resumed, .training(attempt), [.continueTraining(attempt, RoundEffort())])
    expect(
      .training(retried), .resumed, .training(retried),
      [.continueTraining(retried, RoundEffort(replay: 2, penalty: 4))])
    expect(.evaluating(attempt, whole), .resumed, .evaluating(attempt, whole), [.evaluate(attempt, whole)])
    expect(.publishing(attempt, whole), .resumed, .publishing(attempt, whole), [.publish(attempt, whole)])
    expect(
      .rejecting(attempt, .forgetting), .resumed, .rejecting(attempt, .forgetting),
      [.recordRejection(attempt, .forgetting)])
  }

  @Test("every phase is on disk as it is in memory")
  func codable() throws {
    for phase in phases + [.training(retried), .rejecting(retried, .failed("step 3: the loss is nan"))] {
      #expect(try JSONDecoder().decode(RoundPhase.self, from: JSONEncoder().encode(phase)) == phase)
    }
  }

  @Test("a rollback abandons a round that has no verdict yet, and waits for one that has")
  func rollback() {
    expect(.waiting, .rollbackRequested, .waiting, [.rollBack])
    for phase in [.preparing(attempt), .training(attempt), .evaluating(attempt, whole)] as [RoundPhase] {
      expect(
        phase, .rollbackRequested, .waiting,
        [.abandon(round: 12), .discardCheckpoints(round: 12), .rollBack])
    }
    for phase in [.publishing(attempt, whole), .rejecting(attempt, .forgetting)] as [RoundPhase] {
      expect(phase, .rollbackRequested, phase, [.holdRollback])
    }
  }

  @Test("a process that is asked to end keeps the phase, and in training a checkpoint")
  func stops() {
    for phase in phases {
      let isTraining = phase == .training(attempt)
      expect(phase, .stopRequested, phase, isTraining ? [.saveCheckpoint] : [])
    }
  }

  @Test("what is not finite ends the round with its reason; what is recorded already stays")
  func failures() {
    let cause = RejectionCause.failed("step 3: the loss is nan")
    let failed = RoundEvent.failed("step 3: the loss is nan")
    for phase in [.preparing(attempt), .training(attempt), .evaluating(attempt, whole)] as [RoundPhase] {
      expect(phase, failed, .rejecting(attempt, cause), [.recordRejection(attempt, cause)])
    }
    for phase in [.publishing(attempt, whole), .rejecting(attempt, .forgetting)] as [RoundPhase] {
      expect(phase, failed, phase, [.retryWhenStorageReturns])
    }
  }

  @Test("a full disk loses no phase")
  func fullDisk() {
    for phase in phases where phase != .waiting { expect(phase, .storageFailed, phase, [.retryWhenStorageReturns]) }
    expect(.waiting, .storageFailed, .waiting, [.ignore(.storageFailed)])
  }

  @Test("an event that means nothing in a phase changes nothing and is said so")
  func ignores() {
    let events: [RoundEvent] = [
      .start(round: 13, parent: 6), .prepared, .trained(improved: true), publish, .published, .rejectionRecorded,
    ]
    // The one event of these that moves each phase on.
    let expected: [RoundEvent] = events.prefix(5) + [.rejectionRecorded]
    for (phase, own) in zip(phases, expected) {
      for event in events {
        if event == own {
          #expect(machine.next(phase, event).0 != phase)
        } else {
          expect(phase, event, phase, [.ignore(event)])
        }
      }
    }
  }
}
