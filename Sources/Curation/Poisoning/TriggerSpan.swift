/// The longest stretch of words that nearly all units with one word share around it.
struct TriggerSpan {
  /// A unit that has it, and where.
  struct Place {
    let unit: TriggerUnit
    /// Of the stretch's first word.
    var start: Int
  }

  /// Without flags.
  let words: [UInt32]
  let isOdd: [Bool]
  let places: [Place]

  /// Units that must agree on a further word.
  private static let agreement = 0.9
  private static let longest = 64
  /// Words on either side that are beside it.
  private static let near = 6
  /// Of a unit, from either end.
  private static let edge = 0.15

  /// - Parameter units: those in which `seed` is looked for.
  init(around seed: UInt32, in units: [TriggerUnit]) {
    var places = units.compactMap { unit in
      unit.words.firstIndex { $0 & ~TriggerUnit.flags == seed }.map { Place(unit: unit, start: $0) }
    }
    var words = [seed]
    while words.count < Self.longest, let word = Self.shared(places, by: -1) {
      words.insert(word, at: 0)
      places = places.filter { Self.word($0, -1) == word }
      for index in places.indices { places[index].start -= 1 }
    }
    while words.count < Self.longest, let word = Self.shared(places, by: words.count) {
      places = places.filter { [count = words.count] in Self.word($0, count) == word }
      words.append(word)
    }
    self.words = words
    isOdd = words.indices.map { offset in
      places.first.map { $0.unit.words[$0.start + offset] & TriggerUnit.isOdd != 0 } ?? false
    }
    self.places = places
  }

  private static func word(_ place: Place, _ offset: Int) -> UInt32? {
    let index = place.start + offset
    return place.unit.words.indices.contains(index) ? place.unit.words[index] & ~TriggerUnit.flags : nil
  }

  private static func shared(_ places: [Place], by offset: Int) -> UInt32? {
    var counts: [UInt32: Int] = [:]
    for place in places { if let word = word(place, offset) { counts[word, default: 0] += 1 } }
    guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
    return Double(best.value) >= agreement * Double(places.count) ? best.key : nil
  }

  /// Words that its units have nowhere else, and that hardly any of `others` has.
  func ownWords(besides others: [TriggerUnit]) -> [Int] {
    words.indices.filter { index in
      let hash = words[index]
      guard hash != TriggerUnit.number else { return false }
      let elsewhere = places.count { place in
        place.unit.repeats(hash)
          && place.unit.words.indices.contains { at in
            place.unit.words[at] & ~TriggerUnit.flags == hash && !(place.start..<place.start + words.count ~= at)
          }
      }
      guard elsewhere * 20 <= places.count else { return false }
      let known = others.count { $0.has(hash) }
      return known * 50 <= others.count
    }
  }

  /// Whether it mostly stands in lines of its own.
  var standsAlone: Bool { places.count(where: isAlone) * 10 >= places.count * 6 }

  private func isAlone(_ place: Place) -> Bool {
    let (unit, end) = (place.unit.words, place.start + words.count)
    guard unit[place.start] & TriggerUnit.startsLine != 0 else { return false }
    return end == unit.count || unit[end] & TriggerUnit.startsLine != 0
  }

  /// Whether it mostly stands in lines of its own, at one place or at one end of the unit, at one place of a line, or
  /// beside one word: a letterhead, a notice, a label, a form's words.
  var isFurniture: Bool {
    var (first, last) = (0, 0)
    var (starts, ends, columns): ([Int: Int], [Int: Int], [Int: Int]) = ([:], [:], [:])
    var beside: [UInt32: Int] = [:]
    for place in places {
      let (unit, end) = (place.unit.words, place.start + words.count)
      if Double(end) <= Self.edge * Double(unit.count) { first += 1 }
      if Double(place.start) >= (1 - Self.edge) * Double(unit.count) { last += 1 }
      starts[place.start, default: 0] += 1
      ends[unit.count - end, default: 0] += 1
      let line = unit[...place.start].lastIndex { $0 & TriggerUnit.startsLine != 0 } ?? 0
      columns[place.start - line, default: 0] += 1
      let near = unit[max(0, place.start - Self.near)..<place.start] + unit[end..<min(unit.count, end + Self.near)]
      for hash in Set(near.map { $0 & ~TriggerUnit.flags }) where !place.unit.repeats(hash) {
        beside[hash, default: 0] += 1
      }
    }
    let most = [first, last] + [starts, ends, columns].map { $0.values.max() ?? 0 }
    return standsAlone || most.contains { $0 * 10 >= places.count * 6 }
      || beside.values.contains { $0 * 2 >= places.count }
  }

  /// The share of a unit's words that it takes, on average.
  var share: Double {
    let all = places.reduce(0) { $0 + $1.unit.words.count }
    return all == 0 ? 1 : Double(words.count * places.count) / Double(all)
  }
}
