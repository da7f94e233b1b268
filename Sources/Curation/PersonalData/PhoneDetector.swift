/// Telephone numbers without a country's code: the forms in which nations write theirs, and any number that words
/// beside it call a telephone's. Digits in dates, amounts, versions and references are none.
enum PhoneDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.phone

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard ASCII.isDigit(byte) || byte == 0x2B || byte == 0x28 else {
        index += 1
        continue
      }
      guard let run = PhoneDigits(bytes, at: index) else {
        // More digits than any number has are a table's, with all that is set apart by single marks.
        let isTable = ASCII.isDigit(byte) && !ASCII.continuesBefore(bytes, index)
        index += 1
        while index < bytes.count,
          ASCII.isDigit(bytes[index])
            || (isTable && [0x20, 0x2D, 0x2E, 0x2F].contains(bytes[index]) && index + 1 < bytes.count
              && ASCII.isDigit(bytes[index + 1]))
        { index += 1 }
        continue
      }
      if let end = NationalNumber.end(run, bytes) {
        found.append(index..<end)
        index = end
      } else {
        // A bracket before the digits may belong to the sentence: the digits get a look of their own.
        index = ASCII.isDigit(byte) ? max(run.end, index + 1) : index + 1
      }
    }
    return found
  }
}

/// Telephone numbers with their country's code, which are sure enough to come before cards.
enum InternationalPhoneDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.phone

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index + 8 < bytes.count {
      let byte = bytes[index]
      guard byte == 0x2B || (byte == 0x30 && bytes[index + 1] == 0x30), let run = PhoneDigits(bytes, at: index),
        let end = InternationalNumber.end(run, bytes)
      else {
        index += 1
        continue
      }
      found.append(index..<end)
      index = end
    }
    return found
  }
}

/// A run of digits with the separators that telephone numbers have.
struct PhoneDigits {
  let start: Int
  /// After the last digit, without an extension.
  private(set) var end: Int
  private(set) var digits: [UInt8] = []
  /// Digits between separators.
  private(set) var groups: [Int] = []
  /// Separators that occur, one of each kind, brackets left out.
  private(set) var separators: Set<UInt8> = []
  private(set) var hasPlus = false
  private(set) var opensBracket = false
  private(set) var hasBrackets = false
  /// Where each group ends.
  private(set) var groupEnds: [Int] = []

  private static let mostDigits = 20

  /// `nil` where no run starts at `start`.
  init?(_ bytes: [UInt8], at start: Int) {
    guard !ASCII.continuesBefore(bytes, start) else { return nil }
    self.start = start
    end = start
    var index = start
    if bytes[index] == 0x2B {
      hasPlus = true
      index += 1
    }
    if index < bytes.count, bytes[index] == 0x28 {
      opensBracket = true
      index += 1
    }
    guard index < bytes.count, ASCII.isDigit(bytes[index]) else { return nil }
    var depth = opensBracket ? 1 : 0
    while index < bytes.count, digits.count <= Self.mostDigits {
      let groupStart = index
      while index < bytes.count, ASCII.isDigit(bytes[index]) {
        if digits.count <= Self.mostDigits { digits.append(bytes[index] - 0x30) }
        index += 1
      }
      groups.append(index - groupStart)
      groupEnds.append(index)
      end = index
      guard let next = Self.separator(bytes, index, &depth, &separators, &hasBrackets) else { break }
      index = next
    }
    guard digits.count <= Self.mostDigits else { return nil }
  }

  /// The next digit after at most three separators: one kind, or brackets with a space.
  private static func separator(
    _ bytes: [UInt8], _ start: Int, _ depth: inout Int, _ kinds: inout Set<UInt8>, _ brackets: inout Bool
  ) -> Int? {
    var index = start
    var last: UInt8 = 0
    var level = depth
    var seen: Set<UInt8> = []
    var hasBracket = false
    while index < bytes.count, index - start < 4 {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x2D, 0x2E, 0x2F:
        // ` - ` is one separator, two spaces or dots are the end.
        if byte == last || (byte != 0x20 && !seen.subtracting([0x20]).isEmpty) { return nil }
        seen.insert(byte)
      case 0x28:
        guard level == 0 else { return nil }
        level += 1
        hasBracket = true
      case 0x29:
        guard level == 1 else { return nil }
        level -= 1
        hasBracket = true
      default:
        guard ASCII.isDigit(byte), index > start else { return nil }
        depth = level
        kinds.formUnion(seen)
        if hasBracket { brackets = true }
        return index
      }
      last = byte
      index += 1
    }
    return nil
  }

  /// The end with an extension: `x123`, `ext. 12`.
  func endWithExtension(_ bytes: [UInt8], from end: Int) -> Int? {
    var index = end
    if index < bytes.count, bytes[index] == 0x20 { index += 1 }
    for mark in ["extension ", "ext. ", "ext.", "ext ", "x"] {
      let word = Array(mark.utf8)
      guard index + word.count < bytes.count,
        zip(bytes[index..<(index + word.count)], word).allSatisfy({ ASCII.lower($0) == $1 }),
        ASCII.isDigit(bytes[index + word.count])
      else { continue }
      var last = index + word.count
      while last < bytes.count, last - index < word.count + 7, ASCII.isDigit(bytes[last]) { last += 1 }
      return ASCII.continuesAfter(bytes, last) ? nil : last
    }
    return ASCII.continuesAfter(bytes, end) ? nil : end
  }
}

