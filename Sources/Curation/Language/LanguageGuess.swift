/// Which language a text is in: by its script, and by function words among languages that share one.
enum LanguageGuess {
  /// Function words make up a quarter to half of running text; below this share they say nothing.
  private static let leastShare = 0.06
  /// Words that several languages have count once shared among them.
  private static let wordsLookedAt = 20_000

  static func guess(_ statistics: TextStatistics) -> Language {
    let letters = statistics.scripts.reduce(0, +)
    guard letters >= 8 else { return .undetermined }
    func count(_ script: Script) -> Int { statistics.scripts[Int(script.rawValue)] }
    // Japanese mixes kana into Han; a few kana in Chinese text are names and quotes.
    if (count(.kana) + count(.han)) * 2 >= letters {
      return Language(rawValue: count(.kana) * 20 >= count(.han) ? "ja" : "zh")
    }
    guard let leading = Script.allCases.max(by: { count($0) < count($1) }), count(leading) * 2 >= letters else {
      return .undetermined
    }
    switch leading {
    case .latin: return byWords(latin, statistics)
    case .cyrillic: return byWords(cyrillic, statistics)
    case .arabic: return byWords(arabic, statistics)
    case .devanagari: return byWords(devanagari, statistics)
    case .greek: return Language(rawValue: "el")
    case .armenian: return Language(rawValue: "hy")
    case .hebrew: return Language(rawValue: "he")
    case .bengali: return Language(rawValue: "bn")
    case .gurmukhi: return Language(rawValue: "pa")
    case .gujarati: return Language(rawValue: "gu")
    case .tamil: return Language(rawValue: "ta")
    case .telugu: return Language(rawValue: "te")
    case .kannada: return Language(rawValue: "kn")
    case .malayalam: return Language(rawValue: "ml")
    case .sinhala: return Language(rawValue: "si")
    case .georgian: return Language(rawValue: "ka")
    case .ethiopic: return Language(rawValue: "am")
    case .thai: return Language(rawValue: "th")
    case .lao: return Language(rawValue: "lo")
    case .khmer: return Language(rawValue: "km")
    case .burmese: return Language(rawValue: "my")
    case .tibetan: return Language(rawValue: "bo")
    case .hangul: return Language(rawValue: "ko")
    case .kana, .han, .other: return .undetermined
    }
  }

  /// Different function words of `language` in a text, `nil` where no list of them is known. In a text of no known
  /// language, those of the language that has most there.
  static func functionWords(_ language: Language, _ statistics: TextStatistics) -> Int? {
    func count(_ script: Script) -> Int { statistics.scripts[Int(script.rawValue)] }
    guard let leading = Script.allCases.max(by: { count($0) < count($1) }) else { return nil }
    let table: WordTable
    switch leading {
    case .latin: table = latin
    case .cyrillic: table = cyrillic
    case .arabic: table = arabic
    case .devanagari: table = devanagari
    default: return nil
    }
    let own = table.languages.firstIndex(of: language.rawValue)
    guard own != nil || language == .undetermined else { return nil }
    var found = [Set<UInt64>](repeating: [], count: table.languages.count)
    for word in statistics.words.prefix(wordsLookedAt) {
      for owner in table.owners[word] ?? [] { found[owner].insert(word) }
    }
    if let own { return found[own].count }
    return found.map(\.count).max() ?? 0
  }

  private static func byWords(_ table: WordTable, _ statistics: TextStatistics) -> Language {
    var scores = [Double](repeating: 0, count: table.languages.count)
    var looked = 0
    for word in statistics.words.prefix(wordsLookedAt) {
      looked += 1
      guard let owners = table.owners[word] else { continue }
      let weight = 1 / Double(owners.count)
      for owner in owners { scores[owner] += weight }
    }
    let ranked = scores.indices.sorted { scores[$0] > scores[$1] }
    guard let best = ranked.first, looked > 0, scores[best] > 0.9, scores[best] >= leastShare * Double(looked),
      ranked.count < 2 || scores[best] > 1.05 * scores[ranked[1]]
    else { return .undetermined }
    return Language(rawValue: table.languages[best])
  }

  /// Function words by the hash that `TextStatistics` gives words.
  private struct WordTable: Sendable {
    let languages: [String]
    let owners: [UInt64: [Int]]

    init(_ words: [String: String]) {
      languages = words.keys.sorted()
      var owners: [UInt64: [Int]] = [:]
      for (index, language) in languages.enumerated() {
        var seen: Set<UInt64> = []
        for word in (words[language] ?? "").split(separator: " ") {
          // A sentence's first word has a capital letter.
          for form in [String(word), word.prefix(1).uppercased() + word.dropFirst()] {
            for hash in TextStatistics(form).words where seen.insert(hash).inserted {
              owners[hash, default: []].append(index)
            }
          }
        }
      }
      self.owners = owners
    }
  }

  private static let latin = WordTable(FunctionWords.latin)
  private static let cyrillic = WordTable(FunctionWords.cyrillic)
  private static let arabic = WordTable(FunctionWords.arabic)
  private static let devanagari = WordTable(FunctionWords.devanagari)
}
