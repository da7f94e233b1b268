/// National numbers of persons with their check digits: GB (NINO, NHS), DE (tax, pension), FR (NIR), ES (DNI, NIE),
/// IT (codice fiscale), NL (BSN). Where the check alone would let one in ten numbers pass, a word must name the number.
enum NationalIDDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.nationalID

  /// Letters and digits of a candidate with its separators left out.
  private struct Candidate {
    var range: Range<Int>
    var characters: [UInt8]
    /// Characters between separators.
    var groups: [Int]
  }

  private static let mostCharacters = 16

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      guard ASCII.isAlphanumeric(bytes[index]), !ASCII.continuesBefore(bytes, index) else {
        index += 1
        continue
      }
      if mayStart(bytes, index), let candidate = best(bytes, index) {
        found.append(candidate)
        index = candidate.upperBound
      } else {
        while index < bytes.count, ASCII.isAlphanumeric(bytes[index]) { index += 1 }
      }
    }
    return found
  }

  /// Whether a digit is near enough for a number to start here: most words are no candidates.
  private static func mayStart(_ bytes: [UInt8], _ start: Int) -> Bool {
    var index = start
    while index < bytes.count, index - start <= mostCharacters {
      if ASCII.isDigit(bytes[index]) { return true }
      guard ASCII.isLetter(bytes[index]) || index - start < 4 else { return false }
      index += 1
    }
    return false
  }

  /// The longest number that starts at `start` and passes.
  private static func best(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
    var candidate = Candidate(range: start..<start, characters: [], groups: [0])
    var longest: Range<Int>?
    var index = start
    var hasDigit = false
    while index < bytes.count, candidate.characters.count <= mostCharacters {
      let byte = bytes[index]
      if ASCII.isAlphanumeric(byte) {
        candidate.characters.append(byte &- 0x61 < 26 ? byte & 0xDF : byte)
        candidate.groups[candidate.groups.count - 1] += 1
        if ASCII.isDigit(byte) { hasDigit = true }
        index += 1
        if ASCII.continuesAfter(bytes, index) { continue }
        candidate.range = start..<index
        if hasDigit, candidate.characters.count >= 8, isNumber(bytes, candidate) { longest = candidate.range }
        continue
      }
      // Words of five letters begin no number but an Italian one, which has no separators.
      guard byte == 0x20 || byte == 0x2D || byte == 0x2E || byte == 0x2F, candidate.groups.count < 8,
        hasDigit || candidate.characters.count <= 2, index + 1 < bytes.count, ASCII.isAlphanumeric(bytes[index + 1])
      else { break }
      candidate.groups.append(0)
      index += 1
    }
    return longest
  }

  private static func isNumber(_ bytes: [UInt8], _ candidate: Candidate) -> Bool {
    let text = candidate.characters
    let digits = text.count(where: ASCII.isDigit)
    switch (text.count, digits) {
    case (9, 6): return isNINO(text)
    case (10, 10): return isNHS(text) && says(bytes, candidate, nhsWords)
    case (11, 11): return isTaxNumber(text) && says(bytes, candidate, germanWords)
    case (12, 11): return isPensionNumber(text)
    case (15, 15), (15, 14):
      return isNIR(text)
        && (candidate.groups.count > 2 || says(bytes, candidate, frenchWords) || candidate.groups.count == 1)
    case (9, 8): return isDNI(text)
    case (9, 7): return isNIE(text)
    case (16, _): return candidate.groups.count == 1 && isCodiceFiscale(text)
    case (9, 9), (8, 8): return isBSN(text) && says(bytes, candidate, dutchWords)
    default: return false
    }
  }

  private static func says(_ bytes: [UInt8], _ candidate: Candidate, _ words: WordContext) -> Bool {
    words.lastEnd(in: bytes, before: candidate.range.lowerBound) != nil
  }

  private static let nhsWords = WordContext(["nhs", "nhs number", "national health"])
  private static let germanWords = WordContext([
    "steuer-id*", "steueridentifikationsnummer", "identifikationsnummer", "steuernummer",
    "steuer-identifikationsnummer",
    "idnr*", "id-nr*", "tin", "tax id*", "tax identification*", "steuer-idnr*", "tax number",
  ])
  private static let frenchWords = WordContext(["nir", "insee", "social*", "secu*", "n°", "numero*", "numéro*"])
  private static let dutchWords = WordContext([
    "bsn", "burgerservicenummer", "sofinummer", "sofi-nummer", "citizen service number", "bsn-nummer",
  ])

  private static func value(_ byte: UInt8) -> Int { Int(byte) - 0x30 }

  private static func number(_ digits: some Sequence<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + value($1) } }

  /// Two letters, six digits, A to D; letters and pairs that are not used are excluded (HMRC, NIM39110).
  private static func isNINO(_ text: [UInt8]) -> Bool {
    guard ASCII.isUpper(text[0]), ASCII.isUpper(text[1]), text[2..<8].allSatisfy(ASCII.isDigit),
      (0x41...0x44).contains(text[8])
    else { return false }
    let pair = String(decoding: text[..<2], as: UTF8.self)
    guard !["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"].contains(pair) else { return false }
    return !"DFIQUV".utf8.contains(text[0]) && !"DFIOQUV".utf8.contains(text[1])
  }

  /// Modulus 11 with weights 10 to 2.
  private static func isNHS(_ text: [UInt8]) -> Bool {
    let sum = text.prefix(9).enumerated().reduce(0) { $0 + (10 - $1.offset) * value($1.element) }
    let check = 11 - sum % 11
    return check != 10 && check % 11 == value(text[9]) && Set(text).count > 1
  }

  /// ISO 7064, MOD 11,10; of the first ten digits exactly one comes twice or three times.
  private static func isTaxNumber(_ text: [UInt8]) -> Bool {
    guard text[0] != 0x30 else { return false }
    var counts = [Int](repeating: 0, count: 10)
    for byte in text.prefix(10) { counts[value(byte)] += 1 }
    guard counts.count(where: { $0 > 1 }) == 1, counts.allSatisfy({ $0 < 4 }) else { return false }
    var product = 10
    for byte in text.prefix(10) {
      var sum = (value(byte) + product) % 10
      if sum == 0 { sum = 10 }
      product = sum * 2 % 11
    }
    return (11 - product) % 10 == value(text[10])
  }

  /// Area, date of birth, a letter, serial, check digit (VKVV).
  private static func isPensionNumber(_ text: [UInt8]) -> Bool {
    guard ASCII.isUpper(text[8]), (1...31).contains(number(text[2..<4])), (1...12).contains(number(text[4..<6])) else {
      return false
    }
    let letter = Int(text[8]) - 0x40
    let digits = text[..<8].map(value) + [letter / 10, letter % 10] + text[9..<11].map(value)
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
    let sum = zip(digits, weights).reduce(0) { sum, pair in
      let product = pair.0 * pair.1
      return sum + product / 10 + product % 10
    }
    return sum % 10 == value(text[11])
  }

  /// Sex, year, month, department (2A and 2B in Corsica), and 97 less the rest modulo 97.
  private static func isNIR(_ text: [UInt8]) -> Bool {
    guard text[0] == 0x31 || text[0] == 0x32, ASCII.isDigit(text[3]), ASCII.isDigit(text[4]) else { return false }
    let month = number(text[3..<5])
    guard (1...12).contains(month) || (20...42).contains(month) || (50...99).contains(month) else { return false }
    var digits = text
    var less = 0
    if !ASCII.isDigit(text[6]) {
      guard text[5] == 0x32, text[6] == 0x41 || text[6] == 0x42 else { return false }
      less = text[6] == 0x41 ? 1_000_000 : 2_000_000
      digits[6] = 0x30
    }
    guard digits.allSatisfy(ASCII.isDigit) else { return false }
    return 97 - (number(digits[..<13]) - less) % 97 == number(digits[13...])
  }

  private static let spanishLetters = Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)

  private static func isDNI(_ text: [UInt8]) -> Bool {
    text[..<8].allSatisfy(ASCII.isDigit) && text[8] == spanishLetters[number(text[..<8]) % 23]
  }

  private static func isNIE(_ text: [UInt8]) -> Bool {
    guard let first = Array("XYZ".utf8).firstIndex(of: text[0]), text[1..<8].allSatisfy(ASCII.isDigit) else {
      return false
    }
    return text[8] == spanishLetters[(first * 10_000_000 + number(text[1..<8])) % 23]
  }

  /// Six letters, seven places of a date and a place, a check letter (D.M. 23/12/1976).
  private static func isCodiceFiscale(_ text: [UInt8]) -> Bool {
    // Digits may be letters of `LMNPQRSTUV` where two persons would have the same code.
    let pattern = Array("AAAAAA99A99A999A".utf8)
    for (byte, mark) in zip(text, pattern) {
      let fits = mark == 0x41 ? ASCII.isUpper(byte) : ASCII.isDigit(byte) || "LMNPQRSTUV".utf8.contains(byte)
      guard fits else { return false }
    }
    guard "ABCDEHLMPRST".utf8.contains(text[8]) else { return false }
    let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    var sum = 0
    for (index, byte) in text[..<15].enumerated() {
      let place = ASCII.isDigit(byte) ? value(byte) : Int(byte) - 0x41
      sum += index.isMultiple(of: 2) ? odd[place] : place
    }
    return Int(text[15]) - 0x41 == sum % 26
  }

  /// The eleven test: weights 9 to 2 and −1.
  private static func isBSN(_ text: [UInt8]) -> Bool {
    let digits = (text.count == 8 ? [0] : []) + text.map(value)
    let sum = zip(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]).reduce(0) { $0 + $1.0 * $1.1 }
    return sum > 0 && sum.isMultiple(of: 11)
  }
}
