/// Words as the published filters for English web pages count them: a mark is a word of its own.
///
/// Their implementations split by the rules of spaCy's English tokenizer (Honnibal et al., 2020). These are those rules
/// but for the lists of abbreviations and units: marks before and after a word, contractions, and what splits a word
/// inside. The filters of our own profiles count by `TextStatistics`, in every language alike.
package struct PublishedWords: Sendable {
  /// Of the first million words, in order.
  private(set) var hashes: [UInt64] = []
  /// Scalars of each of `hashes`.
  private(set) var lengths: [UInt32] = []
  package private(set) var count = 0
  /// Words with a letter in them.
  package private(set) var withLetter = 0
  /// Words that are more than marks, and their scalars.
  package private(set) var plain = 0
  package private(set) var plainScalars = 0

  private static let mostKept = 1 << 20

  package init(utf8 bytes: [UInt8]) {
    var scanner = UTF8Scanner(bytes)
    var chunk: [UInt32] = []
    while let scalar = scanner.next() {
      switch CharacterClass.of(scalar) {
      case .space, .newline:
        split(chunk[...])
        chunk.removeAll(keepingCapacity: true)
      case .letter, .mark, .digit, .punctuation, .symbol, .control, .ideograph: chunk.append(scalar)
      }
    }
    split(chunk[...])
  }

  /// Scalars of a word that is more than marks, on average.
  var meanPlainLength: Double { plain == 0 ? 0 : Double(plainScalars) / Double(plain) }

  // MARK: Splitting

  /// One run without white space: marks off both its ends, then what splits it inside.
  private mutating func split(_ chunk: ArraySlice<UInt32>) {
    var rest = chunk
    var tail: [ArraySlice<UInt32>] = []
    while !rest.isEmpty {
      let before = rest.count
      let prefix = Self.prefix(rest)
      if prefix > 0 {
        add(rest.prefix(prefix))
        rest = rest.dropFirst(prefix)
      }
      let suffix = Self.suffix(rest)
      if suffix > 0 {
        tail.append(rest.suffix(suffix))
        rest = rest.dropLast(suffix)
      }
      if rest.count == before { break }
    }
    splitInside(rest)
    for mark in tail.reversed() { add(mark) }
  }

  private mutating func splitInside(_ word: ArraySlice<UInt32>) {
    if Self.isAddress(word) {
      add(word)
      return
    }
    let ending = Self.contraction(word)
    let body = word.dropLast(ending)
    var start = body.startIndex
    var index = start + 1
    while index < body.endIndex - 1 {
      let length = Self.infix(body, at: index)
      guard length > 0 else {
        index += 1
        continue
      }
      add(body[start..<index])
      add(body[index..<(index + length)])
      start = index + length
      index = start + 1
    }
    add(body[start...])
    add(word.suffix(ending))
  }

  private mutating func add(_ word: ArraySlice<UInt32>) {
    guard !word.isEmpty else { return }
    var hash = Mixing.start
    var (hasLetter, isPlain) = (false, false)
    for scalar in word {
      hash = Mixing.step(hash, UInt64(scalar))
      switch CharacterClass.of(scalar) {
      case .letter, .ideograph: (hasLetter, isPlain) = (true, true)
      case .digit, .mark: isPlain = true
      case .symbol: isPlain = isPlain || !Self.plainSymbols.contains(scalar)
      case .punctuation: isPlain = isPlain || scalar == 0x2022
      case .control, .space, .newline: break
      }
    }
    count += 1
    if hasLetter { withLetter += 1 }
    if isPlain {
      plain += 1
      plainScalars += word.count
    }
    guard hashes.count < Self.mostKept else { return }
    hashes.append(hash)
    lengths.append(UInt32(word.count))
  }

  // MARK: Rules

  private static let plainSymbols = scalars("+^~`|=<>$´～►")
  private static let marks = scalars("…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪\"'”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉")
  private static let prefixes = marks.union(scalars("§%=—–$£€¥฿₹"))
  private static let suffixes = marks.union(scalars("—–"))
  private static let quotes = scalars("\"'”“`‘´’‚„»«")
  private static let afterDigits = scalars("+%$£€¥°")
  private static let beforeStop = quotes.union(scalars("%²-+)]"))
  private static let hyphens = scalars("-–—~")
  private static let relations = scalars(":<>=/")
  private static let signs = scalars("+-*^")
  private static let contractions = ["n't", "'s", "'S", "'m", "'re", "'ve", "'ll", "'d"].map {
    $0.unicodeScalars.map(\.value)
  }

  private static func scalars(_ text: String) -> Set<UInt32> { Set(text.unicodeScalars.map(\.value)) }

  /// Scalars of the mark that `word` begins with.
  private static func prefix(_ word: ArraySlice<UInt32>) -> Int {
    guard let first = word.first else { return 0 }
    let dots = word.prefix { $0 == 0x2E }.count
    if dots > 1 { return dots }
    if first == 0x2B { return word.dropFirst().first.map(isDigit) == true ? 0 : 1 }
    return prefixes.contains(first) || isIcon(first) ? 1 : 0
  }

  /// Scalars of the mark that `word` ends with.
  private static func suffix(_ word: ArraySlice<UInt32>) -> Int {
    guard let last = word.last else { return 0 }
    let before = word.dropLast().last
    if last == 0x2E {
      let dots = word.reversed().prefix { $0 == 0x2E }.count
      if dots > 1 { return dots }
      guard let before else { return 0 }
      if isDigit(before) || isLowercase(before) || beforeStop.contains(before) { return 1 }
      return isUppercase(before) && word.dropLast(2).last.map(isUppercase) == true ? 1 : 0
    }
    if suffixes.contains(last) || isIcon(last) { return 1 }
    if let before, isDigit(before), afterDigits.contains(last) { return 1 }
    return 0
  }

  /// Scalars that split `word` at `index`, neither its first place nor its last.
  private static func infix(_ word: ArraySlice<UInt32>, at index: Int) -> Int {
    let scalar = word[index]
    // Most are letters and digits, which split nothing.
    if CharacterClass.of(scalar) == .letter || isDigit(scalar) { return 0 }
    let (before, after) = (word[index - 1], word[index + 1])
    if scalar == 0x2026 || isIcon(scalar) { return 1 }
    if scalar == 0x2E {
      let dots = word[index...].prefix { $0 == 0x2E }.count
      if dots > 1 { return dots }
      let isBetween =
        (isLowercase(before) || quotes.contains(before)) && (isUppercase(after) || quotes.contains(after))
      return isBetween ? 1 : 0
    }
    if signs.contains(scalar), isDigit(before), isDigit(after) || after == 0x2D { return 1 }
    if scalar == 0x2C { return isLetter(before) && isLetter(after) ? 1 : 0 }
    if hyphens.contains(scalar) {
      let length = word[index...].prefix { $0 == scalar }.count
      let end = index + length
      return isLetter(before) && end < word.endIndex && isLetter(word[end]) ? length : 0
    }
    if relations.contains(scalar) { return (isLetter(before) || isDigit(before)) && isLetter(after) ? 1 : 0 }
    return 0
  }

  /// Scalars at the end of `word` that stand for a word of their own: `n't`, `'s`, `'re`.
  private static func contraction(_ word: ArraySlice<UInt32>) -> Int {
    let typewriter = word.suffix(4).map { $0 == 0x2019 ? 0x27 : $0 }
    return contractions.first { typewriter.count > $0.count && typewriter.suffix($0.count) == $0[...] }?.count ?? 0
  }

  private static func isAddress(_ word: ArraySlice<UInt32>) -> Bool {
    guard let colon = word.firstIndex(of: 0x3A) else { return word.starts(with: [0x77, 0x77, 0x77, 0x2E]) }
    return word[colon...].starts(with: [0x3A, 0x2F, 0x2F])
  }

  private static func isDigit(_ scalar: UInt32) -> Bool { (0x30...0x39).contains(scalar) }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    let kind = CharacterClass.of(scalar)
    return kind == .letter || kind == .ideograph
  }

  private static func isUppercase(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (0x41...0x5A).contains(scalar) }
    return isLetter(scalar) && Unicode.Scalar(scalar)?.properties.isUppercase == true
  }

  private static func isLowercase(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (0x61...0x7A).contains(scalar) }
    return isLetter(scalar) && !isUppercase(scalar)
  }

  /// “Other symbols”: pictures, arrows in boxes.
  private static func isIcon(_ scalar: UInt32) -> Bool {
    scalar >= 0x2300 && Unicode.Scalar(scalar)?.properties.generalCategory == .otherSymbol
  }
}
