import AdapterStore
import Daemon
import Foundation
import ReplayStore
import Tensors
import TestSupport
import Testing

@Suite("After a second rejection")
struct BisectionRoundTests {
  @Test("rounds of halves learn what is good, and the folder that does harm is quarantined")
  func harmful() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      #expect(try await bench.round(try RoundBench.settings()).result?.state == .published)
      let store = bench.intake.home.store
      for i in 100..<116 as Range<UInt64> { try bench.intake.drop(Prose.text(i), as: "news/good/\(i).txt") }
      // Words of no language; nothing is replayed, and no rise allowed.
      for i in 0..<24 as Range<UInt64> {
        var rng = SeededGenerator(seed: i, stream: "noise")
        let words = (0..<300).map { _ in
          String((0..<6).map { _ in "abcdefghijklmnop".randomElement(using: &rng) ?? "a" })
        }
        try bench.intake.drop(words.joined(separator: " ") + ".\n", as: "news/bad/\(i).txt")
      }
      _ = await bench.intake.service().scan()
      let zero = [
        ("gate.round", "0"), ("gate.lineage", "0"), ("gate.round_nats", "0"), ("gate.lineage_nats", "0"),
        ("replay.share", "0"), ("replay.retry", "0"), ("ewc.lambda", "0"),
      ]
      let settings = try RoundBench.settings(zero + [("train.rate", "0.05")])
      let gentle = try RoundBench.settings(zero + [("train.rate", "0.01")])
      #expect(try await bench.round(settings).result?.state == .rejected)
      let retry = RoundTrigger.asked(RequestID(rawValue: 1), domain: nil, retry: true)
      #expect(try await bench.round(settings, retry).result?.state == .rejected)
      #expect(try await store.read { try $0.bisection().suspects.count } == 2)
      var rounds = 0
      while try await bench.round(gentle, .suspects).result != nil { rounds += 1 }
      #expect((2...16).contains(rounds))
      let documents = try await bench.intake.documents()
      let blamed = documents.filter { $0.document.reason?.hasPrefix("gate.culprit: round ") == true }
      #expect(blamed.count == 24)
      #expect(blamed.allSatisfy { $0.names[0].hasPrefix("news/bad/") })
      #expect(blamed.allSatisfy { $0.document.state == .quarantined })
      let good = documents.filter { $0.names[0].hasPrefix("news/good/") }
      #expect(good.count == 16 && good.allSatisfy { $0.document.state == .learned })
    }
  }
}
