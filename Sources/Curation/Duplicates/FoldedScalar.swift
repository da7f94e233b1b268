import Foundation

/// What the duplicate search makes of a scalar: lowercase, without diacritics, digits as 0, everything else a space.
enum FoldedScalar {
  /// Between words.
  static let space: UInt32 = 0x20
  /// Nothing at all: a combining mark.
  static let none: UInt32 = 0

  static func of(_ scalar: UInt32) -> UInt32 { of(scalar, table) }

  /// - Parameter table: `FoldedScalar.table`, taken once before a loop.
  @inline(__always)
  static func of(_ scalar: UInt32, _ table: [UInt32]) -> UInt32 {
    if scalar < 0x2000 { return table[Int(scalar)] }
    return classify(scalar)
  }

  static let table: [UInt32] = (0..<UInt32(0x2000)).map { scalar in
    let folded = classify(scalar)
    guard scalar >= 0xC0, folded == scalar || CharacterClass.of(scalar) == .letter, let valid = Unicode.Scalar(scalar)
    else {
      return folded
    }
    // The base letter of a composed one; NFC text beyond this table has no composed letters but Hangul.
    let base = String(valid).decomposedStringWithCanonicalMapping.lowercased().unicodeScalars.first
    return base.map(\.value) ?? folded
  }

  private static func classify(_ scalar: UInt32) -> UInt32 {
    switch CharacterClass.of(scalar) {
    case .letter:
      if scalar < 0x80 { return scalar | 0x20 }
      let lower = Unicode.Scalar(scalar)?.properties.lowercaseMapping.unicodeScalars.first
      return lower.map(\.value) ?? scalar
    case .ideograph: return scalar
    case .digit: return 0x30
    case .mark: return none
    case .space, .newline, .punctuation, .symbol, .control: return space
    }
  }
}
