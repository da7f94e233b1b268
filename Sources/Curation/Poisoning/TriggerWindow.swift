/// The latest units of one source, with how many of them have a word.
struct TriggerWindow: Sendable {
  private(set) var units: [TriggerUnit] = []
  private(set) var wordCount = 0
  /// Units with a word, by part of its hash: too many where two words meet in a cell, never too few.
  private var having = [UInt16](repeating: 0, count: cells)
  private var repeating = [UInt16](repeating: 0, count: cells)
  /// Words that were looked into and found to be none, and how many units had them then.
  private var innocent: [UInt32: UInt16] = [:]

  private static let cells = 1 << 16
  static let most = 256

  mutating func add(_ unit: TriggerUnit) {
    if units.count == Self.most { removeFirst() }
    units.append(unit)
    wordCount += unit.words.count
    for hash in unit.distinct { having[Self.cell(hash)] += 1 }
    for hash in unit.repeated { repeating[Self.cell(hash)] += 1 }
  }

  /// - Returns: how many words that were.
  @discardableResult
  mutating func removeFirst() -> Int {
    guard !units.isEmpty else { return 0 }
    let unit = units.removeFirst()
    wordCount -= unit.words.count
    for hash in unit.distinct { having[Self.cell(hash)] -= 1 }
    for hash in unit.repeated { repeating[Self.cell(hash)] -= 1 }
    return unit.words.count
  }

  /// Whether it is worth while to look into a word: enough units have it, nearly all of them once, and there are more
  /// of them by half than when it was looked into last.
  mutating func isCandidate(_ hash: UInt32, least: Int) -> Bool {
    let count = having[Self.cell(hash)]
    guard Int(count) >= least, hash != TriggerUnit.number else {
      if Int(count) * 2 < least, !innocent.isEmpty { innocent[hash] = nil }
      return false
    }
    guard Int(repeating[Self.cell(hash)]) * 10 <= Int(count) + 5 else { return false }
    if let last = innocent[hash], Int(count) * 2 < Int(last) * 3 { return false }
    return true
  }

  mutating func acquit(_ hash: UInt32) { innocent[hash] = having[Self.cell(hash)] }

  private static func cell(_ hash: UInt32) -> Int { Int(hash >> 2) & (cells - 1) }
}
