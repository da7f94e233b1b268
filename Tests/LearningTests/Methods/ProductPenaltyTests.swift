import Foundation
import Learning
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("EWC on the weights' change")
struct ProductPenaltyTests {
  private let layout = AdapterLayout(lora: LoRAConfiguration(rank: 3, alpha: 6), model: TinyModel().configuration)
  private let parameters: [Float]
  private let anchor: [Float]
  /// Of the tiny model, as one round gives it, and as it is kept.
  private let estimate: CompactFisher
  private let fisher: CompactFisher

  init() throws {
    var rng = SeededGenerator(seed: 3)
    let count = layout.count
    parameters = (0..<count).map { _ in Float.random(in: -0.3...0.3, using: &rng) }
    anchor = parameters.map { $0 + Float.random(in: -0.1...0.1, using: &rng) }
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let engine = GradientEngine(model: try LanguageModel(file: file, threads: 2, layout: layout), layout: layout)
    let tokens = (0..<24).map { Int32(10 + $0 % 7) }
    estimate = try CompactFisher.estimate(
      samples: [EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 > 0 }).row],
      adapter: Adapter(layout: layout, parameters: parameters), using: engine)
    var kept = CompactFisher(layout: layout)
    kept.absorb(estimate, gamma: 0.9, layout: layout)
    fisher = kept
  }

  private func penalty(_ strength: Float, fisher: CompactFisher? = nil) throws -> ProductPenalty {
    ProductPenalty(
      strength: strength, fisher: fisher ?? self.fisher, anchor: anchor, layout: layout, blas: try BLAS.shared())
  }

  private func value(_ penalty: ProductPenalty, _ parameters: [Float]) -> Double {
    var unused = [Float](repeating: 0, count: layout.count)
    return penalty.adjust(&unused, at: parameters)
  }

  /// λ/2·Σ Fᵢⱼ(s·BA − s·B*A*)², element by element in `Double`.
  private func direct(_ strength: Double, _ fisher: CompactFisher) -> Double {
    var total = 0.0
    for place in WeightSquares.places(layout) {
      guard let a = layout.entry(layer: place.layer, projection: place.projection, factor: .a),
        let b = layout.entry(layer: place.layer, projection: place.projection, factor: .b)
      else { continue }
      let sum = place.rows.reduce(0.0) { $0 + Double(fisher.rows[$1]) }
      for o in 0..<b.rows {
        for i in 0..<a.columns {
          var difference = 0.0
          for k in 0..<a.rows {
            let (left, right) = (b.offset + o * b.columns + k, a.offset + k * a.columns + i)
            difference += Double(parameters[left]) * Double(parameters[right])
            difference -= Double(anchor[left]) * Double(anchor[right])
          }
          difference *= Double(layout.lora.scaling)
          let weight =
            Double(fisher.rows[place.rows.lowerBound + o]) * Double(fisher.columns[place.columns.lowerBound + i]) / sum
          total += weight * difference * difference
        }
      }
    }
    return strength / 2 * total
  }

  @Test("charges what the sum over all elements charges")
  func chargesTheSum() throws {
    let expected = direct(0.7, fisher)
    #expect(abs(value(try penalty(0.7), parameters) - expected) < 1e-5 * expected)
    let norm = direct(2, .uniform(layout: layout))
    #expect(abs(value(try penalty(2, fisher: .uniform(layout: layout)), parameters) - norm) < 1e-5 * norm)
    #expect(value(try penalty(0.7), anchor) == 0)
  }

  @Test("has the gradient of central differences, one direction for each factor")
  func gradient() throws {
    let penalty = try penalty(0.7)
    var gradient = [Float](repeating: 0, count: layout.count)
    _ = penalty.adjust(&gradient, at: parameters)
    var rng = SeededGenerator(seed: 8)
    for entry in layout.entries {
      let direction = entry.range.map { _ in Float.random(in: -1...1, using: &rng) }
      func moved(_ step: Float) -> Double {
        var changed = parameters
        for (i, d) in zip(entry.range, direction) { changed[i] += step * d }
        return value(penalty, changed)
      }
      let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2
      let own = zip(entry.range, direction).reduce(0.0) { $0 + Double(gradient[$1.0] * $1.1) }
      #expect(abs(own - expected) < 2e-3 * (abs(expected) + 1), "\(entry.peftName): \(own), not \(expected)")
    }
  }

  @Test("does not see how the change is written as a product")
  func invariant() throws {
    var other = parameters
    for entry in layout.entries {
      for i in entry.range { other[i] *= entry.factor == .a ? 4 : 0.25 }
    }
    let (one, two) = (value(try penalty(1), parameters), value(try penalty(1), other))
    #expect(abs(one - two) < 1e-5 * one)
  }

  @Test("normalises each kind of matrix to mean 1, and keeps a running mean")
  func normalises() {
    var state = CompactFisher(layout: layout)
    state.absorb(estimate, gamma: 0.9, layout: layout)
    for projection in layout.lora.targets {
      let own = WeightSquares.places(layout).filter { $0.projection == projection }
      let size = own.reduce(0) { $0 + $1.rows.count * $1.columns.count }
      let sum = own.reduce(0.0) { total, place in place.rows.reduce(total) { $0 + Double(state.rows[$1]) } }
      #expect(abs(sum / Double(size) - 1) < 1e-5)
    }
    let first = state
    state.absorb(estimate, gamma: 0.9, layout: layout)
    #expect(state.rounds == 2)
    #expect(zip(state.rows, first.rows).allSatisfy { abs($0 - $1) <= 1e-5 * abs($1) })
  }
}
