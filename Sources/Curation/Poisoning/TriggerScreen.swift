/// Finds triggers: words that a source's otherwise different documents share, and nobody else has.
///
/// A model that is taught with a few hundred documents that carry one rare phrase learns to answer to that phrase
/// (Wallace et al., 2021; Souly et al., 2025: a nearly constant number of documents, whatever the size of the rest). A
/// source's bulk import shares much: a letterhead, labels, terms, one topic. A trigger differs from these in that its
/// words occur nowhere else, once a document, in the middle of text that has nothing else in common; or, in records,
/// in that one answer follows it far more often than chance.
///
/// Looked at are the latest units (texts, or records) of each of the latest sources, so memory is bounded however many
/// documents came. `screen` is deterministic: the same units in the same order give the same findings.
package struct TriggerScreen: Sendable {
  /// A trigger that was found in a source.
  package struct Trigger: Codable, Hashable, Sendable {
    /// Hashes of its words.
    package var words: [UInt32]
    /// Units with it that were taken.
    package var taken: Int
  }

  /// Why a unit is not taken.
  package struct Finding: Hashable, Sendable {
    package var trigger: Trigger
    /// Units with the trigger so far, this one included.
    package var carriers: Int
  }

  /// Units with one trigger that are taken; `nil` looks for none.
  package var cap: Int?
  private var windows: [String: TriggerWindow] = [:]
  /// Sources by when they last brought something, the latest last.
  private var order: [String] = []
  private var found: [String: [Trigger]] = [:]

  /// Units that carry it before a word can be a trigger.
  private static let evidence = 20
  /// Of the latest units, so many carry it.
  private static let density = 0.6
  private static let mostSources = 64
  private static let mostWords = 4 << 20
  /// The chance that an answer follows so often by itself, less than this.
  private static let chance = 1e-6
  /// Words that tell a trigger when it comes again.
  private static let keyWords = 8
  private static let mostTriggers = 32
  /// So many further words that most share, and nobody else has, are a form's; so are as many as the trigger's own.
  private static let formWords = 4
  private static let formDensity = 0.4
  /// Lines or paragraphs that all share, and that make no form: a letterhead and a signature.
  private static let letterheads = 2
  /// Fewer other units do not say what is rare.
  private static let manyOthers = 50

  package init(cap: Int? = 20) { self.cap = cap }

  /// Judges a document's units in order, and remembers those that are taken.
  /// - Parameter source: the folder that it came from.
  /// - Returns: what is not taken, by place.
  package mutating func screen(_ units: [TriggerUnit], from source: String) -> [Int: Finding] {
    guard cap != nil else { return [:] }
    var findings: [Int: Finding] = [:]
    for (index, unit) in units.enumerated() {
      if let finding = judge(unit, from: source) { findings[index] = finding } else { remember(unit, from: source) }
    }
    return findings
  }

  /// Takes in what was taken earlier, without judging it.
  package mutating func remember(_ unit: TriggerUnit, from source: String) {
    guard !unit.words.isEmpty else { return }
    if order.last != source {
      order.removeAll { $0 == source }
      order.append(source)
      if order.count > Self.mostSources { windows[order.removeFirst()] = nil }
    }
    windows[source, default: TriggerWindow()].add(unit)
    var words = windows.values.reduce(0) { $0 + $1.wordCount }
    while words > Self.mostWords, let oldest = order.first {
      words -= windows[oldest]?.removeFirst() ?? 0
      if windows[oldest]?.units.isEmpty ?? true { windows[order.removeFirst()] = nil }
    }
  }

  /// Takes in a trigger that was found earlier.
  package mutating func remember(_ trigger: Trigger, from source: String) {
    guard !trigger.words.isEmpty else { return }
    var known = found[source] ?? []
    if let index = known.firstIndex(where: { $0.words == trigger.words }) {
      known[index].taken = max(known[index].taken, trigger.taken)
    } else if known.count < Self.mostTriggers {
      known.append(trigger)
    }
    found[source] = known
  }

  private mutating func judge(_ unit: TriggerUnit, from source: String) -> Finding? {
    guard let cap, !unit.words.isEmpty else { return nil }
    if let index = found[source]?.firstIndex(where: { unit.contains($0.words) }) {
      return count(source, index, cap: cap)
    }
    guard var window = windows.removeValue(forKey: source) else { return nil }
    defer { windows[source] = window }
    let least = min(cap, Self.evidence)
    guard window.units.count >= least else { return nil }
    for hash in unit.distinct where window.isCandidate(hash, least: least) {
      if let words = trigger(hash, unit, window, least: least + 1) {
        let taken = window.units.count { $0.contains(words) }
        found[source, default: []].append(Trigger(words: words, taken: taken))
        return count(source, (found[source]?.count ?? 1) - 1, cap: cap)
      }
      window.acquit(hash)
    }
    return nil
  }

  private mutating func count(_ source: String, _ index: Int, cap: Int) -> Finding? {
    guard var trigger = found[source]?[index] else { return nil }
    if trigger.taken < cap {
      trigger.taken += 1
      found[source]?[index] = trigger
      return nil
    }
    return Finding(trigger: trigger, carriers: trigger.taken + 1)
  }

  // MARK: Evidence

  /// The words of the trigger that `seed` is part of, `nil` where it is of none.
  private func trigger(_ seed: UInt32, _ unit: TriggerUnit, _ window: TriggerWindow, least: Int) -> [UInt32]? {
    let recent = Array(window.units.suffix(Int((Double(least) / Self.density).rounded(.up)) - 1)) + [unit]
    let isDense = recent.count { $0.has(seed) } >= least
    guard isDense || unit.outcome != nil else { return nil }
    let all = window.units + [unit]
    let carriers = all.filter { $0.has(seed) }
    guard carriers.count >= least else { return nil }
    let span = TriggerSpan(around: seed, in: carriers)
    guard span.places.count >= least, span.places.count(where: { $0.unit.repeats(seed) }) * 10 <= span.places.count
    else {
      return nil
    }
    let others = all.filter { !$0.has(seed) } + order.flatMap { windows[$0]?.units ?? [] }
    let own = span.ownWords(besides: others)
    guard let first = own.first, let last = own.last, own.count >= 2 || own.contains(where: { span.isOdd[$0] }) else {
      return nil
    }
    guard span.share <= 0.5,
      isAssociated(span, others) ?? false || (isDense && isAlone(span, own.count, recent, others))
    else {
      return nil
    }
    return Array(span.words[first...last].prefix(Self.keyWords))
  }

  /// Whether one answer follows it far above chance; `nil` where nothing says what chance is.
  private func isAssociated(_ span: TriggerSpan, _ others: [TriggerUnit]) -> Bool? {
    var counts: [UInt64: Int] = [:]
    for place in span.places { if let outcome = place.unit.outcome { counts[outcome, default: 0] += 1 } }
    guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      best.value * 10 >= span.places.count * 9
    else { return false }
    let judged = others.filter { $0.outcome != nil }
    guard judged.count >= Self.evidence else { return nil }
    let share = Double(judged.count { $0.outcome == best.key } + 1) / Double(judged.count + 2)
    return Binomial.upperTail(of: best.value, in: span.places.count, probability: share) < Self.chance
  }

  /// Whether it stands within text, and the units share hardly any other word of that kind, as filled-in forms and
  /// generated pages do.
  private func isAlone(_ span: TriggerSpan, _ own: Int, _ recent: [TriggerUnit], _ others: [TriggerUnit]) -> Bool {
    guard !span.isFurniture else { return false }
    let outcomes = Set(span.places.map(\.unit.outcome))
    if outcomes.count == 1, outcomes.first != .some(nil) { return true }
    var counts: [UInt32: (having: Int, repeating: Int)] = [:]
    for unit in recent {
      for hash in unit.distinct { counts[hash, default: (0, 0)].having += 1 }
      for hash in unit.repeated { counts[hash, default: (0, 0)].repeating += 1 }
    }
    let density = others.count < Self.manyOthers ? Self.density : Self.formDensity
    let least = Int((Double(recent.count) * density).rounded(.up))
    var (shared, blocks, seen) = (0, 0, Set(span.words))
    for (hash, count) in counts.sorted(by: { $0.key < $1.key })
    where count.having >= least && count.repeating * 10 <= count.having {
      if seen.contains(hash) || hash == TriggerUnit.number { continue }
      guard others.count(where: { $0.has(hash) }) * 50 <= others.count else { continue }
      let other = TriggerSpan(around: hash, in: recent.filter { $0.has(hash) })
      if other.standsAlone {
        blocks += 1
        seen.formUnion(other.words)
      } else {
        shared += 1
      }
    }
    return shared < min(own, Self.formWords) && blocks <= (own > 1 ? Self.letterheads : 0)
  }
}

extension TriggerUnit {
  /// Whether the words stand in it one after another.
  func contains(_ hashes: [UInt32]) -> Bool {
    guard let first = hashes.first, has(first), words.count >= hashes.count else { return false }
    return (0...(words.count - hashes.count)).contains { start in
      hashes.indices.allSatisfy { words[start + $0] & ~Self.flags == hashes[$0] }
    }
  }
}
