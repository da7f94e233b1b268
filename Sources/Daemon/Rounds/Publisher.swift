import AdapterStore
import Foundation
import Platform
import ReplayStore
import Reports

/// The second half of publishing, from a complete version on disk to `current`.
struct Publisher: Sendable {
  let store: ReplayStore
  let adapters: AdapterStore
  let rounds: Path
  let fileSystem: any FileSystem
  let now: @Sendable () -> Date

  /// The store's half of publishing, then the link: also what is left to do for a version whose directory is complete
  /// when the program was killed before its row was written.
  /// - Parameter request: a promotion past the gate, whose outcome is recorded in the transaction that moves.
  /// - Returns: what became current instead of what.
  @discardableResult
  func finish(
    version manifest: Manifest, round: Round, report: ForgettingReport, recording request: RequestID? = nil
  ) async throws -> MoveOutcome {
    let moment = now()
    let figures = RoundFigures(
      seconds: manifest.origin.figures["seconds"] ?? 0, tokens: Int(manifest.origin.figures["tokens"] ?? 0),
      report: String(decoding: try ReportCoding.line(report), as: UTF8.self))
    let (number, subject) = (manifest.number.rawValue, Int(manifest.origin.figures["subject"] ?? 0))
    let summary = String(
      decoding: try ReportCoding.line(VersionView(report, version: number, state: .current)), as: UTF8.self)
    let settings = try? JSONDecoder().decode(RoundSettings.self, from: Data(round.settings.utf8))
    let outcome = try await store.write { db in
      // A promotion past the gate moves current from under a round that was interrupted.
      let other = try db.runningRound().flatMap { $0.number == round.number ? nil : $0 }
      if let other {
        try db.abandon(
          round: other.number, figures: RoundFigures(seconds: other.seconds, tokens: other.tokens, report: "{}"),
          now: moment)
      }
      let move = try db.publish(
        round: round.number, asVersion: number, attempt: subject, versionFigures: summary, figures: figures,
        now: moment)
      if let settings, !settings.keepsTexts {
        try db.discardTexts(ofRound: round.number, keepingPiecesOf: settings.keptPieces)
      } else if let budget = settings?.replayBudget {
        try db.keepReplay(within: budget)
      }
      let outcome = MoveOutcome(move, round: other?.number)
      if let request { try db.record(request, outcome: try outcome.json) }
      return outcome
    }
    if settings?.keepsTexts == false { try await store.checkpoint() }
    try adapters.makeCurrent(manifest.number)
    for number in [round.number, outcome.round].compactMap(\.self) {
      try RoundFolder(rounds: rounds, number: number, through: fileSystem).remove()
    }
    return outcome
  }
}
