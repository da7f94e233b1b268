import Foundation
import Reports
import Testing

@Suite("Numbers, times and widths")
struct FormatTests {
  @Test("numbers have a true minus, groups and no sign where they round to zero")
  func numbers() {
    #expect(Format.count(14_210) == "14,210")
    #expect(Format.count(-1_000_000) == "−1,000,000")
    #expect(Format.count(999) == "999")
    #expect(Format.count(1, "document") == "1 document")
    #expect(Format.count(2, "entry", "entries") == "2 entries")
    #expect(Format.signedPercent(-0.1246) == "−12.5 %")
    #expect(Format.signedPercent(0.0024) == "+0.2 %")
    #expect(Format.signedPercent(0.0001) == "0.0 %")
    #expect(Format.signedPercent(-0.0001) == "0.0 %")
    #expect(Format.percent(nil) == "–")
    #expect(Format.percent(.infinity) == "–")
    #expect(Format.shortPercent(0.01) == "1 %")
    #expect(Format.shortPercent(0.005) == "0.5 %")
    #expect(Format.signedNats(0.007) == "+0.007")
    #expect(Format.short(0.7) == "0.7")
    #expect(Format.short(100) == "100")
    #expect(Format.bytes(4210) == "4,210 bytes")
    #expect(Format.bytes(1_440_000) == "1.4 MB")
    #expect(Format.bytes(999_999_999) == "1.0 GB")
  }

  @Test(
    "durations are told in the two units that matter",
    arguments: [
      (0.42, "0.4 s"), (9.96, "10 s"), (45, "45 s"), (59.7, "1 min 00 s"), (124, "2 min 04 s"), (451, "7 min 31 s"),
      (3900, "1 h 05 min"), (273_600, "3 d 04 h"), (.nan, "–"), (-1, "–"), (1e300, "–"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(Format.duration(seconds: seconds) == text)
  }

  @Test(
    "times are told from now",
    arguments: [
      (10, "just now"), (-10, "in a moment"), (50, "1 min ago"), (300, "5 min ago"), (3580, "1 h ago"),
      (7200, "2 h ago"), (86_000, "1 d ago"), (-300, "in 5 min"), (260_000, "3 d ago"), (40 * 86_400, "2026-10-15"),
    ])
  func relative(seconds: Int, text: String) {
    #expect(Format.relative(Sample.created - Double(seconds), now: Sample.created, in: Sample.utc) == text)
  }

  @Test("a duration of the standard library reads the same")
  func standardDuration() {
    #expect(Format.duration(.milliseconds(1500)) == "1.5 s")
  }

  @Test("a time of today has no date")
  func clock() {
    #expect(Format.clock(Sample.created, now: Sample.now, in: Sample.utc) == "16:03")
    #expect(Format.clock(Sample.created, now: Sample.now + 86_400, in: Sample.utc) == "2026-11-24 16:03")
  }

  @Test(
    "width counts cells, not characters",
    arguments: [("legal", 5), ("法律", 4), ("e\u{301}", 1), ("👩‍⚕️", 2), ("−12.5 %", 7), ("", 0), ("ｆｕｌｌ", 8)])
  func width(text: String, cells: Int) {
    #expect(DisplayText.width(text) == cells)
  }

  @Test("what is cut fits and shows that it was cut")
  func truncation() {
    #expect(DisplayText.truncated("medicine", to: 8) == "medicine")
    #expect(DisplayText.truncated("medicine", to: 5) == "medi…")
    #expect(DisplayText.truncated("法律文書", to: 4) == "法…")
    #expect(DisplayText.truncated("medicine", to: 0).isEmpty)
    #expect(DisplayText.truncatedFront("legal/2026/a.md", to: 7) == "…6/a.md")
  }

  @Test("a table aligns by width, keeps no trailing spaces and lets a note run on")
  func table() {
    var table = Table([.init("name", maximum: 8), .init("tokens", .right), .init("")])
    table.add(["法律", "1,200", ""])
    table.add([.init("a long name"), .init("7"), .init("ok") { $0.good($1) }])
    table.add([.init("a note that runs on", spans: true)])
    table.addSection("rest", note: "(nothing)", atColumn: 1)
    #expect(
      table.text() == """
        name      tokens
        法律       1,200
        a long …       7  ok
        a note that runs on
        rest      (nothing)

        """)
    #expect(table.text(style: Style(isOn: true)).contains("\u{1B}[32mok\u{1B}[0m"))
  }

  @Test("colour needs a terminal that is not dumb and no NO_COLOR")
  func style() {
    #expect(Style(terminal: true, environment: ["TERM": "xterm"]).isOn)
    #expect(Style(terminal: true, environment: ["NO_COLOR": ""]).isOn)
    #expect(!Style(terminal: true, environment: ["NO_COLOR": "1"]).isOn)
    #expect(!Style(terminal: true, environment: ["TERM": "dumb"]).isOn)
    #expect(!Style(terminal: false, environment: [:]).isOn)
  }
}
