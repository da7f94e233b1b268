/// How much of some bytes is whole UTF-8 beyond ASCII: tells a damaged file from one in another encoding.
struct UTF8Damage {
  var wholeSequences = 0
  var brokenSequences = 0
  /// Byte offset of the first broken sequence.
  var firstBroken = 0

  static func measure(_ bytes: [UInt8]) -> UTF8Damage {
    var damage = UTF8Damage()
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      let length = wholeSequence(bytes, at: index)
      if length > 0 {
        damage.wholeSequences += 1
        index += length
      } else {
        if damage.brokenSequences == 0 { damage.firstBroken = index }
        damage.brokenSequences += 1
        index += 1
      }
    }
    return damage
  }

  /// Bytes of the well-formed sequence at `index`, 0 where there is none (Unicode 16, table 3-7).
  private static func wholeSequence(_ bytes: [UInt8], at index: Int) -> Int {
    let lead = bytes[index]
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
    for next in (index + 2)..<max(index + 2, index + length) where bytes[next] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
