import Foundation

/// Watches the ratio of EWC's penalty to the task loss over a round: λ is not portable between models, so both ends alarm.
package struct PenaltyWatch: Codable, Hashable, Sendable {
  package enum Alarm: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The penalty never mattered: λ is too small, or the Fisher is empty.
    case negligible(largest: Double)
    /// The penalty outweighs the task: little will be learned.
    case dominating(largest: Double)

    package var description: String {
      switch self {
      case let .negligible(largest):
        "the EWC penalty was at most \(Self.percent(largest)) of the loss, as good as none; raise ewc.lambda or set it to 0"
      case let .dominating(largest):
        "the EWC penalty reached \(Self.percent(largest)) of the loss and holds learning back; lower ewc.lambda"
      }
    }

    private static func percent(_ share: Double) -> String { String(format: "%.2g %%", 100 * share) }
  }

  /// Below this share of the task loss, the whole round long.
  package static let negligible = 1e-4
  /// Above this share, at any step.
  package static let dominating = 0.5

  package private(set) var steps = 0
  package private(set) var largest = 0.0
  package private(set) var latest = 0.0

  package init() {}

  package mutating func record(_ ratio: Double) {
    steps += 1
    latest = ratio
    largest = max(largest, ratio)
  }

  /// `nil` where all is well, and before the first steps have moved away from the anchor.
  package var alarm: Alarm? {
    if largest > Self.dominating { return .dominating(largest: largest) }
    return steps >= 10 && largest < Self.negligible ? .negligible(largest: largest) : nil
  }
}
