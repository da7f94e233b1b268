// N supervised tokens · V vocabulary

import Foundation

/// Cross-entropy of one row of logits against its target.
package enum CrossEntropy {
  /// −log softmax(logits)[target], in nats.
  package static func loss(_ logits: UnsafePointer<Float>, vocabulary: Int, target: Int) -> Float {
    unsafe Softmax.logSumExp(logits, vocabulary) - logits[target]
  }

  /// The same, and logits ← softmax(logits) − onehot(target): the gradient of the loss.
  package static func lossAndGradient(
    _ logits: UnsafeMutablePointer<Float>, vocabulary: Int, target: Int
  ) -> Float {
    let shift = unsafe Softmax.maximum(logits, vocabulary)
    let own = unsafe logits[target]
    let sum = unsafe Softmax.exponentiate(logits, vocabulary, shift: shift)
    unsafe Softmax.scale(logits, vocabulary, by: 1 / sum)
    unsafe logits[target] -= 1
    return shift + log(sum) - own
  }

  /// KL(p ‖ q) in nats of the distributions that two rows of logits give.
  package static func divergence(
    _ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, vocabulary: Int
  ) -> Double {
    unsafe divergence(p, q, vocabulary: vocabulary) { _, _, _, _ in }
  }

  /// The same with q as the model, and q ← `weight`·(softmax(q) − softmax(p)): the gradient of the weighted divergence.
  package static func divergenceAndGradient(
    _ p: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Float>, vocabulary: Int, weight: Float
  ) -> Double {
    unsafe divergence(p, q, vocabulary: vocabulary) { first, count, base, model in
      unsafe VectorMath.storeTail((VectorMath.exp(model) - base) * weight, q + first, count)
    }
  }

  /// Calls `each` with the place of up to eight elements, their number, softmax(p) and log softmax(q) there.
  @inline(__always)
  private static func divergence(
    _ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, vocabulary: Int,
    _ each: (Int, Int, VectorMath.Lane, VectorMath.Lane) -> Void
  ) -> Double {
    let (normP, normQ) = unsafe (Softmax.logSumExp(p, vocabulary), Softmax.logSumExp(q, vocabulary))
    var total = 0.0
    var i = 0
    while i < vocabulary {
      let count = min(8, vocabulary - i)
      let a = unsafe VectorMath.loadTail(p + i, count, padding: -.infinity) - normP
      let b = unsafe VectorMath.loadTail(q + i, count, padding: 0) - normQ
      let base = VectorMath.exp(a)
      let term = base * (a.replacing(with: 0, where: a .< -80) - b.replacing(with: 0, where: a .< -80))
      total += Double(term.sum())
      each(i, count, base, b)
      i += 8
    }
    return total
  }
}
