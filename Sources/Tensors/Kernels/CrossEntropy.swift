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
    let (normP, normQ) = unsafe (Softmax.logSumExp(p, vocabulary), Softmax.logSumExp(q, vocabulary))
    var total = 0.0
    var i = 0
    while i < vocabulary {
      let count = min(8, vocabulary - i)
      let a = unsafe VectorMath.loadTail(p + i, count, padding: -.infinity) - normP
      let b = unsafe VectorMath.loadTail(q + i, count, padding: 0) - normQ
      let term = VectorMath.exp(a) * (a.replacing(with: 0, where: a .< -80) - b.replacing(with: 0, where: a .< -80))
      total += Double(term.sum())
      i += 8
    }
    return total
  }

  /// The same with q as the model, and q ← `weight`·(softmax(q) − softmax(p)): the gradient of the weighted divergence.
  package static func divergenceAndGradient(
    _ p: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Float>, vocabulary: Int, weight: Float
  ) -> Double {
    let divergence = unsafe divergence(p, q, vocabulary: vocabulary)
    let (normP, normQ) = unsafe (Softmax.logSumExp(p, vocabulary), Softmax.logSumExp(q, vocabulary))
    var i = 0
    while i < vocabulary {
      let count = min(8, vocabulary - i)
      let a = unsafe VectorMath.loadTail(p + i, count, padding: -.infinity) - normP
      let b = unsafe VectorMath.loadTail(q + i, count, padding: -.infinity) - normQ
      unsafe VectorMath.storeTail((VectorMath.exp(b) - VectorMath.exp(a)) * weight, q + i, count)
      i += 8
    }
    return divergence
  }
}
