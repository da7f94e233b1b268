import Foundation
import Reports

/// Values that the tests show; every number is invented.
enum Sample {
  static let created = Date(timeIntervalSince1970: 1_795_536_180)  // 2026-11-24 16:03 UTC
  static let utc = TimeZone(secondsFromGMT: 0) ?? .current

  static func published() -> ForgettingReport {
    ForgettingReport(
      version: 7, round: 12, parent: 6, created: created,
      matrix: .init(
        versions: [0, 6, 7], domains: ["medicine", "tickets", "legal", "news"],
        nll: [[3.41, 3.6, 3.5, 3.2], [2.874, 3.102, 3.412, 3.19], [2.881, 3.108, 2.987, 3.165]],
        spread: [[nil, 0, 0, 0], [0.03, 0.04, 0.02, 0.01], [0.03, 0.04, 0.05, nil]]),
      forgetting: [
        .init(
          domain: "medicine", pieces: 32, before: 2.874, after: 2.881, relative: 0.0024, low: 0.0009, high: 0.0041,
          budget: 0.005, verdict: .ok,
          lineage: .init(version: 4, best: 2.863, relative: 0.0061, high: 0.008, budget: 0.01)),
        .init(
          domain: "tickets", pieces: 18, before: 3.102, after: 3.108, relative: 0.0019, low: -0.001, high: 0.0048,
          budget: 0.005, verdict: .ok),
      ],
      general: .init(
        pieces: 32, before: 0.012, after: 0.019, change: 0.007, high: 0.022, budget: 0.05, verdict: .ok),
      learning: [.init(domain: "legal", pieces: 32, before: 3.412, after: 2.987, relative: -0.1246)],
      forward: [.init(domain: "news", pieces: 16, before: 3.2, after: 3.165, relative: -0.011)],
      backwardTransfer: 0.0021, forwardTransfer: -0.011,
      gate: .init(
        decision: .published, walk: [.init(scale: 1, worstDomain: "medicine", change: 0.0024)]),
      cost: .init(
        seconds: 451, stepSeconds: 397, evaluationSeconds: 36, fisherSeconds: 13.5, publishingSeconds: 4.5,
        tokens: 218_710, replayedTokens: 36_400, replayDomains: ["medicine", "tickets"]),
      settings: ["train.rate": "0.0005", "ewc.lambda": "0.3"],
      data: .init(
        documents: 214, samples: 640, tokens: 182_310, domains: ["legal"],
        sources: [.init(path: "legal/2026", documents: 214)]),
      penaltyRatio: 0.03)
  }

  static func refused() -> ForgettingReport {
    ForgettingReport(
      version: nil, round: 13, parent: 7, created: created,
      forgetting: [
        .init(
          domain: "tickets", pieces: 18, before: 3.108, after: 3.167, relative: 0.019, low: 0.015, high: 0.023,
          budget: 0.005, verdict: .over),
        .init(
          domain: "medicine", pieces: 32, before: 2.881, after: 2.886, relative: 0.0017, low: 0, high: 0.004,
          budget: 0.005, verdict: .ok),
      ],
      gate: .init(
        decision: .rejected,
        walk: [
          .init(scale: 1, worstDomain: "tickets", change: 0.019),
          .init(scale: 0.7, worstDomain: "tickets", change: 0.012),
          .init(scale: 0.5, worstDomain: "tickets", change: 0.008),
          .init(scale: 0.3, worstDomain: "tickets", change: 0.006),
        ],
        retries: [.init(replayShare: 0.4, worstDomain: "tickets", change: 0.009)], deferred: 61,
        conflict: .init(source: "wiki/export-2026-11.jsonl", documents: 48)),
      data: .init(documents: 61, samples: 200, tokens: 40_000, domains: ["wiki"]))
  }
}

extension Sample {
  static let now = created + 7200
  static let progress = RoundProgress(
    round: 12, domain: "legal", step: 61, steps: 112, loss: 2.81, penaltyShare: 0.03, tokensPerSecond: 412,
    secondsLeft: 124)

  static func status() -> StatusView {
    StatusView(
      daemon: .init(running: true, pid: 4121, mode: "inotify", since: now - 42_600, watching: "/srv/stet/Watch"),
      current: .init(version: 7, domains: ["legal"], created: created, base: "SmolLM2-135M-Instruct Q4_1"),
      waiting: .init(documents: 38, tokens: 14_210, needed: 20_000, domains: ["legal"], startsBy: now + 540),
      counts: ["learned": 2140, "waiting": 38],
      today: ["learned": 214, "duplicate": 12, "superseded": 3, "quarantined": 2])
  }

  static let document = DocumentView(
    id: 8121, sha256: "5e1f", names: ["Watch/legal/2026/ruling-884.md", "Watch/legal/ruling-884-copy.md"],
    domain: "legal", state: "learned", bytes: 4210, samples: 3, tokens: 912, received: now, version: 7)

  static func explanation() -> DocumentExplanation {
    DocumentExplanation(
      document: document, encoding: "UTF-8", language: "English", profile: "prose", heldOut: ["test": 1],
      masked: ["email": 2, "phone": 1], supersedes: .init(id: 6630, jaccard: 0.94), filtersPassed: 31,
      closest: .init(name: "repetition.lines", figure: 0.21, limit: 0.3), round: 12)
  }
}
