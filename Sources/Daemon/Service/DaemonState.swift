import ReplayStore

/// Why a round starts.
package enum RoundTrigger: Hashable, Sendable {
  /// A stop or a kill interrupted it.
  case resumed
  /// Enough new tokens wait.
  case enoughTokens
  /// The oldest new document has waited long enough.
  case age
  /// `stet train`.
  case asked(RequestID, domain: String?, retry: Bool)
  /// `run --once`.
  case once
  /// Documents whose rounds were refused twice are looked through.
  case suspects

  /// `nil` takes from every domain.
  package var domain: String? {
    if case .asked(_, let domain, _) = self { domain } else { nil }
  }

  /// Deferred documents join when enough new tokens join them, or when they are asked for.
  package var includesDeferred: Bool {
    switch self {
    case .enoughTokens: true
    case .asked(_, _, let retry): retry
    case .resumed, .age, .once, .suspects: false
    }
  }

  package var request: RequestID? {
    if case .asked(let request, _, _) = self { request } else { nil }
  }
}

/// What the daemon is doing, apart from looking at the folder, which it does beside everything else.
package enum DaemonState: Hashable, Sendable {
  case starting
  /// The first look at the folder; nobody is told that we are ready before it ends.
  case scanning
  case idle
  case working(RoundTrigger)
  /// The round was told to give up, because `current` is about to move.
  case yielding
  /// A rollback, a promotion or a forgetting is under way.
  case moving(RequestID)
  /// Told to stop, and something is still at work.
  case stopping
  case stopped
}

package enum DaemonEvent: Hashable, Sendable {
  case opened
  case firstScanEnded
  case roundDue(RoundTrigger)
  case moveAsked(RequestID)
  /// The round or the move is over.
  case workEnded
  /// - scanRuns: whether a look at the folder is under way.
  case stopAsked(scanRuns: Bool)
  /// While stopping: nothing is at work any more, or it took too long.
  case quiet
}

package enum DaemonAction: Hashable, Sendable {
  case scan
  case announceReady
  case startRound(RoundTrigger)
  case tellRound(RoundControl)
  case startMove(RequestID)
  case announceStopping
  case end
}

extension DaemonState {
  /// What follows an event, and what the caller has to do about it. An event that means nothing in a state changes
  /// nothing.
  package func after(_ event: DaemonEvent) -> (state: DaemonState, actions: [DaemonAction]) {
    switch (self, event) {
    case (.starting, .opened): (.scanning, [.scan])
    case (.scanning, .firstScanEnded): (.idle, [.announceReady])
    case (.idle, .roundDue(let trigger)): (.working(trigger), [.startRound(trigger)])
    case (.idle, .moveAsked(let request)): (.moving(request), [.startMove(request)])
    case (.working, .moveAsked): (.yielding, [.tellRound(.abandon)])
    case (.working, .workEnded), (.yielding, .workEnded), (.moving, .workEnded): (.idle, [])

    case (.starting, .stopAsked): (.stopped, [.announceStopping, .end])
    case (.idle, .stopAsked(scanRuns: false)): (.stopped, [.announceStopping, .end])
    case (.idle, .stopAsked(scanRuns: true)), (.scanning, .stopAsked): (.stopping, [.announceStopping])
    // A move that trains nothing never asks; a promotion past the gate measures for minutes and goes on at the next start.
    case (.working, .stopAsked), (.moving, .stopAsked): (.stopping, [.announceStopping, .tellRound(.stop)])
    case (.yielding, .stopAsked): (.stopping, [.announceStopping])
    // Told twice: what is at work goes on at the next start all the same.
    case (.stopping, .stopAsked), (.stopping, .quiet): (.stopped, [.end])

    case (.starting, _), (.scanning, _), (.idle, _), (.working, _), (.yielding, _), (.moving, _), (.stopping, _),
      (.stopped, _):
      (self, [])
    }
  }

  /// One word for `status`.
  package var word: String {
    switch self {
    case .starting: "starting"
    case .scanning: "scanning"
    case .idle: "idle"
    case .working: "training"
    case .yielding, .moving: "moving"
    case .stopping: "stopping"
    case .stopped: "stopped"
    }
  }
}
