import Foundation
import ReplayStore

/// What a round, or a move, may ask of the service while it works. Called from any thread.
package struct WorkControls: Sendable {
  /// Asked between any two steps.
  package let control: @Sendable () -> RoundControl
  /// Told between any two steps; the watchdog lives on it.
  package let report: @Sendable (RoundActivity) -> Void

  package init(
    control: @escaping @Sendable () -> RoundControl, report: @escaping @Sendable (RoundActivity) -> Void
  ) {
    self.control = control
    self.report = report
  }
}

/// What the service has others do.
package struct RoundHandlers: Sendable {
  /// Runs one round, or goes on with the one that was interrupted; `nil` where nothing could be trained on.
  /// Throws `RoundInterruption` where it was told to stop or to give up.
  package var run: @Sendable (RoundTrigger, Settings, WorkControls) async throws -> RoundResult?
  /// Does what a `rollback`, `promote` or `forget` asks; the result is the request's outcome, a JSON object. A request
  /// that a kill interrupts is asked again: it finishes the request in the transaction that moves, or would move twice.
  package var move: @Sendable (Request, Settings, WorkControls) async throws -> String
  /// How documents are judged under these settings, by the classifiers that there are now; `nil` leaves intake's own.
  package var maker: (@Sendable (Settings) throws -> ContentMaker)?

  package init(
    run: @escaping @Sendable (RoundTrigger, Settings, WorkControls) async throws -> RoundResult?,
    move: @escaping @Sendable (Request, Settings, WorkControls) async throws -> String,
    maker: (@Sendable (Settings) throws -> ContentMaker)? = nil
  ) {
    self.run = run
    self.move = move
    self.maker = maker
  }
}

/// The arguments of a `train` request.
package struct TrainArguments: Codable, Hashable, Sendable {
  package var domain: String?
  package var retry: Bool

  package init(domain: String? = nil, retry: Bool = false) {
    self.domain = domain
    self.retry = retry
  }

  /// For `Database.ask(.train, arguments:)`.
  package var json: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}
