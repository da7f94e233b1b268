import Foundation
import Learning
import Reports

/// Where a round is, for the screen, `status` and the watchdog.
package struct RoundActivity: Codable, Hashable, Sendable {
  package enum Phase: String, Codable, Hashable, Sendable {
    case general, before, consolidation, training, evaluation, publishing
  }

  /// 0 before it has begun.
  package var round: Int
  package var domains: [String]
  package var phase: Phase
  /// Done and to do, in optimiser steps or in pieces.
  package var step: Int
  package var steps: Int
  package var attempt: Int
  /// Of the latest step, nats per token.
  package var loss: Double?
  /// EWC's penalty over the loss.
  package var penaltyRatio: Double?
  package var tokensPerSecond: Double?
  /// Until the last step, at the present rate.
  package var secondsLeft: Double?
}

/// How a round ended.
package struct RoundResult: Codable, Hashable, Sendable {
  package enum State: String, Codable, Hashable, Sendable {
    case published, rejected, abandoned
  }

  package var round: Int
  /// `nil` where it made none.
  @OrNull package var version: Int?
  package var state: State
  package var seconds: Double
  package var tokens: Int
}

/// Why a round did not come to its end.
package enum RoundInterruption: Error, Hashable, Sendable, CustomStringConvertible {
  /// Asked to stop; the round goes on at the next start. Round 0 had not begun.
  case stopped(round: Int)
  /// A rollback or promotion moved `current` from under it.
  case abandoned(round: Int)

  package var description: String {
    switch self {
    case .stopped(0): "stopped before a round began; what waits still does, and the next start begins anew"
    case .stopped(let round): "round \(round) was stopped; it goes on where it was at the next start"
    case .abandoned(let round): "round \(round) was abandoned, because current moved; its documents wait again"
    }
  }
}

/// What the owner of a round may ask of it between two steps.
package enum RoundControl: Sendable {
  case go
  case stop
  case abandon
}
