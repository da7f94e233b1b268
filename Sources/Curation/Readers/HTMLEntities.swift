import Platform

/// `&amp;`, `&#228;`, `&#xE4;` and the names that HTML 4 gave characters.
enum HTMLEntities {
  static func resolved(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == 0x26, let (text, next) = entity(bytes, index) {
        result.append(contentsOf: text.utf8)
        index = next
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let longestName = 10

  private static func entity(_ bytes: ArraySlice<UInt8>, _ start: Int) -> (String, next: Int)? {
    var index = start + 1
    guard index < bytes.endIndex else { return nil }
    if bytes[index] == 0x23 { return numeric(bytes, index + 1) }
    while index < bytes.endIndex, index - start <= longestName, ASCII.isAlphanumeric(bytes[index]) { index += 1 }
    let name = String(decoding: bytes[(start + 1)..<index], as: UTF8.self)
    guard let scalar = named[name] else { return nil }
    // Without its semicolon only the oldest names count, where no letter follows.
    if index < bytes.endIndex, bytes[index] == 0x3B { return (String(scalar), index + 1) }
    return scalar.value < 0x100 ? (String(scalar), index) : nil
  }

  private static func numeric(_ bytes: ArraySlice<UInt8>, _ start: Int) -> (String, next: Int)? {
    var index = start
    let isHexadecimal = index < bytes.endIndex && bytes[index] | 0x20 == 0x78
    if isHexadecimal { index += 1 }
    let first = index
    var value: UInt32 = 0
    while index < bytes.endIndex, let digit = HexDigit.value(bytes[index]), isHexadecimal || digit < 10 {
      value = min(0x11_0000, value * (isHexadecimal ? 16 : 10) + UInt32(digit))
      index += 1
    }
    guard index > first else { return nil }
    if index < bytes.endIndex, bytes[index] == 0x3B { index += 1 }
    // Numbers of the Windows code page stand for its characters.
    if (0x80..<0xA0).contains(value) {
      return (SingleByteText.decode([UInt8(truncatingIfNeeded: value)], .windows1252), index)
    }
    return (String(Unicode.Scalar(value) ?? "\u{FFFD}"), index)
  }

  private static let named: [String: Unicode.Scalar] = {
    var names: [String: Unicode.Scalar] = [:]
    let latin = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
      para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
      Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
      Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
      igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
      thorn yuml
      """
    for (offset, name) in latin.split(separator: " ").enumerated() {
      names[String(name)] = Unicode.Scalar(UInt32(0xA0 + offset))
    }
    let greek = """
      alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon \
      phi chi psi omega
      """
    for (offset, name) in greek.split(separator: " ").enumerated() {
      names[String(name)] = Unicode.Scalar(UInt32(0x3B1 + offset))
      if name != "sigmaf" {
        names[name.prefix(1).uppercased() + name.dropFirst()] = Unicode.Scalar(UInt32(0x391 + offset))
      }
    }
    let others: [(String, UInt32)] = [
      ("amp", 0x26), ("lt", 0x3C), ("gt", 0x3E), ("quot", 0x22), ("apos", 0x27), ("OElig", 0x152), ("oelig", 0x153),
      ("Scaron", 0x160), ("scaron", 0x161), ("Yuml", 0x178), ("fnof", 0x192), ("circ", 0x2C6), ("tilde", 0x2DC),
      ("ensp", 0x2002), ("emsp", 0x2003), ("thinsp", 0x2009), ("zwnj", 0x200C), ("zwj", 0x200D), ("lrm", 0x200E),
      ("rlm", 0x200F), ("ndash", 0x2013), ("mdash", 0x2014), ("lsquo", 0x2018), ("rsquo", 0x2019), ("sbquo", 0x201A),
      ("ldquo", 0x201C), ("rdquo", 0x201D), ("bdquo", 0x201E), ("dagger", 0x2020), ("Dagger", 0x2021), ("bull", 0x2022),
      ("hellip", 0x2026), ("permil", 0x2030), ("prime", 0x2032), ("Prime", 0x2033), ("lsaquo", 0x2039),
      ("rsaquo", 0x203A), ("euro", 0x20AC), ("trade", 0x2122), ("larr", 0x2190), ("uarr", 0x2191), ("rarr", 0x2192),
      ("darr", 0x2193), ("harr", 0x2194), ("rArr", 0x21D2), ("forall", 0x2200), ("part", 0x2202), ("exist", 0x2203),
      ("empty", 0x2205), ("nabla", 0x2207), ("isin", 0x2208), ("prod", 0x220F), ("sum", 0x2211), ("minus", 0x2212),
      ("radic", 0x221A), ("infin", 0x221E), ("cap", 0x2229), ("cup", 0x222A), ("int", 0x222B), ("asymp", 0x2248),
      ("ne", 0x2260), ("equiv", 0x2261), ("le", 0x2264), ("ge", 0x2265), ("sub", 0x2282), ("sup", 0x2283),
      ("lang", 0x27E8), ("rang", 0x27E9), ("loz", 0x25CA), ("check", 0x2713), ("star", 0x2606),
    ]
    for (name, value) in others { names[name] = Unicode.Scalar(value) }
    return names
  }()
}
