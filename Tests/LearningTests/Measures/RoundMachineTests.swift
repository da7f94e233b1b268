import Foundation
import Learning
import Testing

@Suite("The course of a round")
struct RoundMachineTests {
  private let machine = RoundMachine()

  private static let findings: [GateFinding] = [
    .within, .over, .undecided(withinByPoint: true), .undecided(withinByPoint: false), .nothingLearned,
  ]
  private static let events: [RoundEvent] =
    [.started, .trained, .stoppedEarly] + findings.map(RoundEvent.evaluated) + [
      .walked(scale: 0.5), .walked(scale: nil), .recorded, .published,
    ]

  /// Plays events from `waiting`; fails where one does not belong.
  private func play(_ events: [RoundEvent], _ machine: RoundMachine) throws -> RoundMachine.Transition {
    var transition = RoundMachine.Transition(.waiting)
    for event in events { transition = try #require(machine.next(transition.phase, event), "\(event)") }
    return transition
  }

  /// Everything that can be reached, with the events that lead on from it.
  private func reachable(_ machine: RoundMachine) -> [RoundPhase: [(RoundEvent, RoundPhase)]] {
    var found: [RoundPhase: [(RoundEvent, RoundPhase)]] = [:]
    var open: [RoundPhase] = [.waiting]
    while let phase = open.popLast() {
      if found[phase] != nil { continue }
      found[phase] = Self.events.compactMap { event in machine.next(phase, event).map { (event, $0.phase) } }
      open += (found[phase] ?? []).map(\.1)
    }
    return found
  }

  @Test("a good candidate is trained, evaluated and published")
  func straight() throws {
    #expect(try play([.started], machine).actions == [.train(RoundAttempt())])
    #expect(try play([.started, .trained], machine).actions == [.evaluate(RoundAttempt())])
    let early = try play([.started, .stoppedEarly], machine)
    #expect(early.actions == [.restoreBest(RoundAttempt()), .evaluate(RoundAttempt())])
    #expect(
      try play([.started, .trained, .evaluated(.within)], machine)
        == .init(.publishing(RoundAttempt()), [.publish(RoundAttempt())]))
    #expect(try play([.started, .trained, .evaluated(.within), .published], machine) == .init(.published))
  }

  @Test("undecided looks at more pieces once, then goes by the estimates")
  func enlarges() throws {
    let closer = RoundAttempt(evidence: .enlarged)
    let undecided = RoundEvent.evaluated(.undecided(withinByPoint: true))
    #expect(try play([.started, .trained, undecided], machine) == .init(.evaluating(closer), [.evaluate(closer)]))
    #expect(try play([.started, .trained, undecided, undecided], machine).phase == .publishing(closer))
    let over = RoundEvent.evaluated(.undecided(withinByPoint: false))
    #expect(try play([.started, .trained, over, over], machine).phase == .walking(closer))
  }

  @Test("over budget walks back, step by step, then trains once more, then walks again, then gives up")
  func lastResorts() throws {
    var events: [RoundEvent] = [.started, .trained, .evaluated(.over)]
    #expect(try play(events, machine) == .init(.walking(RoundAttempt()), [.walk(RoundAttempt())]))
    events.append(.walked(scale: 0.5))
    let half = RoundAttempt(scale: 0.5)
    #expect(try play(events, machine) == .init(.evaluating(half), [.evaluate(half)]))
    #expect(try play(events + [.evaluated(.within)], machine).phase == .publishing(half))
    events.append(.evaluated(.over))
    let least = RoundAttempt(scale: 0.3)
    #expect(try play(events, machine) == .init(.evaluating(least), [.evaluate(least)]))
    events.append(.evaluated(.over))
    #expect(try play(events, machine) == .init(.retrying(least), [.record(least)]))
    events.append(.recorded)
    let second = RoundAttempt(number: 1)
    #expect(try play(events, machine) == .init(.training(second), [.train(second)]))
    events += [.trained, .evaluated(.over), .walked(scale: nil)]
    #expect(try play(events, machine) == .init(.rejected, [.reject]))
  }

