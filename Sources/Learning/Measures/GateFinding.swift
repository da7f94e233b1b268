extension GateRow {
  /// Whether the estimate itself is within budget, whatever its bounds.
  package var isWithinByEstimate: Bool {
    switch comparison {
    // `relative` is `nil` only for a loss of 0, where the budget is in nats.
    case .round, .lineage: relative ?? (after - before) <= budget + (tolerance ?? 0)
    case .general: after <= budget
    case .accuracy: before - after <= budget
    }
  }
}

extension GateOutcome {
  /// Whether all estimates are within budget and no comparison is clearly over: what decides where the bounds stay
  /// undecided on all pieces there are.
  package var isWithinByEstimates: Bool {
    rows.allSatisfy { $0.verdict != .over && ($0.comparison == .accuracy || $0.isWithinByEstimate) }
  }

  /// What `RoundMachine` goes by. A candidate that is over is tried again even where it learned nothing; one that may be
  /// published is not, unless it learned something.
  /// - Parameter minimumGain: share by which the learned domains' loss has to fall at least.
  package func finding(gains: [LearningGain], minimumGain: Double = 0) -> GateFinding {
    let isEnough = gains.isEnough(minimum: minimumGain)
    return switch decision {
    case .reject: .over
    case .publish: isEnough ? .within : .nothingLearned
    case .undecided: isEnough ? .undecided(withinByPoint: isWithinByEstimates) : .nothingLearned
    }
  }
}
