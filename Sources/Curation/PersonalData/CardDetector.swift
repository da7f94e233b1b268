/// Payment card numbers: a known issuer's first digits, its lengths, and the Luhn check.
enum CardDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.card

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    DigitGroups.all(in: bytes).flatMap { run in
      isCard(run) ? [run] : parts(run).filter(isCard)
    }.filter { !isDecimal(bytes, $0.range) }.map(\.range)
  }

  /// What may be a card in a longer run: one in groups of four that an expiry date or a check code follows, and unbroken
  /// numbers side by side. More groups of four are a table's.
  private static func parts(_ run: DigitGroups) -> [DigitGroups] {
    for shape in [[4, 4, 4, 4], [4, 6, 5]]
    where run.groups.count > shape.count && run.groups.starts(with: shape) && run.groups[shape.count] < 4 {
      return [run.part(0..<shape.count)]
    }
    return run.groups.indices.filter { run.groups.count > 1 && run.groups[$0] > 12 }.map { run.part($0..<$0 + 1) }
  }

  static func isCard(_ run: DigitGroups) -> Bool {
    guard (12...19).contains(run.digits.count) else { return false }
    // Written apart, a card comes in groups of four, or four, six and five (four).
    if run.groups.count > 1 {
      guard run.groups.dropLast().allSatisfy({ $0 == 4 || $0 == 6 }), let last = run.groups.last, last <= 6 else {
        return false
      }
    }
    return isIssued(run.digits) && passesLuhn(run.digits)
  }

  static func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      let value = Int(digit)
      sum += index.isMultiple(of: 2) ? value : value > 4 ? value * 2 - 9 : value * 2
    }
    return sum.isMultiple(of: 10)
  }

  private static func isIssued(_ digits: [UInt8]) -> Bool {
    let first = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
    return switch first {
    case 4000...4999: [13, 16, 19].contains(digits.count)
    case 5100...5599, 2221...2720: digits.count == 16
    case 3400...3499, 3700...3799: digits.count == 15
    case 3000...3059, 3095, 3600...3699, 3800...3999: (14...19).contains(digits.count)
    case 3500...3599: (16...19).contains(digits.count)
    case 1800, 2131: digits.count == 15
    case 6011, 6440...6599, 6200...6299, 8100...8199: (16...19).contains(digits.count)
    case 2200...2204: (16...19).contains(digits.count)
    case 5000...5099, 5600...5899, 6000...6999: (12...19).contains(digits.count)
    default: false
    }
  }

  /// A fraction's digits or an amount are no card.
  private static func isDecimal(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let before = range.lowerBound > 1 && (bytes[range.lowerBound - 1] == 0x2E || bytes[range.lowerBound - 1] == 0x2C)
    return before && ASCII.isDigit(bytes[range.lowerBound - 2])
  }
}
