/// A text as a classifier reads it: words folded as the duplicate search folds them, each with its place in the text.
struct FoldedWords: Sendable {
  struct Word: Sendable {
    /// In `letters`.
    var letters: Range<Int>
    /// Unicode scalars from the start of the text, half open.
    var start: Int
    var end: Int
    var hash: UInt64
  }

  private(set) var letters: [UInt32] = []
  private(set) var words: [Word] = []
  private var first = 0
  private var start = 0
  private var hash = Mixing.start

  /// - Parameter limit: words that are read at most.
  init(utf8 bytes: [UInt8], limit: Int = .max) {
    var scanner = UTF8Scanner(bytes)
    var place = 0
    while words.count < limit, let scalar = scanner.next() {
      add(FoldedScalar.of(scalar), at: place)
      place += 1
    }
    if words.count < limit { close(at: place) }
  }

  private mutating func add(_ folded: UInt32, at place: Int) {
    if folded == FoldedScalar.none { return }
    if folded == FoldedScalar.space { return close(at: place) }
    // A letter of a script without spaces is a word.
    let isIdeograph = folded >= 0x0E00 && CharacterClass.of(folded) == .ideograph
    if isIdeograph { close(at: place) }
    if letters.count == first { start = place }
    letters.append(folded)
    hash = Mixing.step(hash, UInt64(folded))
    if isIdeograph { close(at: place + 1) }
  }

  private mutating func close(at end: Int) {
    guard letters.count > first else { return }
    words.append(Word(letters: first..<letters.count, start: start, end: end, hash: Mixing.finish(hash)))
    first = letters.count
    hash = Mixing.start
  }
}
