import Curation
import Daemon
import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("quality.perplexity")
struct PerplexityTests {
  @Test("names outliers at both ends, of enough texts")
  func outliers() throws {
    let usual = [3.0, 3.1, 3.2, 2.9, 3.0, 3.1, 3.3, 2.8]
    #expect(PerplexityOutliers(Array(usual.dropLast())) == nil)
    let range = try #require(PerplexityOutliers(usual + [7, 0.3]))
    #expect(range.outlier(7)?.reason.name == .perplexityHigh && range.outlier(0.3)?.reason.name == .perplexityLow)
    #expect(usual.allSatisfy { range.outlier($0) == nil })
  }

  @Test(
    "off measures nothing; report measures each document; reject refuses an outlier, once",
    arguments: ["report", "reject"])
  func rounds(mode: String) async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let store = bench.intake.home.store
      try await bench.teach("law", 0..<12)
      _ = try await bench.round(try RoundBench.settings())
      #expect(
        try await bench.intake.documents().allSatisfy { DocumentFigures(json: $0.document.figures)?.perplexity == nil })
      // As a base that knows such texts far better would have found them.
      _ = try await store.write { db in
        try db.run("UPDATE document SET figures = json_set(figures, '$.perplexity', 1.5)")
      }
      try await bench.teach("law", 20..<22)
      _ = try await bench.round(try RoundBench.settings([("quality.perplexity", mode)]))
      let new = try await bench.intake.documents().suffix(2).map(\.document)
      #expect(new.allSatisfy { (DocumentFigures(json: $0.figures)?.perplexity ?? 0) > 3 })
      #expect(new.allSatisfy { ($0.state == .quarantined) == (mode == "reject") })
      guard mode == "reject" else { return }
      #expect(new.allSatisfy { $0.reason?.hasPrefix("perplexity.high: ") == true })
      let id = new[0].id
      #expect(try await store.write { try $0.release(id) })
      _ = try await bench.round(try RoundBench.settings([("quality.perplexity", mode)]))
      #expect(try await store.read { try $0.document(id)?.state } != .quarantined)
    }
  }
}