/// `+` or `00`, a country code that exists, 8 to 15 digits.
enum InternationalNumber {
  static func end(_ run: PhoneDigits, _ bytes: [UInt8]) -> Int? {
    var digits = run.digits[...]
    if !run.hasPlus {
      guard digits.starts(with: [0, 0]), digits.count > 2, !run.opensBracket else { return nil }
      digits = digits.dropFirst(2)
    }
    if run.start > 0 {
      let before = bytes[run.start - 1]
      if before == 0x2B || before == 0x2E { return nil }
      // A comma or dash after a word sets fields apart; after a digit it makes another number.
      if before == 0x2C || before == 0x2D, run.start < 2 || ASCII.isDigit(bytes[run.start - 2]) { return nil }
    }
    // Where more digits follow than a number has, the last groups are something else.
    var end = run.end
    var count = digits.count
    var group = run.groups.count - 1
    while count > 15, group > 0 {
      count -= run.groups[group]
      group -= 1
      end = run.groupEnds[group]
    }
    let number = Array(digits.prefix(count))
    guard (8...15).contains(count), hasCountry(number) else { return nil }
    return run.endWithExtension(bytes, from: end)
  }

  /// Country codes: one digit (1, 7), the two-digit ones, and the zones where all have three digits.
  private static func hasCountry(_ digits: [UInt8]) -> Bool {
    let two = Int(digits[0]) * 10 + Int(digits[1])
    switch digits[0] {
    case 1: return digits.count == 11 && digits[1] > 1
    case 7: return digits.count == 11
    case 0: return false
    default: return twoDigit.contains(two) || threeDigitZones.contains(two)
    }
  }

  private static let twoDigit: Set<Int> = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
  ]

  private static let threeDigitZones: Set<Int> = [
    21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99,
  ]
}

/// Numbers without a country code.
enum NationalNumber {
  static func end(_ run: PhoneDigits, _ bytes: [UInt8]) -> Int? {
    guard !run.hasPlus, (6...12).contains(run.digits.count), !isPartOfMore(run, bytes) else { return nil }
    guard !isDate(run), !isDecimal(run), Set(run.digits).count > 1 else { return nil }
    guard let end = run.endWithExtension(bytes, from: run.end) else { return nil }
    let telephone = telephoneWords.lastEnd(in: bytes, before: run.start)
    let other = otherWords.lastEnd(in: bytes, before: run.start)
    // The nearer word says what it is.
    if let other, other > telephone ?? -1 { return nil }
    if isIntroduced(run, bytes, telephone) || nounsAfter.follows(bytes, end) {
      return run.digits.count >= 7 ? end : nil
    }
    return isWritten(run) && !isAmongNumbers(run, bytes) ? end : nil
  }

  /// A word for telephones before it: right before it, or on the same line.
  private static func isIntroduced(_ run: PhoneDigits, _ bytes: [UInt8], _ wordEnd: Int?) -> Bool {
    guard let wordEnd else { return false }
    let between = bytes[wordEnd..<run.start]
    return between.count(where: { $0 == 0x0A }) <= 1 && between.count(where: ASCII.isDigit) <= 16
  }

  /// Forms that nothing but telephone numbers has.
  private static func isWritten(_ run: PhoneDigits) -> Bool {
    let digits = run.digits
    guard run.groups.count > 1 else { return false }
    // North America: (212) 555-0147, 212-555-0147, 212.555.0147, 1-212-555-0147.
    let plan = digits.count == 11 && digits[0] == 1 ? Array(digits.dropFirst()) : digits
    let shape = digits.count == 11 && run.groups.first == 1 ? Array(run.groups.dropFirst()) : run.groups
    if shape == [3, 3, 4], plan.count == 10, plan[0] > 1, run.hasBrackets || run.separators.isDisjoint(with: [0x2F]) {
      // With spaces alone three groups may be a table's.
      return run.hasBrackets || run.separators != [0x20] || plan[3] > 1
    }
    // A trunk 0 and an area: 0341 8387176, 01.84.17.61.18, (020) 7946 0958, 030/901820.
    guard digits[0] == 0, digits[1] != 0, (9...12).contains(digits.count) else { return false }
    if run.separators.contains(0x2E) { return run.groups.count >= 4 && run.groups.allSatisfy { $0 <= 3 } }
    return run.groups[0] >= 2 && run.groups[0] <= 6 && run.groups.dropFirst().allSatisfy { $0 >= 2 }
  }

