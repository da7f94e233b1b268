/// What online EWC carries from version to version (Kirkpatrick et al., 2017; Schwarz et al., 2018): one running Fisher
/// and one anchor, the latest published point. An anchor for each round would count old ones again (Huszár, 2018).
///
/// It belongs to one adapter's parameters: an adapter that is initialised anew starts with a consolidation of its own.
package struct Consolidation: Hashable, Sendable {
  /// F̃, each round's Fisher normalised to mean 1 per kind of matrix.
  package private(set) var fisher: [Float]
  /// θ*.
  package private(set) var anchor: [Float]
  /// n, the Fishers in the mean; the general one at the base is the first.
  package private(set) var rounds: Int

  /// Nothing to keep yet: no pull, whatever λ.
  package init(anchor: [Float]) {
    fisher = [Float](repeating: 0, count: anchor.count)
    self.anchor = anchor
    rounds = 0
  }

  /// Takes in a round: F̃ ← (γnF̃ + F)/(γn + 1), n ← n + 1, and moves the anchor to the published point.
  ///
  /// - Parameters:
  ///   - estimate: `FisherEstimator`'s, at `point`, on the round's new samples only; normalised here.
  ///   - gamma: γ, 0 forgets all earlier Fishers, 1 keeps a plain mean.
  package mutating func absorb(_ estimate: [Float], at point: [Float], gamma: Double, kinds: ParameterKinds) {
    precondition(
      estimate.count == anchor.count && point.count == anchor.count,
      "consolidation of \(anchor.count): Fisher \(estimate.count), point \(point.count)")
    precondition(gamma >= 0 && gamma <= 1, "gamma \(gamma)")
    var latest = estimate
    kinds.normalise(&latest)
    let kept = gamma * Double(rounds)
    FlatVector.combine(&fisher, times: Float(kept / (kept + 1)), plus: latest, times: Float(1 / (kept + 1)))
    anchor = point
    rounds += 1
  }

  /// Moves the anchor alone, after a round whose Fisher is not to be taken in.
  package mutating func move(to point: [Float]) {
    precondition(point.count == anchor.count, "anchor of \(anchor.count), point \(point.count)")
    anchor = point
  }

  /// λ/2 · Σᵢ F̃ᵢ(θᵢ − θ*ᵢ)², in nats where λ is.
  package func penalty(strength: Float, at parameters: [Float]) -> Double {
    Double(strength) / 2 * FlatVector.weightedSquaredDistance(parameters, anchor, weight: fisher)
  }

  /// The same as a proximal step for the optimiser; `nil` where it would do nothing.
  package func proximal(strength: Float) -> ProximalPenalty? {
    guard strength > 0, rounds > 0 else { return nil }
    return ProximalPenalty(strength: strength, fisher: fisher, anchor: anchor)
  }
}

// MARK: On disk

extension Consolidation {
  private enum Key {
    static let fisher = "fisher"
    static let anchor = "anchor"
    static let rounds = "rounds"
  }

  /// As named flat vectors, for a version's files.
  package var vectors: [String: [Float]] { [Key.fisher: fisher, Key.anchor: anchor] }
  package var values: [String: Double] { [Key.rounds: Double(rounds)] }

  /// - Parameter count: the adapter's parameters.
  /// - Throws: where a vector is missing, of another length, or no Fisher.
  package init(vectors: [String: [Float]], values: [String: Double], count: Int) throws(LearningError) {
    fisher = try vectors.learned(Key.fisher, count: count)
    anchor = try vectors.learned(Key.anchor, count: count)
    guard let number = values[Key.rounds], let rounds = Int(exactly: number), rounds >= 0 else {
      throw .unreadableState("the number of rounds is \(values[Key.rounds].map { "\($0)" } ?? "missing")")
    }
    guard FlatVector.firstNotFinite(fisher) == nil, fisher.allSatisfy({ $0 >= 0 }) else {
      throw .unreadableState("the Fisher has values that are negative or not finite")
    }
    if let place = FlatVector.firstNotFinite(anchor) { throw .parametersNotFinite(place: place) }
    self.rounds = rounds
  }
}

extension [String: [Float]] {
  func learned(_ name: String, count: Int) throws(LearningError) -> [Float] {
    guard let vector = self[name] else { throw .missingVector(name) }
    guard vector.count == count else { throw .wrongLength(name, count: vector.count, expected: count) }
    return vector
  }
}
