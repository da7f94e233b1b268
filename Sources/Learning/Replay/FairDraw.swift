import Tensors

/// Draws an epoch's replay from several domains within their common budget, always from the domain that has given the
/// smallest part of its own.
///
/// What a domain has given too much or too little is carried to the next epoch: where the budget of one is smaller than a
/// sample, domains take turns over the epochs instead of never coming.
struct FairDraw {
  private var domains: [CyclicDraw]

  init(_ domains: [CyclicDraw]) { self.domains = domains.filter { $0.budget > 0 } }

  /// Samples until what all domains owe together is less than half of the next one; none twice.
  mutating func nextEpoch(using rng: inout SeededGenerator) -> [PlannedSample] {
    for i in domains.indices { domains[i].beginEpoch() }
    let order = domains.indices.shuffled(using: &rng)
    var owed = domains.reduce(0) { $0 + $1.owed }
    var drawn: [PlannedSample] = []
    while let place = neediest(in: order) {
      let sample = domains[place].peek()
      if 2 * owed < sample.tokens { break }
      owed -= sample.tokens
      drawn.append(domains[place].take())
    }
    return drawn
  }

  /// The first in `order` among those with the largest owed/budget.
  private func neediest(in order: [Int]) -> Int? {
    var best: Int?
    for place in order where domains[place].hasMore {
      guard let other = best else {
        best = place
        continue
      }
      if domains[place].owed * domains[other].budget > domains[other].owed * domains[place].budget { best = place }
    }
    return best
  }
}

/// One domain's samples in turn, epoch after epoch; each pass over all of them after the first has an order of its own.
struct CyclicDraw {
  let origin: SampleOrigin
  /// Tokens an epoch.
  let budget: Int
  /// Of the budgets so far, tokens not given yet; below 0 where more was given.
  private(set) var owed = 0
  private let seed: UInt64
  /// Times that a sample may come in an epoch.
  private let repeats: Int
  private var given = 0
  private var order: [SampleReference]
  private var place = 0
  private var pass = 0
  /// Of the running epoch.
  private var taken: Set<Int64> = []

  init(_ samples: [SampleReference], origin: SampleOrigin, budget: Int, seed: UInt64, repeats: Int = 1) {
    self.repeats = repeats
    order = samples
    self.origin = origin
    self.budget = budget
    self.seed = seed
  }

  /// Whether there is a sample that this epoch has not had often enough.
  var hasMore: Bool { given < order.count * repeats }

  mutating func beginEpoch() {
    taken = []
    given = 0
    owed += budget
  }

  /// The sample that `take` gives next.
  /// - Precondition: `hasMore`.
  mutating func peek() -> SampleReference {
    if place == order.count { beginPass() }
    return order[place]
  }

  /// - Precondition: `hasMore`.
  mutating func take() -> PlannedSample {
    let sample = peek()
    place += 1
    given += 1
    owed -= sample.tokens
    taken.insert(sample.id)
    return PlannedSample(origin: origin, reference: sample)
  }

  /// Shuffles; what this epoch has had comes last.
  private mutating func beginPass() {
    pass += 1
    place = 0
    let name =
      switch origin {
      case .new: "new"
      case .earlier(let domain): "replay of \(domain)"
      case .general: "general replay"
      }
    var rng = SeededGenerator(seed: seed, stream: "\(name), pass \(pass)")
    order.shuffle(using: &rng)
    if given >= order.count { taken = [] }
    order = order.filter { !taken.contains($0.id) } + order.filter { taken.contains($0.id) }
  }
}
