import Reports
import Testing

@Suite("The forgetting report as text")
struct ReportTextTests {
  @Test("a published round shows what was learned, what was kept and how to undo it")
  func published() {
    let expected = """
      Round 12 → version 7 (parent 6)            214 documents, 182,310 tokens, 7 min 31 s

                   held-out      before    after    change     bound    budget
      learned
        legal      32 pieces      3.412    2.987   −12.5 %
      kept                                         (lineage: worst medicine, +0.6 % of 1 %)
        medicine   32 pieces      2.874    2.881    +0.2 %    +0.4 %     0.5 %   ok
        tickets    18 pieces      3.102    3.108    +0.2 %    +0.5 %     0.5 %   ok
        general    KL to base     0.012    0.019    +0.007     0.022     0.050   ok

      published at the first try. Backward transfer +0.2 %, forward transfer −1.1 % (news got easier).
      time: 88 % steps, 8 % evaluation, 3 % Fisher, 1 % publishing. Replayed 36,400 tokens from 2 domains.
      undo with: stet rollback

      """
    #expect(ReportText(Sample.published()).text == expected)
  }

  @Test("a refused round says which domain would be forgotten, what was tried and what happens to its documents")
  func refused() {
    let expected = """
      Round 13 → not published. tickets would be forgotten by 1.9 % (bound 2.3 %, budget 0.5 %).
        tried: whole step +1.9 %, 0.7 of it +1.2 %, 0.5 +0.8 %, 0.3 +0.6 %; again with 40 % replay +0.9 %.
        current stays version 7. Its 61 documents are deferred; they wait for new ones, or: stet train --retry
        most of the conflict comes from wiki/export-2026-11.jsonl (48 of 61 documents)

      """
    #expect(ReportText(Sample.refused()).text == expected)
  }

  @Test("a step that was walked back says how far and why")
  func walkedBack() {
    var report = Sample.published()
    report.gate.scale = 0.5
    report.gate.walk = [
      .init(scale: 1, worstDomain: "tickets", change: 0.012), .init(scale: 0.5, worstDomain: "tickets", change: 0.004),
    ]
    #expect(ReportText(report).text.contains("published at 0.5 of the step (the whole: tickets +1.2 %)."))
    report.gate.retries = [.init(replayShare: 0.4, worstDomain: "tickets", change: 0.003)]
    #expect(ReportText(report).text.contains("published at the second try, with 40 % replay and 0.5 of the step."))
  }

  @Test("a domain lost over many rounds is told against the version that was best at it")
  func lineage() {
    var report = Sample.refused()
    report.forgetting[0].high = 0.004
    report.forgetting[0].lineage = .init(version: 3, best: 3.05, relative: 0.014, high: 0.016, budget: 0.01)
    #expect(
      ReportText(report).text.contains(
        "tickets would be forgotten by 1.4 % since version 3 (bound 1.6 %, budget 1.0 %)."))
  }

  @Test("labelled domains are told in points of accuracy, falling when they fall")
  func accuracy() {
    var report = Sample.published()
    report.forgetting[1] = .init(
      domain: "tickets", pieces: 120, before: 0.81, after: 0.80, relative: 0.01, low: 0, high: 0.02, budget: 0.005,
      verdict: .undecided, metric: .accuracy)
    let row = ReportText(report).text.split(separator: "\n").first { $0.hasPrefix("  tickets") }
    #expect(row == "  tickets    120 pieces    81.0 %   80.0 %   −1.0 pt   −2.0 pt   −0.5 pt   undecided")
  }

  @Test("what was replayed of the general set is told apart from that of domains")
  func replayed() {
    var report = Sample.published()
    func text() -> String { ReportText(report).text }
    report.cost.generalTokens = 6_400
    #expect(text().contains("Replayed 30,000 tokens from 2 domains and 6,400 of the general set.\n"))
    report.cost.generalTokens = 0
    #expect(text().contains("Replayed 36,400 tokens from 2 domains.\n"))
    report.cost.generalTokens = 36_400
    #expect(text().contains("Replayed 36,400 tokens of the general set.\n"))
  }

  @Test("a round whose bounds left it open says that the estimates decided, and on how many pieces")
  func byTheEstimates() {
    var report = Sample.published()
    report.forgetting[0].verdict = .undecided
    report.forgetting[0].pieces = 128
    #expect(ReportText(report).text.contains("undecided on 128 pieces; published by the estimates, at the first try."))
    report.gate.scale = 0.5
    #expect(ReportText(report).text.contains("published by the estimates, at 0.5 of the step"))
    report.forgetting[0].metric = .accuracy
    #expect(!ReportText(report).text.contains("estimates"))
  }

  @Test("a drift of the general set is told in nats")
  func general() {
    var report = Sample.refused()
    report.forgetting = []
    report.general = .init(
      pieces: 32, before: 0.012, after: 0.069, change: 0.057, high: 0.073, budget: 0.05, verdict: .over)
    report.gate.walk = [.init(scale: 1, worstDomain: "general", change: 0.069)]
    report.gate.retries = []
    let text = ReportText(report).text
    #expect(text.contains("general would be at 0.069 (bound 0.073, budget 0.050)."))
    #expect(text.contains("tried: whole step 0.069.\n"))
  }

  @Test("a first round, with nothing to keep, has no empty section")
  func firstRound() {
    let report = ForgettingReport(
      version: 1, round: 1, parent: 0, created: Sample.created,
      learning: [.init(domain: "letters", pieces: 1, before: 3, after: .nan, relative: .nan)],
      gate: .init(decision: .published))
    let text = ReportText(report, isCurrent: false).text
    #expect(!text.contains("kept"))
    #expect(!text.contains("undo"))
    #expect(text.contains("1 piece"))
    #expect(text.contains("–"))
  }

  @Test("a domain's name cannot move the cursor or forge a line")
  func hostileName() {
    var report = Sample.published()
    report.learning[0].domain = "le\u{1B}[2J\nok"
    report.alarms = ["two\nlines"]
    let text = ReportText(report).text
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("le\\u{1B}[2J\\u{A}ok"))
    #expect(text.contains("note: two\\u{A}lines\n"))
  }

  @Test("colour adds escapes on a terminal and changes no character besides")
  func colour() {
    for report in [Sample.published(), Sample.refused()] {
      let coloured = ReportText(report, style: Style(isOn: true)).text
      let bare = coloured.replacing(#/\u{1B}\[[0-9]+m/#, with: "")
      #expect(coloured != bare)
      #expect(bare == ReportText(report).text)
    }
  }
}
