import Foundation

/// Access keys: by the forms that their issuers publish, and random values that a word such as `api_key` introduces.
enum APIKeyDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.apiKey

  /// A published form: how keys begin, and how many characters of which class follow.
  private struct Form {
    let prefix: [UInt8]
    let length: ClosedRange<Int>
    let alphabet: Alphabet

    init(_ prefix: String, _ length: ClosedRange<Int>, _ alphabet: Alphabet = .word) {
      self.prefix = Array(prefix.utf8)
      self.length = length
      self.alphabet = alphabet
    }
  }

  private enum Alphabet {
    /// Capitals and digits.
    case upper
    /// Letters and digits.
    case alphanumeric
    /// Letters, digits, `_` and `-`.
    case word
    /// The same and `.`.
    case dotted
    /// Letters, digits and `/`.
    case path

    func has(_ byte: UInt8) -> Bool {
      switch self {
      case .upper: ASCII.isUpper(byte) || ASCII.isDigit(byte)
      case .alphanumeric: ASCII.isAlphanumeric(byte)
      case .word: ASCII.isAlphanumeric(byte) || byte == 0x5F || byte == 0x2D
      case .dotted: ASCII.isAlphanumeric(byte) || byte == 0x5F || byte == 0x2D || byte == 0x2E
      case .path: ASCII.isAlphanumeric(byte) || byte == 0x2F
      }
    }
  }

  private static let forms: [UInt8: [Form]] = Dictionary(
    grouping: [
      Form("AKIA", 16...16, .upper), Form("ASIA", 16...16, .upper), Form("AIza", 35...35),
      Form("ghp_", 36...36, .alphanumeric), Form("gho_", 36...36, .alphanumeric), Form("ghu_", 36...36, .alphanumeric),
      Form("ghs_", 36...36, .alphanumeric), Form("ghr_", 36...76, .alphanumeric), Form("github_pat_", 22...255),
      Form("glpat-", 20...64), Form("xoxb-", 10...250), Form("xoxp-", 10...250), Form("xoxa-", 10...250),
      Form("xoxs-", 10...250), Form("xoxr-", 10...250), Form("xapp-", 10...250), Form("sk_live_", 16...247),
      Form("sk_test_", 16...247), Form("rk_live_", 16...247), Form("pk_live_", 16...247), Form("sk-", 32...200),
      Form("SG.", 60...70, .dotted), Form("npm_", 36...36, .alphanumeric), Form("pypi-", 50...250),
      Form("hf_", 34...40, .alphanumeric), Form("ya29.", 20...300, .dotted), Form("eyJ", 40...4000, .dotted),
      Form("dop_v1_", 64...64, .alphanumeric), Form("SK", 32...32, .alphanumeric),
      Form("shpat_", 32...32, .alphanumeric), Form("hooks.slack.com/services/", 20...100, .path),
    ], by: { $0.prefix[0] })

  /// Words that introduce a secret, by their last letters; what stands before them in a name does not matter.
  private static let introductions = [
    "apikey", "api_key", "api-key", "api key", "accesskey", "access_key", "access-key", "access key", "secret",
    "secretkey", "secret_key", "secret-key", "secret key", "token", "password", "passwd", "pwd", "passphrase",
    "private_key", "auth_key", "authkey", "client_secret", "credential", "credentials", "bearer", "authorization",
    "accountkey", "account_key", "account key",
  ].map { Array($0.utf8) }

  /// Of these, those whose values are chosen by people: shorter, and with marks in them.
  private static let passwordWords = ["password", "passwd", "pwd", "passphrase"].map { Array($0.utf8) }

  /// Bytes of a value that a word introduces: bounds the work that a hostile text can make.
  private static let mostValue = 256

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      guard ASCII.isAlphanumeric(bytes[index]) else {
        index += 1
        continue
      }
      // A token begins here; forms are looked for at its start, values after an introduction as a whole.
      if let end = form(bytes, index) {
        found.append(index..<end)
        index = end
        continue
      }
      if let end = introduced(bytes, index) {
        found.append(index..<end)
        index = end
        continue
      }
      // Forms may follow a `=`, `/` or `:` inside what a value may hold.
      while index < bytes.count, ASCII.isAlphanumeric(bytes[index]) || bytes[index] == 0x5F || bytes[index] == 0x2D {
        index += 1
      }
      if index < bytes.count, !ASCII.isAlphanumeric(bytes[index]) { index += 1 }
    }
    return found
  }

  private static func form(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard let candidates = forms[bytes[start]], !ASCII.continuesBefore(bytes, start),
      start == 0 || bytes[start - 1] != 0x2D
    else { return nil }
    for form in candidates where start + form.prefix.count + form.length.lowerBound <= bytes.count {
      guard bytes[start..<(start + form.prefix.count)].elementsEqual(form.prefix) else { continue }
      let body = start + form.prefix.count
      let isToken = form.prefix.elementsEqual("eyJ".utf8)
      var (end, dots) = (body, 0)
      while end < bytes.count, end - body <= form.length.upperBound, form.alphabet.has(bytes[end]) {
        if bytes[end] == 0x2E {
          // A token has three parts; a text that never stops is not looked through from every start.
          if isToken, dots == 2 { break }
          dots += 1
        }
        end += 1
      }
      if isToken, end + 1 < bytes.count, bytes[end] == 0x2E, ASCII.isAlphanumeric(bytes[end + 1]) { continue }
      while end > body, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
      guard form.length.contains(end - body), !ASCII.continuesAfter(bytes, end) else { continue }
      if isToken, bytes[body..<end].count(where: { $0 == 0x2E }) != 2 { continue }
      // A word with hyphens is no key: keys have digits and no dictionary.
      guard form.alphabet == .upper || entropy(bytes[body..<end]) >= 3, bytes[body..<end].contains(where: ASCII.isDigit)
      else { continue }
      return end
    }
    return nil
  }

  // MARK: Values that a word introduces

  private static func introduced(_ bytes: [UInt8], _ start: Int) -> Int? {
    // Only what stands behind a mark can be introduced by a word.
    guard start > 0, " \"':=`>".utf8.contains(bytes[start - 1]), isLong(bytes, start),
      let word = introduction(bytes, start)
    else { return nil }
    if passwordWords.contains(word), let end = password(bytes, start) { return end }
    var end = start
    while end < bytes.count, end - start < mostValue, isValue(bytes[end]) { end += 1 }
    return end - start >= 16 && isRandom(bytes[start..<end]) ? end : nil
  }

  /// Whether eight characters and a digit come before the next space: most words are passed over by this.
  private static func isLong(_ bytes: [UInt8], _ start: Int) -> Bool {
    let value = bytes[start..<min(start + mostValue, bytes.count)].prefix { $0 > 0x20 }
    return value.count >= 8 && value.contains(where: ASCII.isDigit)
  }

  /// As far as the closing quote, or the next space: with letters and digits, and nothing that calls or names what stands
  /// elsewhere.
  private static func password(_ bytes: [UInt8], _ start: Int) -> Int? {
    let isQuoted = bytes[start - 1] == 0x22 || bytes[start - 1] == 0x27
    let isTag = bytes[start - 1] == 0x3E
    var end = start
    while end < bytes.count, end - start < mostValue, bytes[end] > 0x20, bytes[end] < 0x7F,
      isQuoted ? bytes[end] != bytes[start - 1] : !"\"'`,;".utf8.contains(bytes[end]), !(isTag && bytes[end] == 0x3C)
    { end += 1 }
    while end > start, !isQuoted, ".)".utf8.contains(bytes[end - 1]) { end -= 1 }
    let value = bytes[start..<end]
    guard value.count >= 8, value.contains(where: ASCII.isDigit), value.contains(where: ASCII.isLetter),
      isQuoted || !value.contains(where: { "()[]{}<>/".utf8.contains($0) }), entropy(value) >= 2.5
    else { return nil }
    return end
  }

  private static func isValue(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == 0x5F || byte == 0x2D || byte == 0x2B || byte == 0x2F || byte == 0x3D
      || byte == 0x2E || byte == 0x7E
  }

  /// The word of `name = value`, `"name": "value"`, `<name>value`, `--name value`, `Bearer value`.
  private static func introduction(_ bytes: [UInt8], _ start: Int) -> [UInt8]? {
    var index = start
    var hasAssignment = false
    while index > 0, start - index < 8 {
      let byte = bytes[index - 1]
      guard " \"':=`>".utf8.contains(byte) else { break }
      if byte == 0x3A || byte == 0x3D || byte == 0x3E { hasAssignment = true }
      index -= 1
    }
    guard index < start, index > 0 else { return nil }
    return introductions.first { word in
      guard index >= word.count,
        zip(bytes[(index - word.count)..<index], word).allSatisfy({ ASCII.lower($0) == $1 })
      else { return false }
      return hasAssignment || word.elementsEqual("bearer".utf8) || isFlag(bytes, index)
    }
  }

  /// Whether the word that ends before `index` is a command's flag.
  private static func isFlag(_ bytes: [UInt8], _ index: Int) -> Bool {
    var start = index
    while start > 0, index - start < 40, ASCII.isAlphanumeric(bytes[start - 1]) || bytes[start - 1] == 0x2D {
      start -= 1
    }
    return bytes[start] == 0x2D && bytes[start + 1] == 0x2D
  }

  private static func isRandom(_ value: ArraySlice<UInt8>) -> Bool {
    let digits = value.count(where: ASCII.isDigit)
    let isMixed = value.contains(where: ASCII.isUpper) && value.contains { ASCII.isLetter($0) && !ASCII.isUpper($0) }
    return (digits > 1 || digits == 1 && isMixed) && value.contains(where: ASCII.isLetter) && entropy(value) >= 3.3
  }

  /// Bits a character, from the value's own frequencies.
  private static func entropy(_ value: ArraySlice<UInt8>) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in value { counts[Int(byte)] += 1 }
    let total = Double(max(1, value.count))
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }
}
