/// A date that words introduce as somebody's birth: `born on 12 March 1984`, `DOB: 1984-03-12`, `geb. 12.03.1984`.
enum BirthDateDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.birthDate
  /// Bytes between the words and the date.
  private static let reach = 24

  private static let words = WordContext([
    "born", "born on", "dob", "d.o.b", "d.o.b.", "date of birth", "birth date", "birthdate", "birthday", "birth_date",
    "date_of_birth", "dateofbirth", "geboren", "geboren am", "geb", "geb.", "geburtsdatum", "geburtstag", "né", "née",
    "né le", "née le", "ne le", "nee le", "date de naissance", "naissance", "fecha de nacimiento", "nacido", "nacida",
    "nacimiento", "nato", "nata", "nato il", "nata il", "data di nascita", "nascita", "geboortedatum", "geboren op",
    "data de nascimento", "nascido", "nascida", "urodzony", "urodzona", "data urodzenia", "född", "født", "syntynyt",
  ])

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard ASCII.isDigit(byte) || ASCII.isLetter(byte), !ASCII.continuesBefore(bytes, index) else {
        index += 1
        continue
      }
      if let end = DateForm.end(bytes, index), isIntroduced(bytes, index) {
        found.append(index..<end)
        index = end
      } else {
        while index < bytes.count, ASCII.isAlphanumeric(bytes[index]) { index += 1 }
      }
    }
    return found
  }

  private static func isIntroduced(_ bytes: [UInt8], _ start: Int) -> Bool {
    guard let end = words.lastEnd(in: bytes, before: start), start - end <= reach else { return false }
    // Another sentence or field between them is about something else.
    let between = bytes[end..<start]
    return !between.contains(0x3B) && between.count(where: { $0 == 0x0A }) <= 1
      && between.firstRange(of: Array(". ".utf8)).map { $0.lowerBound == between.startIndex } ?? true
  }
}

/// Dates with a day, a month and a year, in digits or with the month's name.
enum DateForm {
  /// The byte after the date at `start`, `nil` where there is none.
  static func end(_ bytes: [UInt8], _ start: Int) -> Int? {
    if ASCII.isDigit(bytes[start]) { return numeric(bytes, start) ?? dayMonthYear(bytes, start) }
    return monthDayYear(bytes, start)
  }

  /// `1984-03-12`, `12.03.1984`, `3/12/84`.
  private static func numeric(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    guard let first = digits(bytes, &index, most: 4), index < bytes.count,
      [0x2D, 0x2E, 0x2F].contains(bytes[index])
    else { return nil }
    let separator = bytes[index]
    func next() -> (value: Int, count: Int)? {
      guard index < bytes.count, bytes[index] == separator else { return nil }
      index += 1
      if index < bytes.count, bytes[index] == 0x20 { index += 1 }
      return digits(bytes, &index, most: 4)
    }
    guard let second = next(), let third = next(), !ASCII.continuesAfter(bytes, index) else { return nil }
    // Four numbers are an address or a version.
    if index + 1 < bytes.count, bytes[index] == separator, ASCII.isDigit(bytes[index + 1]) { return nil }
    if first.count == 4 {
      return isYear(first.value) && isMonth(second.value) && isDay(third.value) && third.count <= 2 ? index : nil
    }
    guard first.count <= 2, second.count <= 2, third.count == 4 || third.count == 2 else { return nil }
    guard third.count == 2 || isYear(third.value) else { return nil }
    return (isDay(first.value) && isMonth(second.value)) || (isMonth(first.value) && isDay(second.value)) ? index : nil
  }

  /// `12 March 1984`, `12. März 1984`, `1st of May, 1984`.
  private static func dayMonthYear(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    guard let day = digits(bytes, &index, most: 2), isDay(day.value) else { return nil }
    skipOrdinal(bytes, &index)
    skip(bytes, &index, [0x2E, 0x20])
    for filler in ["of ", "de "] where starts(bytes, index, filler) { index += filler.utf8.count }
    guard month(bytes, &index) else { return nil }
    skip(bytes, &index, [0x2E, 0x2C, 0x20])
    for filler in ["de ", "of "] where starts(bytes, index, filler) { index += filler.utf8.count }
    return year(bytes, index)
  }

  /// `March 12, 1984`.
  private static func monthDayYear(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    // A day has to follow, which few words that could be months have behind them.
    while index < bytes.count, index - start < longestMonth, isLetter(bytes[index]) { index += 1 }
    skip(bytes, &index, [0x2E, 0x20])
    guard index < bytes.count, ASCII.isDigit(bytes[index]) else { return nil }
    index = start
    guard month(bytes, &index) else { return nil }
    skip(bytes, &index, [0x2E, 0x20])
    guard let day = digits(bytes, &index, most: 2), isDay(day.value) else { return nil }
    skipOrdinal(bytes, &index)
    skip(bytes, &index, [0x2C, 0x20])
    return year(bytes, index)
  }

  private static func year(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    guard let year = digits(bytes, &index, most: 4), year.count == 4, isYear(year.value),
      !ASCII.continuesAfter(bytes, index)
    else { return nil }
    return index
  }

  private static func digits(_ bytes: [UInt8], _ index: inout Int, most: Int) -> (value: Int, count: Int)? {
    let start = index
    var value = 0
    while index < bytes.count, index - start < most, ASCII.isDigit(bytes[index]) {
      value = value * 10 + Int(bytes[index] - 0x30)
      index += 1
    }
    return index > start ? (value, index - start) : nil
  }

  private static func skip(_ bytes: [UInt8], _ index: inout Int, _ marks: [UInt8]) {
    let start = index
    while index < bytes.count, index - start < 3, marks.contains(bytes[index]) { index += 1 }
  }

  private static func skipOrdinal(_ bytes: [UInt8], _ index: inout Int) {
    for ending in ["st", "nd", "rd", "th", "er"] where starts(bytes, index, ending) {
      index += ending.utf8.count
      return
    }
  }

  private static func starts(_ bytes: [UInt8], _ index: Int, _ word: String) -> Bool {
    index + word.utf8.count <= bytes.count
      && zip(bytes[index..<(index + word.utf8.count)], word.utf8).allSatisfy { ASCII.lower($0) == $1 }
  }

  /// Bytes of a month's name.
  private static let longestMonth = 14

  /// Of a name: also the parts of letters beyond ASCII.
  private static func isLetter(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || byte >= 0x80 }

  /// Passes over a month's name.
  private static func month(_ bytes: [UInt8], _ index: inout Int) -> Bool {
    var end = index
    while end < bytes.count, end - index < longestMonth, isLetter(bytes[end]) { end += 1 }
    guard end - index >= 3, months.contains(String(decoding: bytes[index..<end], as: UTF8.self).lowercased()) else {
      return false
    }
    index = end
    return true
  }

  private static func isYear(_ value: Int) -> Bool { (1880...2100).contains(value) }
  private static func isMonth(_ value: Int) -> Bool { (1...12).contains(value) }
  private static func isDay(_ value: Int) -> Bool { (1...31).contains(value) }

  private static let months: Set<String> = Set(
    """
    january february march april may june july august september october november december \
    jan feb mar apr jun jul aug sep sept oct nov dec \
    januar februar märz april mai juni juli august september oktober november dezember jän dez okt mär \
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre fevrier aout decembre \
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre \
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre \
    januari februari maart mei augustus december \
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    """.split(separator: " ").map(String.init))
}
