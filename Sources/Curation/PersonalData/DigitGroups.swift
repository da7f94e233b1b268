/// A run of digits in groups set apart by single separators, as card and social security numbers are written.
struct DigitGroups {
  var range: Range<Int>
  var digits: [UInt8]
  /// Digits in each group, and where each ends.
  var groups: [Int]
  var ends: [Int]
  /// The separators between groups, all equal; `nil` for one unbroken group.
  var separator: UInt8?

  /// Longest run looked at, in digits: bounds the work a hostile text can make.
  private static let mostDigits = 128

  /// All runs in `bytes` that no letter or digit touches.
  static func all(in bytes: [UInt8]) -> [DigitGroups] {
    var found: [DigitGroups] = []
    var index = 0
    while index < bytes.count {
      guard ASCII.isDigit(bytes[index]) else {
        index += 1
        continue
      }
      let (run, next) = read(bytes, index)
      if let run { found.append(run) }
      index = next
    }
    return found
  }

  private static func read(_ bytes: [UInt8], _ start: Int) -> (DigitGroups?, next: Int) {
    var digits: [UInt8] = []
    var groups: [Int] = []
    var ends: [Int] = []
    var separator: UInt8?
    var index = start
    var inGroup = 0
    while index < bytes.count {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        if digits.count < mostDigits { digits.append(byte - 0x30) }
        inGroup += 1
        index += 1
        continue
      }
      guard byte == 0x20 || byte == 0x2D, separator == nil || separator == byte, index + 1 < bytes.count,
        ASCII.isDigit(bytes[index + 1])
      else { break }
      separator = byte
      groups.append(inGroup)
      ends.append(index)
      inGroup = 0
      index += 1
    }
    groups.append(inGroup)
    ends.append(index)
    let isWhole =
      !ASCII.continuesBefore(bytes, start) && !ASCII.continuesAfter(bytes, index) && digits.count < mostDigits
    let run = DigitGroups(range: start..<index, digits: digits, groups: groups, ends: ends, separator: separator)
    return (isWhole ? run : nil, index)
  }

  /// The groups in `places` as a run of their own.
  func part(_ places: Range<Int>) -> DigitGroups {
    let first = groups[..<places.lowerBound].reduce(0, +)
    let count = groups[places].reduce(0, +)
    let start = places.lowerBound == 0 ? range.lowerBound : ends[places.lowerBound - 1] + 1
    return DigitGroups(
      range: start..<ends[places.upperBound - 1], digits: Array(digits[first..<first + count]),
      groups: Array(groups[places]), ends: Array(ends[places]), separator: places.count > 1 ? separator : nil)
  }
}
