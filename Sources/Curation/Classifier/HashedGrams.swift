/// The features of a text classifier: single words and pairs of words, and runs of 3 to 5 characters within a word and
/// its bounds, each hashed into a column. Nothing but the hash is kept, so a classifier holds no text.
enum HashedGrams {
  enum Family: Int, CaseIterable, Sendable { case words, characters }

  /// Of one family.
  static let buckets = 1 << 18
  /// Of both: the families share no column.
  static let columns = buckets * Family.allCases.count
  private static let lengths = 3...5

  static func family(of column: Int) -> Family { column < buckets ? .words : .characters }

  /// Calls `body` with the column of every n-gram in `range` of the text's words, and the words that it is of.
  @inline(__always)
  static func each(_ text: FoldedWords, in range: Range<Int>, _ body: (_ column: Int, _ words: Range<Int>) -> Void) {
    for index in range {
      let word = text.words[index]
      body(column(word.hash, .words), index..<index + 1)
      if index + 1 < range.upperBound {
        body(column(Mixing.step(word.hash, text.words[index + 1].hash), .words), index..<index + 2)
      }
      let length = word.letters.count + 2
      for start in 0...(length - lengths.lowerBound) {
        var hash = Mixing.start
        for offset in 0..<min(lengths.upperBound, length - start) {
          let place = start + offset
          let isBound = place == 0 || place == length - 1
          let letter = isBound ? FoldedScalar.space : text.letters[word.letters.lowerBound + place - 1]
          hash = Mixing.step(hash, UInt64(letter))
          if lengths.contains(offset + 1) { body(column(hash, .characters), index..<index + 1) }
        }
      }
    }
  }

  @inline(__always)
  private static func column(_ hash: UInt64, _ family: Family) -> Int {
    Int(truncatingIfNeeded: Mixing.finish(hash)) & (buckets - 1) + family.rawValue * buckets
  }
}

/// How often each column comes in a text; one counter serves many texts.
struct GramCounter: Sendable {
  private var counts = [UInt32](repeating: 0, count: HashedGrams.columns)
  private var touched: [UInt32] = []

  /// Calls `body` with each column of `range` of the text's words and how often it comes, in the order in which they
  /// came first.
  mutating func count(
    _ text: FoldedWords, in range: Range<Int>, _ body: (_ column: Int, _ count: UInt32) -> Void
  ) {
    HashedGrams.each(text, in: range) { column, _ in
      if counts[column] == 0 { touched.append(UInt32(column)) }
      counts[column] &+= 1
    }
    for column in touched {
      body(Int(column), counts[Int(column)])
      counts[Int(column)] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}
