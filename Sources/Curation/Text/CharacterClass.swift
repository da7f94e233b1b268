/// What a Unicode scalar is to the filters and the duplicate search.
package enum CharacterClass: UInt8, Sendable {
  case letter, mark, digit, space, newline, punctuation, symbol, control
  /// A letter of a script that writes no spaces between words: each stands for a word of its own.
  case ideograph

  /// The class of `scalar`; scalars of the basic plane come from a table.
  package static func of(_ scalar: UInt32) -> CharacterClass {
    if scalar < 0x10000 { return table[Int(scalar)] }
    guard let valid = Unicode.Scalar(scalar) else { return .control }
    return classify(valid)
  }

  private static let table: [CharacterClass] = (0..<UInt32(0x10000)).map { value in
    Unicode.Scalar(value).map(classify) ?? .control
  }

  private static func classify(_ scalar: Unicode.Scalar) -> CharacterClass {
    switch scalar.value {
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: return .newline
    case 0x09, 0x0B, 0x0C: return .space
    case 0xFFFD: return .control
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return Script.of(scalar.value).writesSpaces ? .letter : .ideograph
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    case .decimalNumber, .letterNumber, .otherNumber: return .digit
    case .spaceSeparator: return .space
    case .lineSeparator, .paragraphSeparator: return .newline
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .symbol
    case .format: return .mark
    case .control, .surrogate, .privateUse, .unassigned: return .control
    @unknown default: return .control
    }
  }
}
