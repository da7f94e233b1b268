import Foundation
import Reports
import Testing

@Suite("Status, versions and documents as text")
struct ViewTests {
  @Test("status tells in five lines what serves, runs, waits, trains and came in")
  func status() {
    let expected = """
      current   version 7 (legal, 2 h ago), base SmolLM2-135M-Instruct Q4_1
      daemon    running since 06:13 (pid 4121), watching /srv/stet/Watch by inotify
      waiting   38 documents, 14,210 of 20,000 tokens in legal; a round starts by 18:12 at the latest
      training  –
      today     214 learned · 12 duplicates · 3 superseded · 2 quarantined (stet documents --only quarantined)

      """
    #expect(Sample.status().text(now: Sample.now, zone: Sample.utc) == expected)
  }

  @Test("status of a fresh state says that the base serves and how to start the daemon")
  func freshStatus() {
    var status = Sample.status()
    status.daemon = .init(running: false, watching: "Watch")
    status.current = .init(version: 0, base: "SmolLM2-135M-Instruct Q4_1")
    status.waiting = .init(documents: 0, tokens: 0, needed: 20_000)
    status.today = [:]
    status.degraded = ["inotify is not available; Watch is read every 10 s"]
    let expected = """
      current   version 0 (the base), SmolLM2-135M-Instruct Q4_1
      daemon    not running; start it with: stet run
      waiting   –
      training  –
      today     nothing came in
      degraded  inotify is not available; Watch is read every 10 s

      """
    #expect(status.text(now: Sample.now, zone: Sample.utc) == expected)
  }

  @Test("status shows the round that runs, and that a pause holds the next")
  func trainingStatus() {
    var status = Sample.status()
    status.round = .init(Sample.progress)
    status.daemon.paused = true
    let text = status.text(now: Sample.now, zone: Sample.utc)
    #expect(
      text.contains(
        "training  round 12  legal  step 61/112  loss 2.81 (EWC 3 % of it)  412 tok/s  2 min 04 s left\n"))
    #expect(text.contains("paused (stet resume)"))
    #expect(text.contains("no round starts while paused"))
    status.round = .init(Sample.progress, phase: "evaluating")
    #expect(status.text(now: Sample.now, zone: Sample.utc).contains("training  round 12  legal  evaluating\n"))
  }

  @Test("status says that a round is due, within which hours, and what is done before one begins")
  func dueStatus() {
    var status = Sample.status()
    status.waiting.tokens = 20_000
    func text() -> String { status.text(now: Sample.now, zone: Sample.utc) }
    #expect(text().contains("20,000 of 20,000 tokens in legal; a round is due\n"))
    status.waiting.window = "22:00-06:00"
    #expect(text().contains("; a round is due, but not outside of 22:00-06:00 (round.window)\n"))
    status.waiting.tokens = 10
    #expect(text().contains("; a round starts by 18:12 at the latest, but not outside of 22:00-06:00"))
    status.waiting.startsBy = nil
    #expect(text().contains("10 of 20,000 tokens in legal\n"))
    status.round = .init(RoundProgress(round: 0, domain: "general", step: 32, steps: 128), phase: "sampling")
    #expect(text().contains("training  sampling, 32 of 128\n"))
    status.daemon = .init(running: false, watching: "Watch", paused: true)
    #expect(text().contains("daemon    not running, paused (stet resume); start it with: stet run\n"))
    status.daemon = .init(running: false, watching: "Watch", worker: 4711)
    status.today = [:]
    #expect(text().contains("daemon    not running; process 4711 works on this State\n"))
    #expect(text().contains("today     nothing learned yet\n"))
  }

  @Test("versions are told newest first, with what each learned and what it cost the others")
  func versions() {
    let view = VersionsView([
      .init(version: 0, state: .published, created: Sample.created - 360_000),
      .init(
        version: 5, round: 8, parent: 4, state: .abandoned, created: Sample.created - 150_000,
        abandoned: Sample.created - 115_200),
      .init(
        version: 6, round: 10, parent: 4, state: .published, created: Sample.created - 90_000,
        forgetting: .init(worstDomain: "medicine", worstRelative: 0.001, generalNats: 0.004),
        learned: [.init(domain: "tickets", relative: -0.081), .init(domain: "legal", relative: -0.02)]),
      .init(Sample.published(), version: 7, state: .current),
    ])
    let expected = """
          #  made              from  learned                       worst forgetting  general
      *   7  2026-11-24 16:03     6  legal −12.5 %                 medicine +0.2 %    +0.007
          6  2026-11-23 15:03     4  tickets −8.1 %, legal −2.0 %  medicine +0.1 %    +0.004
          5  2026-11-22 22:23     4  (abandoned by rollback 2026-11-23 08:03)
          0  2026-11-20 12:03     –  the base

      """
    #expect(view.text(zone: Sample.utc) == expected)
  }

  @Test("a document is explained from its names to the version that learned it")
  func explanation() {
    let expected = """
      8121  Watch/legal/2026/ruling-884.md  (also dropped as ruling-884-copy.md)
            4,210 bytes UTF-8, English, profile prose → 3 samples, 912 tokens, 1 piece held out (test)
            masked: 2 email, 1 phone          supersedes 6630 (Jaccard 0.94), no longer replayed
            passed 31 filters; closest to its limit: repetition.lines 0.21 of 0.30
            learned in round 12 → version 7
            received 2026-11-24 18:03, SHA-256 \(Sample.document.sha256)

      """
    #expect(Sample.explanation().text(zone: Sample.utc) == expected)
  }

  @Test("a refused document says why")
  func refusedDocument() {
    var document = Sample.document
    document.state = "quarantined"
    document.reason = "repetition.lines 0.41 of 0.30"
    document.version = nil
    document.samples = 0
    document.tokens = 0
    let text = DocumentExplanation(document: document).text(zone: Sample.utc)
    #expect(text.contains("      4,210 bytes\n"))
    #expect(text.contains("quarantined: repetition.lines 0.41 of 0.30\n"))
    let list = DocumentsView([document]).text(zone: Sample.utc)
    #expect(
      list.hasSuffix(
        "8121  quarantined  legal        –  2026-11-24 18:03  Watch/legal/2026/ruling-884.md  "
          + "(repetition.lines 0.41 of 0.30)\n"))
    #expect(DocumentsView([]).text(zone: Sample.utc).isEmpty)
  }
}
