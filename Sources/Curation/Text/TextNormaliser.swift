import Foundation

/// Normalised text and what it cost.
struct NormalisedText {
  var text: String
  /// Control, bidi and stray characters taken out.
  var removed: Int
  /// Scalars before.
  var scalars: Int

  var removedShare: Double { scalars == 0 ? 0 : Double(removed) / Double(scalars) }
}

/// One spelling for one text: NFC, line feeds, no control characters, no bidi controls, no invisible joints.
enum TextNormaliser {
  /// Marks after one letter beyond this are stacked noise (UAX #15 stream-safe text allows 30).
  private static let mostMarks = 30

  static func normalise(_ text: String) -> NormalisedText {
    var result = [UInt8]()
    var scanner = UTF8Scanner(Array(text.utf8))
    result.reserveCapacity(scanner.bytes.count)
    var count = 0
    var removed = 0
    var marks = 0
    var needsComposition = false
    var afterReturn = false
    while let scalar = scanner.next() {
      count += 1
      if scalar >= 0x20, scalar < 0x7F {
        result.append(UInt8(truncatingIfNeeded: scalar))
        afterReturn = false
        marks = 0
        continue
      }
      let followsReturn = afterReturn
      afterReturn = scalar == 0x0D
      switch treatment(scalar) {
      case .newline:
        marks = 0
        if !(scalar == 0x0A && followsReturn) { result.append(0x0A) }
      case .remove: removed += 1
      case .drop: break
      case .keep:
        if scalar >= 0x300 {
          needsComposition = true
          marks = CharacterClass.of(scalar) == .mark ? marks + 1 : 0
          if marks > mostMarks {
            removed += 1
            continue
          }
        }
        append(scalar, to: &result)
      }
    }
    let plain = String(decoding: result, as: UTF8.self)
    let composed = needsComposition ? plain.precomposedStringWithCanonicalMapping : plain
    return NormalisedText(text: composed, removed: removed, scalars: count)
  }

  private enum Treatment { case keep, newline, remove, drop }

  private static func treatment(_ scalar: UInt32) -> Treatment {
    switch scalar {
    case 0x09: .keep
    case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: .newline
    case 0..<0x20, 0x7F..<0xA0: .remove
    // Soft hyphen, zero-width space, word joiner, byte order mark: typesetting, not text.
    case 0xAD, 0x200B, 0x2060, 0xFEFF: .drop
    // Bidi controls, interlinear and tag characters, noncharacters, replacement characters.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFD, 0xE0000...0xE007F: .remove
    case 0xFDD0...0xFDEF: .remove
    default: scalar & 0xFFFE == 0xFFFE ? .remove : .keep
    }
  }

  private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case ..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    case ..<0x10000:
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }
}
