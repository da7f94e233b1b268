import AdapterStore
import Daemon
import Foundation
import Reports
import TestSupport
import Testing

@Suite("A stream of rounds")
struct GateStreamTests {
  @Test("of ten rounds, one of them harmful, leaves no earlier domain beyond the lineage's budget")
  func tenRounds() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings([
        ("gate.round", "0.02"), ("gate.lineage", "0.04"), ("replay.share", "0.2"), ("train.rate", "0.02"),
      ])
      var best: [String: Double] = [:]
      var published = 0
      for round in 0..<10 {
        let isHarmful = round == 6
        let documents = UInt64(round * 100)..<UInt64(round * 100 + 12)
        if isHarmful {
          for i in documents { try bench.intake.drop(Prose.scrambled(i), as: "noise/\(i).txt") }
          _ = await bench.intake.service().scan()
        } else {
          try await bench.teach("domain\(round % 5)", documents)
        }
        let current = try? bench.adapters.current()
        let (result, finished, _) = try await bench.round(settings)
        guard let report = finished else { continue }
        guard result?.state == .published else {
          #expect(try bench.adapters.current() == current)
          continue
        }
        published += 1
        for row in report.forgetting where row.metric == .nll {
          #expect(row.verdict != .over, "round \(round + 1): \(row.domain) \(row.relative)")
          let lineage = row.lineage?.relative ?? row.relative
          #expect(lineage <= max(row.lineage?.budget ?? row.budget, row.budget), "round \(round + 1): \(row.domain)")
        }
        // Against the best that any version ever had on the same column of R.
        let matrix = report.matrix
        for (j, domain) in matrix.domains.enumerated() {
          guard let now = matrix.nll.last?[j] else { continue }
          if let least = best[domain] { #expect(now < least * 1.1, "round \(round + 1): \(domain)") }
          best[domain] = min(best[domain] ?? now, now)
        }
      }
      #expect(published >= 5)
    }
  }
}
