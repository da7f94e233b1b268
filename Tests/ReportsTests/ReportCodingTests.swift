import Foundation
import Reports
import Testing

@Suite("Reports as JSON")
struct ReportCodingTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: ReportCoding.object(value)) as? [String: Any])
  }

  @Test("a report has the keys that other programs read")
  func keys() throws {
    let report = try object(Sample.published())
    #expect(
      Set(report.keys).isSuperset(of: [
        "version", "round", "matrix", "forgetting", "learning", "backward_transfer", "forward_transfer", "gate", "cost",
        "settings", "data",
      ]))
    let matrix = try #require(report["matrix"] as? [String: Any])
    #expect(Set(matrix.keys) == ["versions", "domains", "nll", "accuracy", "spread"])
    let row = try #require((report["forgetting"] as? [[String: Any]])?.first)
    #expect(
      Set(row.keys).isSuperset(of: [
        "domain", "pieces", "before", "after", "relative", "low", "high", "budget", "verdict",
      ]))
    #expect(report["created"] as? String == "2026-11-24T16:03:00Z")
    #expect((report["gate"] as? [String: Any])?["decision"] as? String == "published")
  }

  @Test("what was never measured is null, not absent")
  func nulls() throws {
    let report = try object(Sample.refused())
    for key in ["version", "backward_transfer", "forward_transfer", "general", "penalty_ratio"] {
      #expect(report[key] is NSNull, "\(key)")
    }
    let matrix = ForgettingReport.Matrix(versions: [0, 1], domains: ["a", "b"], nll: [[1, nil], [.nan]])
    #expect(matrix.nll == [[1, nil], [nil, nil]])
    let text = String(decoding: try ReportCoding.line(matrix), as: UTF8.self)
    #expect(text.contains("\"nll\":[[1,null],[null,null]]"))
  }

  @Test("a report reads back as it was written")
  func roundTrip() throws {
    for report in [Sample.published(), Sample.refused()] {
      #expect(try ReportCoding.read(ForgettingReport.self, from: ReportCoding.object(report)) == report)
    }
    let explanation = Sample.explanation()
    let line = try ReportCoding.line(explanation)
    #expect(try ReportCoding.read(DocumentExplanation.self, from: line) == explanation)
    #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    let status = Sample.status()
    #expect(try ReportCoding.read(StatusView.self, from: ReportCoding.object(status)) == status)
  }

  @Test("a report of before the general set's tokens were counted apart reads with none")
  func withoutGeneralTokens() throws {
    var report = Sample.published()
    report.cost.generalTokens = 6_400
    let text = String(decoding: try ReportCoding.line(report), as: UTF8.self)
    let older = text.replacing("\"general_tokens\":6400,", with: "")
    #expect(older != text)
    report.cost.generalTokens = nil
    #expect(try ReportCoding.read(ForgettingReport.self, from: Data(older.utf8)) == report)
  }

  @Test("the figures of a candidate that diverged are null and do not stop the report")
  func diverged() throws {
    var report = Sample.refused()
    report.forgetting[0].after = .infinity
    report.penaltyRatio = .nan
    let data = try ReportCoding.object(report)
    let row = try #require((try object(report)["forgetting"] as? [[String: Any]])?.first)
    #expect(row["after"] is NSNull)
    #expect(try ReportCoding.read(ForgettingReport.self, from: data).forgetting[0].after.isNaN)
  }

  @Test("a report of an older version, with fewer fields, still reads")
  func older() throws {
    var fields = try object(Sample.published())
    for key in ["general", "penalty_ratio", "forward_transfer"] { fields[key] = nil }
    let data = try JSONSerialization.data(withJSONObject: fields)
    #expect(try ReportCoding.read(ForgettingReport.self, from: data).general == nil)
  }

  @Test("status, versions and documents have the keys that other programs read")
  func otherViews() throws {
    let status = try object(Sample.status())
    #expect(Set(status.keys).isSuperset(of: ["daemon", "current", "waiting", "round", "counts", "degraded"]))
    #expect(status["round"] is NSNull)
    var training = Sample.status()
    training.round = .init(Sample.progress)
    let round = try #require(try object(training)["round"] as? [String: Any])
    #expect(Set(round.keys).isSuperset(of: ["step", "steps", "loss", "eta_seconds"]))
    let version = try object(VersionView(Sample.published(), version: 7, state: .current))
    #expect(
      Set(version.keys).isSuperset(of: [
        "version", "round", "parent", "state", "created", "domains", "documents", "tokens", "forgetting", "learning",
        "seconds",
      ]))
    #expect(
      Set(try #require(version["forgetting"] as? [String: Any]).keys)
        == ["worst_domain", "worst_relative", "general_nats"])
    #expect((version["learning"] as? [String: Any])?["domain"] as? String == "legal")
    let document = try object(Sample.document)
    #expect(
      Set(document.keys) == [
        "id", "sha256", "names", "domain", "state", "reason", "bytes", "samples", "tokens", "received", "version",
      ])
    #expect(Set(try object(Sample.explanation()).keys).isSuperset(of: document.keys))
  }
}
