import Foundation
import Platform
import Testing

@Suite("Text for terminals, and times")
struct TextTests {
  @Test("ordinary text of any script stays as it is, joiners and emoji too")
  func ordinary() {
    for text in ["plain", "größer", "日本語", "नमस्ते", "👩‍👩‍👧", "می‌خواهم", "a\\b", ""] {
      #expect(TerminalText.escaped(text) == text)
      #expect(TerminalText.escaped(bytes: Array(text.utf8)) == text)
    }
  }

  @Test("what can move the cursor, turn the text or hide in it is made visible")
  func hostile() {
    #expect(TerminalText.escaped("a\nb\tc\rd") == "a\\nb\\tc\\rd")
    #expect(TerminalText.escaped("a\r\nb") == "a\\r\\nb")
    #expect(TerminalText.escaped("\u{1B}[31mred\u{0}") == "\\x1B[31mred\\x00")
    #expect(TerminalText.escaped("\u{9B}2J\u{7F}") == "\\x9B2J\\x7F")
    #expect(TerminalText.escaped("\u{202E}\u{2066}\u{FEFF}\u{E0041}") == "\\u{202E}\\u{2066}\\u{FEFF}\\u{E0041}")
    #expect(TerminalText.escaped("one\n\ttwo\u{1B}", keepingLines: true) == "one\n\ttwo\\x1B")
  }

  @Test("bytes that are not UTF-8 show as hexadecimal, each of them")
  func invalidBytes() {
    #expect(TerminalText.escaped(bytes: [0x61, 0xE9, 0x62]) == "a\\xE9b")
    #expect(TerminalText.escaped(bytes: [0xF0, 0x9F, 0x98]) == "\\xF0\\x9F\\x98")
    #expect(TerminalText.escaped(bytes: [0xC0, 0x80, 0xED, 0xA0, 0x80]) == "\\xC0\\x80\\xED\\xA0\\x80")
    #expect(TerminalText.escaped(bytes: [0xFF, 0x0A, 0xC3, 0xA9]) == "\\xFF\\né")
  }

  @Test(
    "times are written to the second in UTC",
    arguments: [
      (0.0, "1970-01-01T00:00:00Z"), (1_772_366_400.999, "2026-03-01T12:00:00Z"), (-0.5, "1969-12-31T23:59:59Z"),
      (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
      (-62_167_219_200, "0000-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
      (1e18, "9999-12-31T23:59:59Z"), (-1e18, "0000-01-01T00:00:00Z"),
    ])
  func writesTimes(seconds: Double, text: String) {
    #expect(RFC3339.string(from: Date(timeIntervalSince1970: seconds)) == text)
  }

  @Test("every written time is read back, over eight centuries")
  func roundTrip() {
    for step in 0..<4000 {
      let date = Date(timeIntervalSince1970: Double(-12_000_000_000 + step * 6_700_417))
      #expect(RFC3339.date(from: RFC3339.string(from: date)) == date)
    }
  }

  @Test(
    "fractions, offsets and leap seconds are read",
    arguments: [
      ("2026-03-01T12:00:00Z", 1_772_366_400.0), ("2026-03-01t12:00:00.5z", 1_772_366_400.5),
      ("2026-03-01 13:30:00+01:30", 1_772_366_400), ("2026-02-28T20:00:00.000000000-16:00", 1_772_366_400),
      ("2016-12-31T23:59:60Z", 1_483_228_800), ("2024-02-29T00:00:00Z", 1_709_164_800),
    ])
  func readsTimes(text: String, seconds: Double) {
    #expect(RFC3339.date(from: text) == Date(timeIntervalSince1970: seconds))
  }

  @Test("what is no time is nil, at every truncation too")
  func refusesTimes() {
    let whole = "2026-03-01T12:00:00.25+01:00"
    for length in 0..<whole.count { #expect(RFC3339.date(from: String(whole.prefix(length))) == nil) }
    for text in [
      "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
      "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00Z ",
      "2026-01-01T00:00:00+24:00", "٢٠٢٦-01-01T00:00:00Z",
    ] {
      #expect(RFC3339.date(from: text) == nil, "\(text)")
    }
  }
}
