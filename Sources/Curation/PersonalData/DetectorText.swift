/// A text as detectors read it: letters, marks and digits as they are, and one byte for any other character beyond ASCII.
///
/// Quotes, long dashes, Chinese and Korean characters end a number or an address as ASCII's marks do; spaces that do not break and
/// the many hyphens are what they stand for; full-width characters are ASCII's.
struct DetectorText {
  let bytes: [UInt8]
  /// Where each byte begins in the text, and its end; `nil` where no place has moved.
  private let places: [Int]?

  /// For what sets words apart and is no mark that any detector looks for.
  private static let other: UInt8 = 0x1F

  init(_ text: [UInt8]) {
    guard let first = text.firstIndex(where: { $0 >= 0x80 }) else {
      (bytes, places) = (text, nil)
      return
    }
    var read = Array(text[..<first])
    var places = Array(0..<first)
    read.reserveCapacity(text.count)
    places.reserveCapacity(text.count + 1)
    var scanner = UTF8Scanner(text, from: first)
    var start = first
    while let scalar = scanner.next() {
      if scalar >= 0x80, let byte = Self.byte(for: scalar) {
        read.append(byte)
        places.append(start)
      } else {
        read.append(contentsOf: text[start..<scanner.position])
        places.append(contentsOf: start..<scanner.position)
      }
      start = scanner.position
    }
    places.append(text.count)
    (bytes, self.places) = (read, read.count == text.count ? nil : places)
  }

  /// The place in the text of a range of `bytes`.
  func original(_ range: Range<Int>) -> Range<Int> {
    guard let places else { return range }
    return places[range.lowerBound]..<places[range.upperBound]
  }

  /// `nil` for what is read as it is.
  private static func byte(for scalar: UInt32) -> UInt8? {
    switch scalar {
    case 0xA7, 0xB0: return nil  // § and °, which stand before numbers
    case 0x2010...0x2013, 0x2212: return 0x2D
    case 0x201C...0x201F, 0xAB, 0xBB: return 0x22
    case 0x2018...0x201B: return 0x27
    case 0xFF01...0xFF5E: return UInt8(scalar - 0xFEE0)
    default: break
    }
    return switch CharacterClass.of(scalar) {
    // Korean writes its particles behind numbers and addresses without a space.
    case .letter: Script.of(scalar) == .hangul ? other : nil
    case .mark, .digit: nil
    case .space: 0x20
    case .newline: 0x0A
    case .punctuation, .symbol, .control, .ideograph: other
    }
  }
}
