import ModelFiles
import Transformer

/// What the version before a round predicts of the samples that the round replays: learned beside their tokens, it keeps
/// more of what they stand for than their tokens alone (iCaRL: Rebuffi et al., 2017; at every token of a prompt as well,
/// which has no loss of its own). Read when a step first needs it, and kept for later epochs.
package struct ReplayRecall {
  private let engine: GradientEngine
  private let teacher: Adapter
  private var known: [Int64: [Int: SoftTarget]] = [:]
  /// That were read.
  package private(set) var tokens = 0

  package init(engine: GradientEngine, teacher: Adapter) {
    self.engine = engine
    self.teacher = teacher
  }

  /// Of each earlier sample of a step, by number and place.
  /// - Parameters:
  ///   - text: of a planned sample; `nil` where there is none any more.
  ///   - pause: called between a few samples; what it throws is thrown on.
  package mutating func targets(
    of step: PlannedStep, text: (PlannedSample) -> EncodedTokens?, pause: () throws -> Void
  ) rethrows -> [Int64: [Int: SoftTarget]] {
    var targets: [Int64: [Int: SoftTarget]] = [:]
    var unread: [(id: Int64, row: PackedRow)] = []
    for sample in step.rows.flatMap(\.samples) {
      guard case .earlier = sample.origin else { continue }
      let id = sample.reference.id
      if let known = known[id] {
        targets[id] = known
      } else if let text = text(sample), !unread.contains(where: { $0.id == id }) {
        unread.append((id, text.row))
      }
    }
    let atOnce = engine.model.threads
    for first in stride(from: 0, to: unread.count, by: atOnce) {
      try pause()
      let part = unread[first..<min(first + atOnce, unread.count)]
      let read = engine.softTargets(rows: part.map(\.row), adapter: teacher, everywhere: true)
      for ((id, row), own) in zip(part, read) {
        (known[id], targets[id]) = (own, own)
        tokens += row.tokens.count
      }
    }
    return targets
  }
}
