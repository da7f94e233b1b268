/// What runs of one bench have in common: the base's scores, and a first task that nothing yet keeps from being learned
/// as if alone. A sweep computes them once; their cost is counted in every run.
package final class SharedStart {
  /// What a first task's training depends on, beside the settings that all runs share.
  struct Key: Hashable {
    let task: String
    let seed: UInt64
    let parameters: Int
    let peak: Float
    /// Of general texts among its tokens.
    let generalShare: Double
  }

  /// The first task, learned.
  struct First {
    let parameters: [Float]
    let steps: Int
    let tokens: Int
    /// That a teacher read once more.
    let taughtTokens: Int
    let penaltyRatio: Double
    /// Of distillation, at the end.
    let generalWeight: Float
    var seconds = 0.0
    var scores: [String: TaskScore] = [:]
  }

  /// The base's scores, by task.
  var base: [String: TaskScore]
  private var firsts: [Key: First] = [:]

  /// - Parameter base: scores that are known already.
  package init(base: [String: TaskScore] = [:]) { self.base = base }

  func first(_ key: Key) -> First? { firsts[key] }

  /// Those of the latest task and seed alone are kept.
  func keep(_ value: First, as key: Key) {
    firsts = firsts.filter { $0.key.task == key.task && $0.key.seed == key.seed }
    firsts[key] = value
  }
}
