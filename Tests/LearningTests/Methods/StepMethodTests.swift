import Foundation
import Learning
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite("Methods of keeping")
struct StepMethodTests {
  private let layout = AdapterLayout(lora: LoRAConfiguration(rank: 6, alpha: 12), model: TinyModel().configuration)

  private func random(_ seed: UInt64) -> [Float] {
    var rng = SeededGenerator(seed: seed)
    return (0..<layout.count).map { _ in Float.random(in: -0.3...0.3, using: &rng) }
  }

  @Test("O-LoRA trains its own ranks alone, with the gradient of central differences")
  func orthogonalSubspace() throws {
    let method = OrthogonalSubspace(strength: 0.5, ranks: 2..<4, layout: layout, blas: try BLAS.shared())
    let parameters = random(1)
    var gradient = [Float](repeating: 0, count: layout.count)
    let penalty = method.adjust(&gradient, at: parameters)
    #expect(penalty > 0)
    var all = [Float](repeating: 1, count: layout.count)
    _ = method.adjust(&all, at: parameters)
    for entry in layout.entries {
      for i in entry.range {
        let place = i - entry.offset
        let rank = entry.factor == .a ? place / entry.columns : place % entry.columns
        #expect((all[i] == 0) == !(2..<4).contains(rank))
      }
      guard entry.factor == .a else { continue }
      var rng = SeededGenerator(seed: 2)
      let direction = (0..<2 * entry.columns).map { _ in Float.random(in: -1...1, using: &rng) }
      func moved(_ step: Float) -> Double {
        var changed = parameters
        for (k, d) in direction.enumerated() { changed[entry.offset + 2 * entry.columns + k] += step * d }
        var unused = [Float](repeating: 0, count: layout.count)
        return method.adjust(&unused, at: changed)
      }
      let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2
      let own = direction.enumerated().reduce(0.0) {
        $0 + Double(gradient[entry.offset + 2 * entry.columns + $1.offset] * $1.element)
      }
      #expect(abs(own - expected) < 2e-3 * (abs(expected) + 1))
    }
  }

  @Test("SLAO starts from orthonormal rows that span the same space, and moves B by 1/√i")
  func mergeBeforeForget() {
    let parameters = random(3)
    let basis = MergeBeforeForget.orthonormal(parameters, layout: layout)
    for entry in layout.entries {
      if entry.factor == .b {
        #expect(basis[entry.range] == parameters[entry.range])
        continue
      }
      let rows = (0..<entry.rows).map { k in (0..<entry.columns).map { basis[entry.offset + k * entry.columns + $0] } }
      for (k, row) in rows.enumerated() {
        for (l, other) in rows.enumerated() {
          let product = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(product - (k == l ? 1 : 0)) < 1e-5)
        }
      }
      // Each row lies in the span of the basis.
      for k in 0..<entry.rows {
        let own = (0..<entry.columns).map { parameters[entry.offset + k * entry.columns + $0] }
        var left = own
        for row in rows {
          let share = zip(own, row).reduce(0) { $0 + $1.0 * $1.1 }
          for i in left.indices { left[i] -= share * row[i] }
        }
        #expect(left.allSatisfy { abs($0) < 1e-5 })
      }
    }
    let merged = MergeBeforeForget.merged(parameters, with: basis.map { $0 + 1 }, task: 4, layout: layout)
    for entry in layout.entries {
      for i in entry.range {
        let expected = entry.factor == .a ? basis[i] + 1 : parameters[i] + 0.5 * (basis[i] + 1 - parameters[i])
        #expect(abs(merged[i] - expected) < 1e-6)
      }
    }
  }

  @Test("slow weights are the mean of the last steps with exponential weights that sum to 1")
  func slowWeights() {
    var slow = SlowWeights(count: 2, window: 4)
    #expect(slow.mean == nil)
    slow.record([1, -2])
    #expect(slow.mean.map { $0.map { ($0 * 1e5).rounded() } } == [1e5, -2e5])
    slow.record([2, 0])
    slow.record([5, 1])
    // Weights 0.75², 0.75 and 1, over their sum.
    let whole: Float = 0.5625 + 0.75 + 1
    let mean = slow.mean ?? []
    #expect(abs(mean[0] - (0.5625 + 1.5 + 5) / whole) < 1e-5)
    #expect(abs(mean[1] - (-1.125 + 0 + 1) / whole) < 1e-5)
  }
}
