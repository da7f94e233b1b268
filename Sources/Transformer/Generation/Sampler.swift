// V vocabulary

import Foundation
import Tensors

/// Chooses tokens from logits; scratch for one thread.
package struct Sampler {
  private struct Candidate {
    let token: Int32
    let weight: Float
  }

  private let weights: FloatBuffer
  private var candidates: [Candidate] = []

  package init(vocabulary: Int) { weights = FloatBuffer(count: vocabulary) }

  /// One token from softmax(logits / temperature), restricted to the nucleus.
  package mutating func choose(
    _ logits: UnsafePointer<Float>, _ options: SamplingOptions, using rng: inout SeededGenerator
  ) -> Int32 {
    let highest = unsafe Softmax.maximum(logits, weights.count)
    if options.temperature == 0 { return unsafe first(logits, equalTo: highest) }
    let inverse = 1 / options.temperature
    for i in 0..<weights.count { unsafe weights.pointer[i] = unsafe (logits[i] - highest) * inverse }
    _ = unsafe Softmax.exponentiate(weights.pointer, weights.count, shift: 0)
    // Summed in the order in which it is searched, so that no rounding error lets a draw run past the end.
    var total = 0.0
    for i in 0..<weights.count { unsafe total += Double(weights.pointer[i]) }
    let uniform = Double.random(in: 0..<1, using: &rng)
    if options.topP >= 1 { return drawFromAll(uniform * total) }
    return drawFromNucleus(uniform, mass: Double(options.topP) * total)
  }

  private func first(_ logits: UnsafePointer<Float>, equalTo value: Float) -> Int32 {
    for i in 0..<weights.count where unsafe logits[i] == value { return Int32(i) }
    return 0
  }

  private func drawFromAll(_ target: Double) -> Int32 {
    var sum = 0.0
    var last: Int32 = 0
    for i in 0..<weights.count {
      let weight = unsafe weights.pointer[i]
      if weight > 0 { last = Int32(i) }
      sum += Double(weight)
      if sum > target { return Int32(i) }
    }
    return last
  }

  /// The nucleus lies among the weights above any threshold whose own sum reaches `mass`: sorting is left to few.
  private mutating func drawFromNucleus(_ uniform: Double, mass: Double) -> Int32 {
    // The highest weight is 1.
    var threshold: Float = 0.02
    while gather(above: threshold) < mass, threshold > 0 { threshold = threshold > 1e-9 ? threshold / 16 : 0 }
    candidates.sort { ($0.weight, -$0.token) > ($1.weight, -$1.token) }
    var (sum, size) = (0.0, 0)
    while size < candidates.count, sum < mass {
      sum += Double(candidates[size].weight)
      size += 1
    }
    var reached = 0.0
    for candidate in candidates[..<size] {
      reached += Double(candidate.weight)
      if reached > uniform * sum { return candidate.token }
    }
    return candidates[size - 1].token
  }

  private mutating func gather(above threshold: Float) -> Double {
    candidates.removeAll(keepingCapacity: true)
    var sum = 0.0
    for i in 0..<weights.count {
      let weight = unsafe weights.pointer[i]
      guard weight >= threshold else { continue }
      candidates.append(Candidate(token: Int32(i), weight: weight))
      sum += Double(weight)
    }
    return sum
  }
}