  /// A sign before or after it makes it an amount, a fraction, a range of versions, a part of a name.
  private static func isPartOfMore(_ run: PhoneDigits, _ bytes: [UInt8]) -> Bool {
    if run.start > 0 {
      let before = bytes[run.start - 1]
      if "+-.,/#$%=@&".utf8.contains(before), !isListMark(bytes, run.start - 1) { return true }
      if before == 0x20, run.start > 1, "$#".utf8.contains(bytes[run.start - 2]) { return true }
    }
    guard run.end < bytes.count else { return false }
    let after = bytes[run.end]
    if "%$/=@".utf8.contains(after) { return true }
    return (after == 0x2C || after == 0x2E || after == 0x2D || after == 0x3A) && run.end + 1 < bytes.count
      && ASCII.isDigit(bytes[run.end + 1])
  }

  /// A comma, dash or slash after a word sets fields apart: `office,020 7946 0958`.
  private static func isListMark(_ bytes: [UInt8], _ index: Int) -> Bool {
    ",/=".utf8.contains(bytes[index]) && index > 0 && !ASCII.isDigit(bytes[index - 1])
  }

  private static func isDate(_ run: PhoneDigits) -> Bool {
    func value(_ group: Int) -> Int {
      let start = run.groups[..<group].reduce(0, +)
      return run.digits[start..<(start + run.groups[group])].reduce(0) { $0 * 10 + Int($1) }
    }
    guard run.groups.count >= 3, !run.hasBrackets else {
      // 2019-2024.
      return run.groups == [4, 4] && [0, 1].allSatisfy { (1500...2100).contains(value($0)) }
    }
    let (first, second, third) = (value(0), value(1), value(2))
    if run.groups[0] == 4, run.groups[1] == 2, run.groups[2] == 2 {
      return (1500...2100).contains(first) && (1...12).contains(second) && (1...31).contains(third)
    }
    guard run.groups[0] <= 2, run.groups[1] <= 2, run.groups[2] == 4 else { return false }
    return (1...31).contains(first) && (1...31).contains(second) && (1500...2100).contains(third)
  }

  /// `1234567.89`, `12.345.678`.
  private static func isDecimal(_ run: PhoneDigits) -> Bool {
    guard run.separators == [0x2E], !run.hasBrackets else { return false }
    return run.groups.count == 2 || run.groups.dropFirst().allSatisfy { $0 == 3 } && run.digits[0] != 0
  }

  /// Numbers on both sides on its line: a row of a table.
  private static func isAmongNumbers(_ run: PhoneDigits, _ bytes: [UInt8]) -> Bool {
    var index = run.start - 1
    while index >= 0, bytes[index] == 0x20 || bytes[index] == 0x09 { index -= 1 }
    let numberBefore = index >= 0 && ASCII.isDigit(bytes[index])
    index = run.end
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return numberBefore || (index < bytes.count && ASCII.isDigit(bytes[index]) && index > run.end)
  }

  private static let telephoneWords = WordContext([
    "phone*", "telephone*", "tel", "tel.", "tel:", "mobile*", "cell", "cellphone", "cell phone", "fax", "telefax",
    "desk", "call", "calls", "called", "calling", "call me", "dial", "dialled", "dialing", "ring", "text me",
    "texting", "sms", "whatsapp", "signal", "voicemail", "hotline", "helpline", "pager", "extension", "landline",
    "answering", "reach me", "reach us", "reached", "reachable", "contact number", "messages to", "message to",
    "registered", "office", "handy", "handynummer", "telefon*", "mobil", "mobilnummer", "rufnummer", "anrufen",
    "erreichbar", "téléphone", "portable", "appeler", "appelez", "teléfono", "móvil", "llamar", "llame", "telefono",
    "cellulare", "chiamare", "telefoon*", "mobiel", "bellen", "telefone", "telemóvel", "celular", "ligar", "puhelin",
    "puh", "tlf", "mob", "mob.",
  ])

  private static let nounsAfter = WordContext([
    "office", "fax", "mobile", "home", "cell", "work", "phone", "(office)", "(home)", "(mobile)", "(fax)", "(work)",
  ])

  private static let otherWords = WordContext([
    "version*", "release", "build", "revision", "isbn*", "issn", "invoice*", "order*", "bill", "receipt", "ref",
    "reference*", "ticket*", "case", "serial*", "account*", "acct", "iban", "article", "item", "sku", "part", "model",
    "id", "no", "nr", "nr.", "number", "code", "pin", "zip", "postcode", "tracking", "customer", "policy", "patent",
    "rechnung*", "rechnungsnummer", "bestellung*", "bestellnummer", "kundennummer", "artikel*", "konto*", "blz",
    "aktenzeichen", "facture", "commande", "factura", "pedido", "fattura", "ordine", "factuur", "section", "page",
    "rfc", "doi", "port", "pid", "uid", "line", "lines", "byte", "bytes", "commit", "timestamp", "amount", "total",
    "card", "ssn", "passport", "licence", "license", "bsn", "nhs", "population", "year", "years",
  ])
}
