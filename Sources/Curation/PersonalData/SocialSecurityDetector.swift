/// US social security numbers: 3-2-4 digits without the areas, groups and serials that are never given out.
enum SocialSecurityDetector: PersonalDataDetector {
  static let kind = PersonalDataKind.ssn

  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    DigitGroups.all(in: bytes).filter { $0.groups == [3, 2, 4] && isIssued($0.digits) }.map(\.range)
  }

  private static func isIssued(_ digits: [UInt8]) -> Bool {
    let number = digits.reduce(0) { $0 * 10 + Int($1) }
    let area = number / 1_000_000
    guard area > 0, area != 666, area < 900 else { return false }
    guard number / 10_000 % 100 > 0, number % 10_000 > 0 else { return false }
    // Printed on a wallet's sample card, and the sample of forms.
    return number != 78_051_120 && number != 123_456_789
  }
}
