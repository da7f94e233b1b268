/// How a document's bytes spelled its text.
package enum TextEncoding: String, CaseIterable, Codable, Sendable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case utf32LittleEndian = "UTF-32LE"
  case utf32BigEndian = "UTF-32BE"
  case latin1 = "ISO-8859-1"
  case windows1252 = "windows-1252"
}

/// Text and how it was spelled.
struct DecodedText {
  var text: String
  var encoding: TextEncoding
}
