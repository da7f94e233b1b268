import Foundation
import ReplayStore
import TestSupport
import Testing

@Suite("The replay reservoir")
struct ReplayTests {
  private func reservoir(_ body: (Database) throws -> Void) throws {
    try withDatabase { db in
      for number in 1...40 { try db.take(number) }
      try db.learn(as: 1)
      try body(db)
    }
  }

  @Test("candidates come in the order of their keys, and a prefix ends at the token limit")
  func order() throws {
    try reservoir { db in
      let all = try db.replayCandidates(domain: "law")
      #expect(all.count == 40)
      #expect(all.map(\.replayKey) == all.map(\.replayKey).sorted())
      #expect(try db.replayCandidates(domain: "law", tokenLimit: 450) == Array(all.prefix(5)))
      #expect(try db.replayCandidates(domain: "news") == [])
      #expect(try db.replayDomains() == ["law"])
    }
  }

  @Test("another start gives another draw of the same samples")
  func rotation() throws {
    try reservoir { db in
      let all = try db.replayCandidates(domain: "law")
      let rotated = try db.replayCandidates(domain: "law", startingAt: all[10].replayKey)
      #expect(rotated == Array(all[10...] + all[..<10]))
    }
  }

  @Test("a share keeps the same part of the samples whatever the start")
  func share() throws {
    try reservoir { db in
      #expect(try db.replayCandidates(domain: "law", share: 0) == [])
      let half = try db.replayCandidates(domain: "law", share: 0.5)
      #expect(half.allSatisfy { $0.replayKey < 0 })
      #expect(half.count > 8 && half.count < 32)
      let turned = try db.replayCandidates(domain: "law", startingAt: half[3].replayKey, share: 0.5)
      #expect(Set(turned) == Set(half))
      #expect(try db.replayCandidates(domain: "law", share: 1).count == 40)
    }
  }

  @Test("samples come back in the order asked for, with the loss last measured")
  func loading() throws {
    try reservoir { db in
      let ids = try db.replayCandidates(domain: "law").prefix(3).map(\.sample)
      try db.recordLosses([ids[1]: 2.5])
      let samples = try db.samples([ids[2], ids[1], SampleID(rawValue: 99_999)])
      #expect(samples.map(\.id) == [ids[2], ids[1]])
      #expect(samples.map(\.loss) == [nil, 2.5])
    }
  }

  @Test("the general set is replaced whole; its three parts share nothing")
  func generalSet() throws {
    try withDatabase { db in
      let set = (0..<8).map { number in
        GeneralSample(
          kind: number < 4 ? "free" : "chat", isHeldOut: number.isMultiple(of: 4), prompt: number < 4 ? nil : "why?",
          encoded: encoded(16, first: Int32(number)))
      }
      try db.transaction { try db.replaceGeneralSet(set) }
      #expect(try db.generalSamples(.test).map(\.id) == [0, 4])
      #expect(try db.generalSamples(.replayed).map(\.id) == [1, 2, 3, 5, 6])
      #expect(try db.generalSamples(.validation).map(\.id) == [7])
      try db.record([GeneralScore(sample: 0, nll: 2, divergence: 0.1, tokens: 15)], of: .version(0))
      try db.transaction { try db.replaceGeneralSet(Array(set.prefix(2))) }
      #expect(try db.generalScores(of: .version(0)) == [])
    }
  }

  @Test("a budget keeps a fair draw: small domains whole, of large ones the least keys, and nothing of what waits")
  func budget() throws {
    try withDatabase { db in
      for number in 1...40 { try db.take(number) }
      for number in 41...44 { try db.take(number, domain: "news") }
      try db.learn(as: 1)
      for number in 45...50 { try db.take(number) }
      let all = try db.replayCandidates(domain: "law")
      let sizes = try db.replayBytes()
      let (law, news) = (try #require(sizes["law"]), try #require(sizes["news"]))
      #expect(try db.keepReplay(within: law + news) == 0)
      #expect(try db.keepReplay(within: law / 2 + news) > 10)
      let half = try db.replayBytes()
      // The largest sample has 900 bytes.
      #expect(half["news"] == news && (law / 2 - 900...law / 2).contains(half["law"] ?? 0))
      let left = try db.replayCandidates(domain: "law")
      #expect(left == Array(all.prefix(left.count)))
      #expect(try db.keepReplay(within: 2 * news) > 10)
      #expect(try db.replayBytes().values.allSatisfy { $0 <= news })
      let waiting: Int = try db.value(
        "SELECT COUNT(*) FROM sample s JOIN document d ON d.id = s.document WHERE d.state = 'waiting'")
      #expect(waiting == 12)
    }
  }
}
