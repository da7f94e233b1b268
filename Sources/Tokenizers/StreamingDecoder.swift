/// Turns ids into text as they come: a character whose bytes lie in several tokens waits until it is whole.
///
/// All that comes out, one after the other, is what `Tokenizer.decode` gives for all the ids at once.
package struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skippingSpecials: Bool
  private var waiting: [UInt8] = []

  package init(_ tokenizer: Tokenizer, skippingSpecials: Bool = false) {
    self.tokenizer = tokenizer
    self.skippingSpecials = skippingSpecials
  }

  /// The text that is whole now; often empty in the middle of a character.
  package mutating func append(_ id: Int32) -> String {
    tokenizer.appendBytes(of: id, skippingSpecials: skippingSpecials, to: &waiting)
    let whole = waiting.count - Self.unfinishedLength(of: waiting)
    let text = String(decoding: waiting[..<whole], as: UTF8.self)
    waiting.removeSubrange(..<whole)
    return text
  }

  /// What is left when no more ids come; U+FFFD where a character was cut short.
  package mutating func finish() -> String {
    let text = String(decoding: waiting, as: UTF8.self)
    waiting.removeAll()
    return text
  }

  /// How many bytes at the end start a well-formed character that is not complete yet (Unicode 16, table 3-7).
  private static func unfinishedLength(of bytes: [UInt8]) -> Int {
    for length in 1..<4 where length <= bytes.count {
      let lead = bytes[bytes.count - length]
      if lead & 0xC0 == 0x80 { continue }
      let needed =
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
      guard needed > length else { return 0 }
      guard length > 1 else { return 1 }
      let second = bytes[bytes.count - length + 1]
      let allowed: ClosedRange<UInt8> =
        switch lead {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      return allowed.contains(second) ? length : 0
    }
    return 0
  }
}
