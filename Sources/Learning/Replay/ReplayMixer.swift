import Tensors

/// Plans all steps of a round: which samples share a row, and which rows a step.
///
/// In each epoch every new sample comes exactly once. A domain's samples come in the order given, none again before all
/// have come, then in new orders; none twice in an epoch, so a small domain gives its share to the others. Earlier domains
/// together, and the general set, stay within their shares of the epochs so far to the nearest sample. Rows of every kind
/// are spread evenly over the epoch. The plan depends on its inputs and the seed only, so a round that was killed asks a
/// new mixer for step k and goes on.
package struct ReplayMixer: Sendable {
  package let settings: MixSettings
  package let steps: [PlannedStep]
  /// Steps of each epoch; epochs differ where their replay packs differently.
  package let epochSteps: [Int]

  /// - Throws: where there is nothing new, or a sample cannot be trained on.
  package init(
    new: [SampleReference], earlier: [ReplayDomain], general: [SampleReference], settings: MixSettings, seed: UInt64
  ) throws(LearningError) {
    precondition(
      settings.rows > 0 && settings.length > 0 && settings.epochs > 0 && settings.repeats > 0, "mix \(settings)")
    guard !new.isEmpty else { throw .nothingNew }
    for sample in [new, general, earlier.flatMap(\.samples)].joined() {
      guard sample.tokens <= settings.length else {
        throw .sampleTooLong(id: sample.id, tokens: sample.tokens, limit: settings.length)
      }
      guard sample.supervised > 0, sample.tokens > 0 else { throw .sampleTeachesNothing(id: sample.id) }
    }
    let tokens = { (samples: [SampleReference]) in samples.reduce(0) { $0 + $1.tokens } }
    let repeats = earlier.map { $0.isOfAnswers ? max(settings.repeats, settings.answerRepeats) : settings.repeats }
    let shares = ReplayShares(
      newTokens: tokens(new), available: zip(earlier, repeats).map { tokens($0.samples) * $1 },
      needs: earlier.map(\.need), availableGeneral: tokens(general), share: settings.share,
      generalShare: settings.generalShare)
    var rng = SeededGenerator(seed: seed, stream: "replay order")
    var replay = FairDraw(
      earlier.enumerated().map { place, domain in
        CyclicDraw(
          domain.samples, origin: .earlier(domain: domain.name), budget: shares.earlier[place], seed: seed,
          repeats: repeats[place])
      })
    var rehearsal = FairDraw(
      [CyclicDraw(general.shuffled(using: &rng), origin: .general, budget: shares.general, seed: seed)])

    var steps: [PlannedStep] = []
    var epochSteps: [Int] = []
    for epoch in 0..<settings.epochs {
      var rng = SeededGenerator(seed: seed, stream: "epoch \(epoch)")
      var samples = new.map { PlannedSample(origin: .new, reference: $0) }
      samples += replay.nextEpoch(using: &rng) + rehearsal.nextEpoch(using: &rng)
      let rows = Self.rows(samples.shuffled(using: &rng), length: settings.length, using: &rng)
      epochSteps.append((rows.count + settings.rows - 1) / settings.rows)
      for start in stride(from: 0, to: rows.count, by: settings.rows) {
        steps.append(
          PlannedStep(epoch: epoch, rows: Array(rows[start..<min(start + settings.rows, rows.count)])))
      }
    }
    self.settings = settings
    self.steps = steps
    self.epochSteps = epochSteps
  }

  /// One step without those before it.
  /// - Precondition: there is such an epoch, and such a step in it.
  package func plan(epoch: Int, step: Int) -> PlannedStep {
    precondition(
      epochSteps.indices.contains(epoch) && 0..<epochSteps[epoch] ~= step,
      "step \(step) of epoch \(epoch) is not planned")
    return steps[epochSteps[..<epoch].reduce(0, +) + step]
  }

  /// Tokens by where they come from: of the whole plan, or of its first steps only.
  package func tokensByOrigin(steps count: Int? = nil) -> [SampleOrigin: Int] {
    var tokens: [SampleOrigin: Int] = [:]
    for sample in steps.prefix(count ?? steps.count).lazy.flatMap(\.rows).flatMap(\.samples) {
      tokens[sample.origin, default: 0] += sample.reference.tokens
    }
    return tokens
  }

  /// Packs samples into rows and spreads the rows: of each kind's n rows, the i-th goes to (i + phase)/n of the epoch.
  private static func rows(
    _ samples: [PlannedSample], length: Int, using rng: inout SeededGenerator
  ) -> [PlannedRow] {
    let bins = SequencePacker.bins(lengths: samples.map(\.reference.tokens), capacity: length)
    let rows = bins.map { PlannedRow(samples: $0.map { samples[$0] }) }.shuffled(using: &rng)
    var kinds: [SampleOrigin] = []
    var members: [SampleOrigin: [Int]] = [:]
    for (place, row) in rows.enumerated() {
      let kind = mainOrigin(of: row)
      if members[kind] == nil { kinds.append(kind) }
      members[kind, default: []].append(place)
    }
    var keys = [Double](repeating: 0, count: rows.count)
    for kind in kinds {
      let phase = Double.random(in: 0..<1, using: &rng)
      let places = members[kind] ?? []
      for (i, place) in places.enumerated() { keys[place] = (Double(i) + phase) / Double(places.count) }
    }
    return rows.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { rows[$0] }
  }

  /// Where most of a row's tokens come from; the first of equals.
  private static func mainOrigin(of row: PlannedRow) -> SampleOrigin {
    var best = (origin: SampleOrigin.new, tokens: -1)
    var tokens: [SampleOrigin: Int] = [:]
    for sample in row.samples { tokens[sample.origin, default: 0] += sample.reference.tokens }
    for sample in row.samples {
      let count = tokens[sample.origin] ?? 0
      if count > best.tokens { best = (sample.origin, count) }
    }
    return best.origin
  }
}
