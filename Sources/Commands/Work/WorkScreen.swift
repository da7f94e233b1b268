import Daemon
import Foundation
import Reports
import Synchronization

/// Shows a round while it runs, and its report when it ends.
final class WorkScreen: Sendable {
  private let output: Output
  private let line: Mutex<ProgressLine>
  /// The phase that a log was told of last.
  private let told = Mutex<RoundActivity.Phase?>(nil)
  private let start = ContinuousClock.now

  init(_ output: Output) {
    self.output = output
    line = Mutex(
      ProgressLine(output.progressRedraws ? .terminal(width: output.width) : .log, style: output.proseStyle))
  }

  func show(_ activity: RoundActivity) {
    let domain = activity.domains.joined(separator: ", ")
    guard activity.phase == .training else {
      let isNew = told.withLock { told in
        defer { told = activity.phase }
        return told != activity.phase
      }
      if output.progressRedraws {
        output.progress(Self.sentence(activity, domain))
      } else if isNew {
        output.say(Self.sentence(activity, domain))
      }
      return
    }
    told.withLock { $0 = activity.phase }
    let text = line.withLock {
      $0.update(
        RoundProgress(
          round: activity.round, domain: domain, step: activity.step, steps: activity.steps, loss: activity.loss,
          penaltyShare: activity.penaltyRatio, tokensPerSecond: activity.tokensPerSecond,
          secondsLeft: activity.secondsLeft), now: ContinuousClock.now - start)
    }
    guard let text else { return }
    if output.progressRedraws {
      output.progress(text.trimmingCharacters(in: .controlCharacters.union(.newlines)))
    } else {
      output.tell(text)
    }
  }

  func show(_ report: ForgettingReport) { output.tell(ReportText(report, style: output.proseStyle).text + "\n") }

  private static func sentence(_ activity: RoundActivity, _ domain: String) -> String {
    let count = activity.steps > 0 ? ", \(activity.step) of \(activity.steps)" : ""
    return switch activity.phase {
    case .general: "the base writes its general set\(count) pieces"
    case .before where activity.round == 0: "the base reads what waits\(count) documents"
    case .before: "round \(activity.round)  \(domain)  measuring current\(count) pieces"
    case .consolidation: "round \(activity.round)  \(domain)  what the base must keep (Fisher)"
    case .training, .evaluation: "round \(activity.round)  \(domain)  measuring the candidate\(count) pieces"
    case .publishing: "round \(activity.round)  \(domain)  publishing"
    }
  }
}
