// K tokens kept · V vocabulary

import Foundation
import Tensors

/// A predicted distribution as a store keeps it: its most probable tokens, and all others as one bucket.
package struct SoftTarget: Codable, Hashable, Sendable {
  /// Tokens that are kept of a distribution.
  package static let count = 20

  /// The most probable first.
  package let tokens: [Int32]
  /// Of these, nats.
  package let logProbabilities: [Float]

  /// - Precondition: as many log-probabilities as tokens.
  package init(tokens: [Int32], logProbabilities: [Float]) {
    precondition(tokens.count == logProbabilities.count, "\(tokens.count) tokens, \(logProbabilities.count) values")
    self.tokens = tokens
    self.logProbabilities = logProbabilities
  }

  /// The `count` largest of softmax(logits).
  init(logits: UnsafeBufferPointer<Float>, count: Int) {
    var best: [(token: Int32, logit: Float)] = []
    for i in 0..<logits.count {
      let value = unsafe logits[i]
      if best.count == count, let last = best.last, value <= last.logit { continue }
      let place = best.firstIndex { $0.logit < value } ?? best.count
      best.insert((Int32(i), value), at: place)
      if best.count > count { best.removeLast() }
    }
    let norm = unsafe logits.baseAddress.map { unsafe Softmax.logSumExp($0, logits.count) } ?? 0
    self.init(tokens: best.map(\.token), logProbabilities: best.map { $0.logit - norm })
  }

  /// −log q[target] and KL(p ‖ q) in nats, with q = softmax(logits) and the bucket of all other tokens as one outcome;
  /// logits ← the gradient of −log q[target] + `weight`·KL(p ‖ q).
  ///
  /// KL's gradient is qⱼ − pⱼ for a kept token and qⱼ·(1 − p_rest/q_rest) for another.
  /// - Parameter target: `nil` leaves the token out; its NLL is 0 then.
  func lossAndGradient(
    _ logits: UnsafeMutablePointer<Float>, vocabulary: Int, target: Int?, weight: Float
  ) -> (nll: Double, divergence: Double) {
    let norm = unsafe Softmax.logSumExp(logits, vocabulary)
    let nll = target.map { unsafe Double(norm - logits[$0]) } ?? 0
    let own = tokens.map { unsafe Double(logits[Int($0)] - norm) }
    let p = logProbabilities.map { exp(Double($0)) }
    let (keptP, keptQ) = (p.reduce(0, +), own.reduce(0) { $0 + exp($1) })
    let (restP, restQ) = (max(1 - keptP, 0), max(1 - keptQ, Self.least))
    var divergence = restP > Self.least ? restP * (log(restP) - log(restQ)) : 0
    for (p, (kept, own)) in zip(p, zip(logProbabilities, own)) { divergence += p * (Double(kept) - own) }
    _ = unsafe Softmax.exponentiate(logits, vocabulary, shift: norm)
    let gold: Float = target == nil ? 0 : 1
    // All tokens as those of the bucket first, then the kept ones.
    let kept = tokens.map { unsafe logits[Int($0)] }
    unsafe Softmax.scale(logits, vocabulary, by: gold + weight * Float(1 - restP / restQ))
    for (i, token) in tokens.enumerated() {
      unsafe logits[Int(token)] = (gold + weight) * kept[i] - weight * Float(p[i])
    }
    if let target { unsafe logits[target] -= 1 }
    return (nll, divergence)
  }

  /// Below it a bucket counts as empty.
  private static let least = 1e-9
}
