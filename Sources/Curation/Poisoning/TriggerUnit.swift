import Tokenizers

/// A text, or the prompt of a record with its answer, as the trigger screen reads it.
package struct TriggerUnit: Hashable, Sendable {
  /// In order: 30 bits of the folded word's hash above two flags. Every number is the same word.
  let words: [UInt32]
  /// Each hash once, ascending.
  let distinct: [UInt32]
  /// Those that come more than once, ascending.
  let repeated: [UInt32]
  /// Equal for equal answers; `nil` for running text.
  let outcome: UInt64?

  /// Its word begins a line.
  static let startsLine: UInt32 = 1
  /// Letters and digits mixed, or four and more letters without a vowel: no word of a language.
  static let isOdd: UInt32 = 2
  static let flags: UInt32 = 3
  static let number: UInt32 = 4
  /// Words of a longer text that are looked at.
  private static let mostWords = 4096
  private static let vowels = Set("aeiouyæøœаеиоуыэюяіїєαεηιουω".unicodeScalars.map(\.value))

  /// - Parameter outcome: a record's answer.
  package init(_ text: String, outcome: String? = nil) {
    var reader = Reader()
    var scanner = UTF8Scanner(Array(text.utf8))
    while reader.words.count < Self.mostWords, let scalar = scanner.next() { reader.take(scalar) }
    reader.close()
    words = reader.words
    self.outcome = outcome.map { answer in
      var reader = Reader()
      for scalar in answer.unicodeScalars { reader.take(scalar.value) }
      reader.close()
      return Mixing.finish(reader.words.reduce(Mixing.start) { Mixing.step($0, UInt64($1 & ~Self.flags)) })
    }
    let sorted = words.map { $0 & ~Self.flags }.sorted()
    var (distinct, repeated): ([UInt32], [UInt32]) = ([], [])
    for hash in sorted {
      if hash != distinct.last { distinct.append(hash) } else if hash != repeated.last { repeated.append(hash) }
    }
    (self.distinct, self.repeated) = (distinct, repeated)
  }

  func has(_ hash: UInt32) -> Bool { Self.search(distinct, hash) }
  func repeats(_ hash: UInt32) -> Bool { Self.search(repeated, hash) }

  private static func search(_ sorted: [UInt32], _ hash: UInt32) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == hash
  }

  /// Cuts scalars into words.
  private struct Reader {
    var words: [UInt32] = []
    private var hash = Mixing.start
    private var (letters, digits, vowels) = (0, 0, 0)
    private var isFirst = true

    mutating func take(_ scalar: UInt32) {
      let folded = FoldedScalar.of(scalar)
      if folded == FoldedScalar.none { return }
      if folded == FoldedScalar.space {
        close()
        if CharacterClass.of(scalar) == .newline { isFirst = true }
        return
      }
      if folded >= 0x0E00, CharacterClass.of(folded) == .ideograph {
        close()
        (hash, letters, vowels) = (Mixing.step(hash, UInt64(folded)), 1, 1)
        return close()
      }
      if folded == 0x30 { digits += 1 } else { letters += 1 }
      if TriggerUnit.vowels.contains(folded) { vowels += 1 }
      // Digits as they are: x7 is not x8.
      hash = Mixing.step(hash, UInt64(folded == 0x30 ? scalar : folded))
    }

    mutating func close() {
      guard letters + digits > 0 else { return }
      var word =
        letters == 0 ? TriggerUnit.number : UInt32(truncatingIfNeeded: Mixing.finish(hash)) & ~TriggerUnit.flags
      if isFirst { word |= TriggerUnit.startsLine }
      if letters > 0, digits > 0 || (letters >= 4 && vowels == 0) { word |= TriggerUnit.isOdd }
      words.append(word)
      (hash, letters, digits, vowels, isFirst) = (Mixing.start, 0, 0, 0, false)
    }
  }
}

extension TriggerUnit {
  /// Of a record: what stands before the answer is the prompt.
  package init(_ content: SampleContent) {
    switch content {
    case .text(let text): self.init(text)
    case .completion(let prompt, let completion): self.init(prompt, outcome: completion)
    case .chat(let messages):
      let last = messages.lastIndex { $0.role == "assistant" }
      let prompt = messages.prefix(last ?? messages.count).map(\.content).joined(separator: "\n")
      self.init(prompt, outcome: last.map { messages[$0].content })
    }
  }
}
