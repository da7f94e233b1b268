import Daemon
import Foundation
import Platform
import ReplayStore
import Testing

@Suite("What the daemon does next")
struct DaemonStateTests {
  private let request = RequestID(rawValue: 3)

  private var everyState: [DaemonState] {
    [.starting, .scanning, .idle, .working(.age), .yielding, .moving(request), .stopping, .stopped]
  }

  @Test("readiness is told after the first look at the folder, and only then")
  func ready() {
    let opened = DaemonState.starting.after(.opened)
    #expect(opened.state == .scanning && opened.actions == [.scan])
    let ended = opened.state.after(.firstScanEnded)
    #expect(ended.state == .idle && ended.actions == [.announceReady])
    for state in everyState where state != .scanning {
      #expect(!state.after(.firstScanEnded).actions.contains(.announceReady))
    }
  }

  @Test("one round at a time")
  func oneRound() {
    let working = DaemonState.idle.after(.roundDue(.enoughTokens))
    #expect(working.state == .working(.enoughTokens) && working.actions == [.startRound(.enoughTokens)])
    for state in everyState where state != .idle {
      #expect(state.after(.roundDue(.age)).state == state)
      #expect(state.after(.roundDue(.age)).actions.isEmpty)
    }
  }

  @Test("a rollback during a round has the round give up first, and moves then")
  func rollbackDuringRound() {
    let yielding = DaemonState.working(.age).after(.moveAsked(request))
    #expect(yielding.state == .yielding && yielding.actions == [.tellRound(.abandon)])
    #expect(yielding.state.after(.moveAsked(request)).actions.isEmpty)
    let idle = yielding.state.after(.workEnded)
    #expect(idle.state == .idle)
    let moving = idle.state.after(.moveAsked(request))
    #expect(moving.state == .moving(request) && moving.actions == [.startMove(request)])
    #expect(moving.state.after(.workEnded).state == .idle)
  }

  @Test("told to stop, it ends at once where nothing is at work, and waits for what is")
  func stops() {
    #expect(DaemonState.idle.after(.stopAsked(scanRuns: false)).state == .stopped)
    #expect(DaemonState.idle.after(.stopAsked(scanRuns: true)).state == .stopping)
    let working = DaemonState.working(.age).after(.stopAsked(scanRuns: false))
    #expect(working.state == .stopping && working.actions == [.announceStopping, .tellRound(.stop)])
    #expect(working.state.after(.quiet).state == .stopped)
    let moving = DaemonState.moving(RequestID(rawValue: 1)).after(.stopAsked(scanRuns: false))
    #expect(moving.state == .stopping && moving.actions == [.announceStopping, .tellRound(.stop)])
  }

  @Test("told to stop twice, every state has ended")
  func stopsTwice() {
    for state in everyState {
      let after = state.after(.stopAsked(scanRuns: true)).state.after(.stopAsked(scanRuns: true)).state
      #expect(after == .stopped)
    }
  }

  @Test("nothing begins any more once it was told to stop")
  func nothingBegins() {
    for state in [DaemonState.stopping, .stopped] {
      for event in [DaemonEvent.opened, .firstScanEnded, .roundDue(.age), .moveAsked(request), .workEnded] {
        let after = state.after(event)
        #expect(after.state == state && after.actions.isEmpty)
      }
    }
  }
}

@Suite("When a round starts by itself")
struct RoundRuleTests {
  private func rule(tokens: Int = 1000, age: Duration = .seconds(3600), window: TimeWindow = .always) throws
    -> RoundRule
  {
    var settings = Settings()
    (settings.round.tokens, settings.round.age, settings.round.window) = (tokens, age, window)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    return RoundRule(settings.round, calendar: calendar)
  }

  @Test("enough new tokens, or one document old enough")
  func tokensOrAge() throws {
    let rule = try rule()
    #expect(rule.due(newTokens: 0, oldest: nil, now: noon) == nil)
    #expect(rule.due(newTokens: 999, oldest: noon - 20, now: noon) == nil)
    #expect(rule.due(newTokens: 1000, oldest: noon - 20, now: noon) == .enoughTokens)
    #expect(rule.due(newTokens: 1, oldest: noon - 3599, now: noon) == nil)
    #expect(rule.due(newTokens: 1, oldest: noon - 3600, now: noon) == .age)
  }

  @Test("deferred documents join when enough new tokens come, or when asked for")
  func deferred() {
    #expect(RoundTrigger.enoughTokens.includesDeferred)
    #expect(!RoundTrigger.age.includesDeferred)
    #expect(!RoundTrigger.once.includesDeferred)
    #expect(RoundTrigger.asked(RequestID(rawValue: 1), domain: nil, retry: true).includesDeferred)
    #expect(!RoundTrigger.asked(RequestID(rawValue: 1), domain: nil, retry: false).includesDeferred)
  }

  @Test("outside the hours nothing starts")
  func window() throws {
    let rule = try rule(window: try #require(TimeWindow("22:00-06:00")))
    let midday = try #require(RFC3339.date(from: "2026-11-24T12:00:00Z"))
    #expect(rule.due(newTokens: 5000, oldest: midday, now: midday) == nil)
    #expect(rule.due(newTokens: 5000, oldest: midday, now: midday + 11 * 3600) == .enoughTokens)
  }
}
