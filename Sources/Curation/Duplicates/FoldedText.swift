/// A text as the duplicate search reads it: hashes of folded words, and folded letters where they are asked for.
package struct FoldedText: Sendable {
  private(set) var words: [UInt64] = []
  private let bytes: [UInt8]
  private var letterCount = 0
  private var ideographCount = 0

  package init(_ text: String) {
    bytes = Array(text.utf8)
    words.reserveCapacity(bytes.count / 6)
    var scanner = UTF8Scanner(bytes)
    let table = FoldedScalar.table
    var hash = Mixing.start
    var length = 0
    while let scalar = scanner.next() {
      let folded = FoldedScalar.of(scalar, table)
      if folded == FoldedScalar.none { continue }
      if folded == FoldedScalar.space {
        close(&hash, &length)
        continue
      }
      letterCount += 1
      if folded >= 0x0E00, CharacterClass.of(folded) == .ideograph {
        close(&hash, &length)
        ideographCount += 1
        words.append(Mixing.step(Mixing.start, UInt64(folded)))
        continue
      }
      hash = Mixing.step(hash, UInt64(folded))
      length += 1
    }
    close(&hash, &length)
  }

  var isMostlyIdeographs: Bool { ideographCount * 2 > letterCount }

  /// Every folded letter and digit, without what stands between words.
  func letters() -> [UInt64] {
    var letters: [UInt64] = []
    letters.reserveCapacity(letterCount)
    let table = FoldedScalar.table
    var scanner = UTF8Scanner(bytes)
    while let scalar = scanner.next() {
      let folded = FoldedScalar.of(scalar, table)
      if folded != FoldedScalar.none, folded != FoldedScalar.space { letters.append(UInt64(folded)) }
    }
    return letters
  }

  @inline(__always)
  private mutating func close(_ hash: inout UInt64, _ length: inout Int) {
    guard length > 0 else { return }
    words.append(hash)
    hash = Mixing.start
    length = 0
  }
}
