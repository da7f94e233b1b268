import Daemon
import Foundation
import ReplayStore
import Reports
import TestSupport
import Testing

@Suite("Probes of ability")
struct AbilityProbesTests {
  @Test("are asked of every version and paired with the base's answers, which are kept")
  func inReports() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let settings = try RoundBench.settings([("gate.round", "1"), ("gate.lineage", "1")])
      try await bench.teach("law", 0..<24)
      let first = try #require(try await bench.round(settings).report?.ability)
      #expect(first.map(\.probe).contains("grammar"))
      let grammar = try #require(first.first { $0.probe == "grammar" })
      #expect(grammar.items == 400 && (0...1).contains(grammar.version))
      #expect(grammar.low <= grammar.version - grammar.base && grammar.version - grammar.base <= grammar.high)
      let kept = try await bench.intake.home.store.read { try $0.abilityOfBase() }
      #expect(kept?.split(separator: "\n").count ?? 0 >= 3)
      try await bench.teach("news", 100..<124)
      let second = try #require(try await bench.round(settings).report?.ability)
      #expect(second.map(\.base) == first.map(\.base))
    }
  }
}
