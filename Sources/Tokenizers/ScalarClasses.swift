/// What the pre-tokenizer patterns ask of a character.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\s` without the two below
  case space
  /// `[\r\n]`, which is `\s` too
  case newline
  case other

  @inline(__always) var isWhitespace: Bool { self == .space || self == .newline }
}

/// The class of every Unicode scalar, in two levels: a page number for each 256 scalars, and the distinct pages.
///
/// Planes 4 to 16 hold no letter, number or white space. The whole is some 50 KB, built once from the standard library's properties.
struct ScalarClasses: Sendable {
  static let shared = ScalarClasses()

  private static let limit = 0x4_0000
  private let pageOf: [UInt16]
  private let pages: [ScalarClass]

  private init() {
    var pageOf: [UInt16] = []
    var pages: [ScalarClass] = []
    var known: [[ScalarClass]: UInt16] = [:]
    for start in stride(from: 0, to: Self.limit, by: 256) {
      let page = (start..<start + 256).map { Unicode.Scalar(UInt32($0)).map(Self.classify) ?? .other }
      if let number = known[page] {
        pageOf.append(number)
      } else {
        let number = UInt16(known.count)
        known[page] = number
        pageOf.append(number)
        pages += page
      }
    }
    self.pageOf = pageOf
    self.pages = pages
  }

  private static func classify(_ scalar: Unicode.Scalar) -> ScalarClass {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
    case .control:
      switch scalar.value {
      case 0x0A, 0x0D: .newline
      case 0x09...0x0D, 0x85: .space
      default: .other
      }
    default: .other
    }
  }

  @inline(__always)
  subscript(scalar: UInt32) -> ScalarClass {
    guard scalar < Self.limit else { return .other }
    return pages[Int(pageOf[Int(scalar &>> 8)]) &* 256 &+ Int(scalar & 255)]
  }

  /// The class and the length in bytes of the character that starts at `index`.
  ///
  /// A byte that starts no well-formed character is a character of its own, of class `other`.
  @inline(__always)
  func character(at index: Int, in text: borrowing Span<UInt8>) -> (class: ScalarClass, length: Int) {
    let byte = text[index]
    guard byte >= 0x80 else { return (pages[Int(byte)], 1) }
    return wideCharacter(at: index, in: text)
  }

  private func wideCharacter(at index: Int, in text: borrowing Span<UInt8>) -> (class: ScalarClass, length: Int) {
    let lead = UInt32(text[index])
    let left = text.count - index
    guard lead >= 0xC2, lead <= 0xF4, left >= 2 else { return (.other, 1) }
    let second = UInt32(text[index + 1])
    guard second & 0xC0 == 0x80 else { return (.other, 1) }
    if lead < 0xE0 { return (self[(lead & 0x1F) << 6 | second & 0x3F], 2) }
    guard left >= 3 else { return (.other, 1) }
    let third = UInt32(text[index + 2])
    guard third & 0xC0 == 0x80 else { return (.other, 1) }
    if lead < 0xF0 {
      let scalar = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
      return scalar >= 0x800 && scalar & 0xF800 != 0xD800 ? (self[scalar], 3) : (.other, 1)
    }
    guard left >= 4 else { return (.other, 1) }
    let fourth = UInt32(text[index + 3])
    guard fourth & 0xC0 == 0x80 else { return (.other, 1) }
    let scalar = (lead & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | fourth & 0x3F
    return scalar >= 0x1_0000 && scalar <= 0x10_FFFF ? (self[scalar], 4) : (.other, 1)
  }
}