  @Test("more pieces once asked for stay for the retry")
  func keepsEvidence() throws {
    let undecided = RoundEvent.evaluated(.undecided(withinByPoint: false))
    let retried = try play(
      [.started, .trained, undecided, undecided, .walked(scale: nil), .recorded], machine)
    #expect(retried.phase == .training(RoundAttempt(number: 1, evidence: .enlarged)))
  }

  @Test("what learned nothing is rejected at once: no smaller step and no replay would help it")
  func nothingLearned() throws {
    #expect(try play([.started, .trained, .evaluated(.nothingLearned)], machine) == .init(.rejected, [.reject]))
  }

  @Test("without retries, over budget is rejected once no smaller step is within it")
  func strict() throws {
    let events: [RoundEvent] = [.started, .trained, .evaluated(.over), .walked(scale: nil)]
    #expect(try play(events, RoundMachine(retries: 0)) == .init(.rejected, [.reject]))
  }

  @Test("a retry has its own share of replay, never less than the first training, and a stronger penalty")
  func strongerRetry() {
    let machine = RoundMachine(retryShare: 0.7)
    let (first, second) = (RoundAttempt(), RoundAttempt(number: 1))
    for share in [0, 0.2, 0.8] {
      #expect(machine.replayShare(share, in: first) == share)
      #expect(machine.replayShare(share, in: second) == max(share, 0.7))
    }
    #expect(machine.penalty(3, in: first) == 3 && machine.penalty(3, in: second) == 12)
  }

  @Test("in every phase that can be reached, exactly the events that belong are taken")
  func legalEvents() {
    for (phase, edges) in reachable(machine) {
      let own: Set<RoundEvent> =
        switch phase {
        case .waiting: [.started]
        case .training: [.trained, .stoppedEarly]
        case .evaluating: Set(Self.findings.map(RoundEvent.evaluated))
        case .walking: [.walked(scale: 0.5), .walked(scale: nil)]
        case .retrying: [.recorded]
        case .publishing: [.published]
        case .rejected, .published: []
        }
      #expect(Set(edges.map(\.0)) == own, "\(phase)")
    }
  }

  @Test("every course ends, after at most two trainings and seven looks at the gate's pieces")
  func everyCourseEnds() {
    let graph = reachable(machine)
    var most = (trainings: 0, evaluations: 0)
    func follow(_ phase: RoundPhase, trainings: Int, evaluations: Int, length: Int) {
      #expect(length < 20, "a course that goes on: \(phase)")
      if length >= 20 { return }
      most = (max(most.trainings, trainings), max(most.evaluations, evaluations))
      let onward = graph[phase] ?? []
      #expect(onward.isEmpty == phase.isFinal, "\(phase)")
      for (_, next) in onward {
        var (trained, evaluated) = (trainings, evaluations)
        if case .training = next { trained += 1 }
        if case .evaluating = next { evaluated += 1 }
        follow(next, trainings: trained, evaluations: evaluated, length: length + 1)
      }
    }
    follow(.waiting, trainings: 0, evaluations: 0, length: 0)
    #expect(most == (trainings: 2, evaluations: 7))
  }

  @Test("a restart does again what the phase is about, which is what led to it asked for")
  func restarts() {
    for (phase, edges) in reachable(machine) {
      #expect(machine.resume(phase).count == (phase.isFinal || phase == .waiting ? 0 : 1))
      for (event, next) in edges where !next.isFinal {
        #expect(machine.next(phase, event)?.actions.suffix(1) == machine.resume(next).suffix(1))
      }
    }
  }

  @Test("every phase comes back from its checkpoint")
  func coding() throws {
    for phase in reachable(machine).keys {
      #expect(try JSONDecoder().decode(RoundPhase.self, from: JSONEncoder().encode(phase)) == phase)
    }
  }
}
