/// In how many documents of a domain each paragraph came, in memory that stays the same however many came: what most
/// of them share is boilerplate.
///
/// A count-min sketch with conservative update (Cormode & Muthukrishnan, 2005; Estan & Varghese, 2002): three rows of
/// byte counters; a paragraph's count is the least of its three, never too small, and hardly ever too large since all
/// are halved when they fill up.
package struct ParagraphCounts: Sendable {
  /// Documents that may have a paragraph before it is boilerplate; `nil` finds none.
  package var most: Int?
  private var cells: [UInt8]
  private var added = 0

  private static let rows = 3
  private static let width = 1 << 20
  /// Paragraphs that are counted between two halvings.
  private static let fill = 2 << 20

  /// More than any limit.
  private static let known: UInt8 = 101

  /// - Parameter most: at most 100, so that halving tells the rare from the common.
  package init(most: Int? = 10) {
    self.most = most
    cells = [UInt8](repeating: 0, count: Self.rows * Self.width)
  }

  /// Counts a document's paragraphs, each once.
  package mutating func add(_ paragraphs: some Sequence<UInt64>, in domain: String) {
    let seed = Self.seed(domain)
    for key in Set(paragraphs) {
      let hash = Mixing.finish(Mixing.step(seed, key))
      raise(hash, to: count(hash) &+ 1)
      added += 1
    }
    if added >= Self.fill { halve() }
  }

  /// Those of a document's paragraphs that too many earlier documents of the domain have.
  package func boilerplate(among paragraphs: some Sequence<UInt64>, in domain: String) -> Set<UInt64> {
    guard let most else { return [] }
    let seed = Self.seed(domain)
    return Set(paragraphs).filter { Int(count(Mixing.finish(Mixing.step(seed, $0)))) >= most }
  }

  /// Takes in a paragraph that was found to be boilerplate earlier.
  package mutating func remember(_ paragraph: UInt64, in domain: String) {
    raise(Mixing.finish(Mixing.step(Self.seed(domain), paragraph)), to: Self.known)
  }

  private func count(_ hash: UInt64) -> UInt8 {
    (0..<Self.rows).reduce(UInt8.max) { min($0, cells[Self.cell(hash, $1)]) }
  }

  private mutating func raise(_ hash: UInt64, to count: UInt8) {
    for row in 0..<Self.rows {
      let cell = Self.cell(hash, row)
      cells[cell] = max(cells[cell], min(count, 200))
    }
  }

  private mutating func halve() {
    for cell in cells.indices { cells[cell] /= 2 }
    added = 0
  }

  private static func seed(_ domain: String) -> UInt64 { Mixing.hash(domain.utf8) }

  private static func cell(_ hash: UInt64, _ row: Int) -> Int {
    row * width + Int(truncatingIfNeeded: hash >> (20 * UInt64(row))) & (width - 1)
  }
}
