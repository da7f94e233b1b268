import Foundation
import Learning
import ReplayStore
import Reports

/// How fast the next round may learn, by what the gate made of those before it.
enum RateHistory {
  /// Rounds of suspects in a row that are looked past.
  private static let most = 32

  /// Share of `train.rate` that the next round's peak has; 1 where nothing is known.
  static func scale(in db: Database, lowest: Float) throws -> Float {
    for round in try db.judgedRounds(limit: most) {
      guard let settings = try? JSONDecoder().decode(RoundSettings.self, from: Data(round.settings.utf8)),
        let report = try? ReportCoding.read(ForgettingReport.self, from: Data((round.report ?? "").utf8))
      else { return 1 }
      if settings.isTrial { continue }
      return LearningRateSchedule.scale(
        after: settings.rateScale ?? 1, wasHeldBack: report.gate.heldBack, lowest: lowest)
    }
    return 1
  }
}
