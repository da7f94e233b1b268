/// What runs of one bench have in common: the base's scores, and a first task that nothing yet keeps from being learned
/// as if alone. A sweep computes them once; their cost is counted in every run.
package final class SharedStart {
  /// What a first task's training depends on, beside the settings that all runs share.
  struct Key: Hashable {
    let task: String
    let seed: UInt64
    let parameters: Int
    let peak: Float
  }

  /// The first task, learned.
  struct First {
    let parameters: [Float]
    let steps: Int
    let tokens: Int
    let penaltyRatio: Double
    var seconds = 0.0
    var scores: [String: Double] = [:]
  }

  /// By task.
  var base: [String: Double] = [:]
  private var first: (key: Key, value: First)?

  package init() {}

  func first(_ key: Key) -> First? { first?.key == key ? first?.value : nil }

  /// The latest alone is kept.
  func keep(_ value: First, as key: Key) { first = (key, value) }
}
