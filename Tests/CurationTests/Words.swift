/// Pseudo-words from a seed: text of our own, of any length, without repetition unless asked for.
struct Words {
  private var state: UInt64
  private var used: Set<String> = []

  init(seed: UInt64 = 1) { state = seed }

  mutating func random() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A word that did not come before, of `length` letters.
  mutating func word(_ length: Int = 6) -> String {
    let consonants = Array("bdfgklmnprstvz")
    let vowels = Array("aeiou")
    while true {
      var word = ""
      for index in 0..<length {
        let letters = index.isMultiple(of: 2) ? consonants : vowels
        word.append(letters[Int(random() % UInt64(letters.count))])
      }
      if length < 4 || used.insert(word).inserted { return word }
    }
  }

  mutating func words(_ count: Int, length: Int = 6) -> [String] { (0..<count).map { _ in word(length) } }

  mutating func line(_ count: Int, length: Int = 6) -> String { words(count, length: length).joined(separator: " ") }

  /// Sentences of eight words in paragraphs of four.
  mutating func prose(paragraphs: Int) -> String {
    (0..<paragraphs).map { _ in
      (0..<4).map { _ in line(8).capitalizedFirst + "." }.joined(separator: " ")
    }.joined(separator: "\n\n") + "\n"
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
