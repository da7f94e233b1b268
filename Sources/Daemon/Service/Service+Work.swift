import Foundation
import Platform
import ReplayStore

// What verbs ask for, and rounds.
extension Service {
  private static let requestInterval = Duration.seconds(1)
  private static let roundLookInterval = Duration.seconds(30)
  /// After a round that failed, doubled with each further one.
  private static let failureWait = Duration.seconds(60)

  // MARK: Requests

  func lookAtRequests() async {
    guard uptime() >= nextRequests else { return }
    nextRequests = uptime() + Self.requestInterval
    do {
      for request in try await store.read({ try $0.openRequests() }) {
        switch request.kind {
        case .pause: try await setPaused(true, request)
        case .resume: try await setPaused(false, request)
        case .train: try await train(request)
        case .rollback, .promote, .forget:
          // At work now: what is recorded in the store is not all of it yet, and its end tells.
          if state == .moving(request.id) { continue }
          // Done before a stop or a fault, and not told yet.
          if let outcome = request.outcome {
            try await finish(request.id, outcome: outcome)
          } else {
            await apply(.moveAsked(request.id))
          }
        }
      }
      degraded["store"] = nil
    } catch { storeFailed(error) }
  }

  private func setPaused(_ paused: Bool, _ request: Request) async throws {
    let moment = now()
    try await store.write { db in
      try db.setPaused(paused)
      try db.finish(request.id, outcome: "{\"paused\":\(paused)}", now: moment)
    }
    log.notice(paused ? "rounds.paused" : "rounds.resumed")
    nextRoundLook = .zero
  }

  private func train(_ request: Request) async throws {
    guard state == .idle else { return }
    let moment = now()
    guard let arguments = try? JSONDecoder().decode(TrainArguments.self, from: Data(request.arguments.utf8)) else {
      return try await finish(request.id, failure: "The request cannot be read; ask again with this stet's own verb.")
    }
    if try await store.read({ try $0.isPaused() }) {
      return try await finish(request.id, failure: "Rounds are paused; start them again with stet resume.")
    }
    let resumes = try await store.read { try $0.runningRound() } != nil
    // What failed just now is not tried at once again for being asked to.
    if resumes, uptime() < notBefore { return }
    if resumes {
      // The interrupted round comes first; the request waits for its turn, unless that round was begun for it.
      resumedFor = request.taken == nil ? nil : request.id
      await apply(.roundDue(.resumed))
    } else {
      try await store.write { try $0.take(request.id, now: moment) }
      await apply(.roundDue(.asked(request.id, domain: arguments.domain, retry: arguments.retry)))
    }
  }

  func finish(_ request: RequestID, outcome: String? = nil, failure: String? = nil) async throws {
    let moment = now()
    try await store.write { try $0.finish(request, outcome: outcome, failure: failure, now: moment) }
  }

  // MARK: Rounds

  func lookAtRounds() async {
    guard state == .idle, uptime() >= nextRoundLook else { return }
    nextRoundLook = uptime() + Self.roundLookInterval
    guard uptime() >= notBefore else { return }
    do {
      let (paused, running, waiting, bisection) = try await store.read { db in
        (try db.isPaused(), try db.runningRound(), try db.waitingDomains(), try db.bisection())
      }
      if paused { return }
      if running != nil { return await apply(.roundDue(.resumed)) }
      if !bisection.suspects.isEmpty, rule.allows(now()) { return await apply(.roundDue(.suspects)) }
      guard waiting != fruitless, let trigger = rule.due(waiting, now: now()) else { return }
      await apply(.roundDue(trigger))
    } catch { storeFailed(error) }
  }

  func startRound(_ trigger: RoundTrigger) {
    live.begin()
    let (handlers, settings, controls, mailbox) = (handlers, settings, live.controls, mailbox)
    Task.detached(executorPreference: rounds) {
      let result: Result<RoundResult?, any Error>
      do {
        result = .success(try await handlers.run(trigger, settings, controls))
      } catch { result = .failure(error) }
      mailbox.send(.roundEnded(trigger, result))
    }
  }

  func roundEnded(_ trigger: RoundTrigger, _ result: Result<RoundResult?, any Error>) async {
    nextRoundLook = .zero
    nextRequests = .zero
    let resumed = trigger == .resumed ? resumedFor : nil
    resumedFor = nil
    do {
      switch result {
      case .success(let round?):
        (failures, notBefore, fruitless) = (0, .zero, nil)
        degraded["round"] = nil
        if let request = trigger.request ?? resumed { try await finish(request, outcome: try json(round)) }
      case .success(nil):
        if trigger != .suspects { fruitless = try await store.read { try $0.waitingDomains() } }
        if let request = trigger.request {
          try await finish(request, failure: trigger.nothingToLearn + ".")
        }
      case .failure(let interruption as RoundInterruption):
        log.notice("round.interrupted", ["reason": "\(interruption)"])
        // After a stop the request stays open: the next start goes on with it.
        if case .abandoned = interruption, let request = trigger.request {
          try await finish(request, failure: "\(interruption)")
        }
      case .failure(let error):
        failures += 1
        notBefore = uptime() + Self.failureWait * (1 << min(failures - 1, 6))
        degraded["round"] = "\(error)"
        log.error("round.failed", ["reason": "\(error)", "attempts": failures])
        if let request = trigger.request { try await finish(request, failure: "\(error)") }
      }
    } catch { storeFailed(error) }
  }

  // MARK: Moves

  func startMove(_ id: RequestID) async {
    live.begin()
    let moment = now()
    let request: Request?
    do {
      request = try await store.write { db in
        try db.take(id, now: moment)
        return try db.request(id)
      }
    } catch {
      storeFailed(error)
      request = nil
    }
    guard let request else { return await apply(.workEnded) }
    let (handlers, settings, controls, mailbox) = (handlers, settings, live.controls, mailbox)
    Task.detached(executorPreference: rounds) {
      let result: Result<String, any Error>
      do {
        result = .success(try await handlers.move(request, settings, controls))
      } catch { result = .failure(error) }
      mailbox.send(.moveEnded(request, result))
    }
  }

  func moveEnded(_ request: Request, _ result: Result<String, any Error>) async {
    nextRoundLook = .zero
    nextRequests = .zero
    fruitless = nil
    // Copies of what was forgotten come back.
    if request.kind == .forget { nextRescan = .zero }
    await intake.forgetMemory()
    do {
      switch result {
      case .success(let outcome): try await finish(request.id, outcome: outcome)
      case .failure(let interruption as RoundInterruption):
        log.notice("move.interrupted", ["reason": "\(interruption)"])
      case .failure(let error):
        log.error("move.failed", ["kind": request.kind.rawValue, "reason": "\(error)"])
        try await finish(request.id, failure: "\(error)")
      }
    } catch { storeFailed(error) }
  }

  private func storeFailed(_ error: any Error) {
    if degraded["store"] == nil { log.error("store.failed", ["reason": "\(error)"]) }
    degraded["store"] = "\(error)"
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
