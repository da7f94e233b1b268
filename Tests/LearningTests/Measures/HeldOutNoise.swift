import Foundation
import Learning
import Tensors

/// Held-out pieces as a round sees them: 60 to 256 tokens, a loss around 3 nats per token, and a change per token with a
/// spread of its own on each piece.
struct HeldOutNoise {
  var rng: SeededGenerator
  var loss = 3.0

  init(seed: UInt64) { rng = SeededGenerator(seed: seed, stream: "held-out noise") }

  /// Box and Muller, 1958.
  mutating func normal() -> Double {
    let u = Double.random(in: Double.leastNormalMagnitude..<1, using: &rng)
    return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * Double.random(in: 0..<1, using: &rng))
  }

  /// - Parameters:
  ///   - shift: true change, nats per token.
  ///   - spread: standard deviation of a piece's change, nats per token.
  ///   - lineage: how much lower the lineage's best was than current.
  mutating func pieces(_ count: Int, shift: Double, spread: Double, lineage: Double? = nil) -> [PieceEvidence] {
    (0..<count).map { _ in
      let tokens = Int.random(in: 60...256, using: &rng)
      let before = Double(tokens) * max(0.1, loss * (1 + 0.2 * normal()))
      let change = Double(tokens) * (shift + spread * normal())
      return PieceEvidence(
        tokens: tokens, before: before, after: before + change,
        best: lineage.map { before - Double(tokens) * $0 })
    }
  }

  mutating func domain(
    _ name: String, _ count: Int = 32, shift: Double = 0, spread: Double = 0.01, lineage: Double? = nil
  ) -> DomainEvidence {
    DomainEvidence(domain: name, pieces: pieces(count, shift: shift, spread: spread, lineage: lineage))
  }

  mutating func general(_ count: Int = 32, divergence: Double = 0.02) -> [GeneralEvidence] {
    (0..<count).map { _ in
      let tokens = Int.random(in: 100...256, using: &rng)
      let after = Double(tokens) * divergence * exp(0.3 * normal())
      return GeneralEvidence(tokens: tokens, before: after / 2, after: after)
    }
  }
}
