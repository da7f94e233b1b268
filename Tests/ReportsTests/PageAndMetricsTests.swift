import Foundation
import Reports
import Testing

@Suite("The report as a page, and the metrics file")
struct PageAndMetricsTests {
  @Test("the page asks nothing of the network and runs no script")
  func selfContained() {
    for report in [Sample.published(), Sample.refused()] {
      let html = ReportPage(report, zone: Sample.utc).html
      for word in ["http:", "https:", "<script", "<link", "<img", "url(", "@import", "javascript:"] {
        #expect(!html.contains(word), "\(word)")
      }
      #expect(html.contains("default-src 'none'"))
    }
  }

  @Test("the page is well-formed, so that no name can break out of its place")
  func wellFormed() {
    var report = Sample.published()
    let name = "</title><script>\"'&\u{202E}x<\u{301}script>\"\u{301} onfocus='\u{301}"
    report.learning[0].domain = name
    report.forgetting[0].domain = name
    report.matrix.domains[0] = name
    report.data.sources[0].path = name
    report.settings[name] = name
    report.alarms = [name]
    report.gate.conflict = .init(source: name, documents: 1)
    report.gate.walk[0].worstDomain = name
    report.cost.replayDomains = [name]
    for decision in [ForgettingReport.Decision.published, .rejected] {
      report.gate.decision = decision
      let html = ReportPage(report, zone: Sample.utc).html
      #expect(!html.contains("<script"))
      #expect(!html.contains("\u{202E}"))
      #expect(unbalancedTag(in: html) == nil)
    }
  }

  @Test("the page shows the figures of the text")
  func figures() {
    let html = ReportPage(Sample.published(), zone: Sample.utc).html
    for text in ["Version 7", "−12.5 %", "2.987", "+0.007", "version 6", "ewc.lambda", "legal/2026", "7 min 31 s"] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(ReportPage(Sample.refused(), zone: Sample.utc).html.contains("not published"))
    // A curve for each domain, with its doubt where that is known.
    #expect(html.matches(of: #/<polyline/#).count == 4)
    #expect(html.contains("version 7: 2.987 ± 0.050") && html.contains("version 7: 3.165<"))
    #expect(!ReportPage(Sample.refused(), zone: Sample.utc).html.contains("<polyline"))
  }

  @Test("a candidate without finite figures still makes a page with finite coordinates")
  func diverged() {
    var report = Sample.refused()
    report.forgetting[0].relative = .nan
    report.forgetting[0].high = .infinity
    report.forgetting[1].budget = .nan
    report.matrix = .init(
      versions: [0, 1, 2], domains: ["a"], nll: [[3], [.nan], [2]], spread: [[0], [1], [.infinity]])
    let html = ReportPage(report, zone: Sample.utc).html
    #expect(!html.contains("nan") && !html.contains("inf\""))
    #expect(unbalancedTag(in: html) == nil)
  }

  @Test("metrics are in Prometheus' text format, labels escaped")
  func metrics() {
    let text = MetricsText.render([
      Metric(
        "stet_documents_total", help: "Documents by state.", kind: .counter,
        samples: [.init(214, labels: ["state": "learned"]), .init(2, labels: ["state": "a\"b\\c\nd"])]),
      Metric("stet_loss_nats", help: "Loss\nper token.", kind: .gauge, value: 2.8125),
      Metric("stet_unknown", help: "Not measured.", kind: .gauge, value: .nan),
      Metric("stet_empty", help: "Nothing.", kind: .gauge, samples: []),
    ])
    #expect(
      text == #"""
        # HELP stet_documents_total Documents by state.
        # TYPE stet_documents_total counter
        stet_documents_total{state="learned"} 214
        stet_documents_total{state="a\"b\\c\nd"} 2
        # HELP stet_loss_nats Loss\nper token.
        # TYPE stet_loss_nats gauge
        stet_loss_nats 2.8125
        # HELP stet_unknown Not measured.
        # TYPE stet_unknown gauge
        stet_unknown NaN

        """#)
  }

  /// The first tag that closes out of order or stays open; `nil` where all nest.
  private func unbalancedTag(in html: String) -> String? {
    var open: [Substring] = []
    for match in html.matches(of: #/<(/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/#) {
      let (_, slash, name, rest) = match.output
      if ["meta", "br"].contains(name) || rest.hasSuffix("/") { continue }
      if slash.isEmpty {
        open.append(name)
      } else if open.popLast() != name {
        return String(name)
      }
    }
    return open.last.map(String.init)
  }
}
