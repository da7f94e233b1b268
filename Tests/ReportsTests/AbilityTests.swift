import Foundation
import Reports
import Testing

@Suite("General ability in reports")
struct AbilityTests {
  private var report: ForgettingReport {
    var report = Sample.published()
    report.ability = [
      .init(probe: "grammar", items: 400, base: 0.8, version: 0.79, low: -0.025, high: 0.005),
      .init(probe: "facts", items: 31, base: 1, version: 0.968, low: -0.1, high: 0),
    ]
    return report
  }

  @Test("stands below what was kept, against the base, with its bound")
  func text() {
    let lines = ReportText(report).text.split(separator: "\n").map(String.init)
    let title = lines.firstIndex { $0.hasPrefix("able, against the base") }
    let kept = lines.firstIndex { $0.hasPrefix("kept") }
    #expect((kept ?? .max) < (title ?? 0))
    let row = lines.first { $0.contains("grammar") } ?? ""
    for part in ["400 questions", "80.0 %", "79.0 %", "−1.0"] { #expect(row.contains(part), "\(row)") }
    #expect(!ReportText(Sample.published()).text.contains("able,"))
  }

  @Test("has a table of its own on the page, and comes back from JSON; older reports have none")
  func pageAndJSON() throws {
    let page = ReportPage(report, zone: Sample.utc).html
    #expect(page.contains("grammar") && page.contains("against the base"))
    let data = try ReportCoding.object(report)
    #expect(try ReportCoding.read(ForgettingReport.self, from: data).ability == report.ability)
    var fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    fields["ability"] = nil
    let older = try JSONSerialization.data(withJSONObject: fields)
    #expect(try ReportCoding.read(ForgettingReport.self, from: older).ability == nil)
  }
}
