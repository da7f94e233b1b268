/// A sweep of a continual bench as one HTML file: the table, and every run's matrix.
package struct ContinualPage: Sendable {
  private let summary: ContinualSummary

  package init(_ summary: ContinualSummary) { self.summary = summary }

  package var html: String {
    let (titles, rows) = summary.cells
    let head = titles.map { "<th>\(HTMLText.escaped($0))</th>" }.joined()
    let body = rows.map { row in
      "<tr>"
        + row.enumerated().map { "<td\($0.offset > 0 ? " class=\"n\"" : "")>\(HTMLText.escaped($0.element))</td>" }
        .joined()
        + "</tr>"
    }
    let matrices = summary.rows.map { row in
      let kind = ContinualSummary.Kind(row)
      let buffer = row.buffer.map { ", buffer \(Format.shortPercent($0))" } ?? ""
      return "<section><h2>\(HTMLText.escaped(row.arm + buffer))</h2>\n<div class=\"runs\">"
        + summary.runs.filter { ContinualSummary.Kind($0) == kind }.map(matrix).joined(separator: "\n")
        + "</div></section>"
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="color-scheme" content="light dark">
      <title>Continual learning: arms side by side</title>
      <style>
      \(ReportPage.style)
      .runs { display: flex; flex-wrap: wrap; gap: 20px; } .runs figure { margin: 0; min-width: 260px; flex: 1; }
      </style>
      </head>
      <body>
      <main>
      <h1>Continual learning</h1>
      <p class="sub">Means over orders and seeds, ± half of the 95 % interval. Backward transfer above zero: better than when
      it was learned. Answer loss: nats per question, over its labels alone. Cost: tokens against naive, each token forward
      alone a half.</p>
      <section><div class="wide"><table><thead><tr>\(head)</tr></thead><tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div></section>
      \(matrices.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  /// Deeper blue is better than the base, orange worse.
  private func matrix(_ run: ContinualSummary.Run) -> String {
    let base = run.matrix.first ?? []
    func gain(_ i: Int, _ j: Int) -> Double? {
      guard let score = run.matrix[i][j], let base = base[j] else { return nil }
      return (score - base) * (run.isAccuracy ? 1 : -1)
    }
    let largest = run.matrix.indices.flatMap { i in base.indices.map { abs(gain(i, $0) ?? 0) } }.max() ?? 0
    let head = run.tasks.map { "<th>\(HTMLText.escaped(DisplayText.truncated($0, to: 16)))</th>" }.joined()
    let rows = run.matrix.indices.map { i in
      let name = i == 0 ? "base" : run.isJoint ? "all" : "after \(HTMLText.escaped(run.tasks[i - 1]))"
      let cells = base.indices.map { j -> String in
        let text = run.isAccuracy ? Format.percent(run.matrix[i][j]) : Format.nats(run.matrix[i][j])
        let gain = gain(i, j)
        guard largest > 0, let gain, gain != 0 else { return "<td>\(text)</td>" }
        let weight = HTMLText.coordinate(0.06 + 0.49 * abs(gain) / largest)
        return "<td class=\"\(gain > 0 ? "better" : "worse")\" style=\"--weight: \(weight)\">\(text)</td>"
      }
      return "<tr><th>\(name)</th>\(cells.joined())</tr>"
    }
    return "<figure><figcaption class=\"note\">seed \(run.seed)</figcaption>"
      + "<div class=\"wide\"><table class=\"heat\"><thead><tr><th></th>\(head)</tr></thead><tbody>\n"
      + rows.joined(separator: "\n") + "</tbody></table></div></figure>"
  }
}
