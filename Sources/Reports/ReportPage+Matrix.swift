/// The matrix R as a heat map: each cell against the base's row, or the first measured one.
extension ReportPage {
  func matrices() -> String {
    let matrix = report.matrix
    guard !matrix.versions.isEmpty, !matrix.domains.isEmpty else { return "" }
    var parts: [String] = []
    if has(matrix.nll) {
      parts.append("<h3>loss, nats per token</h3>" + heat(matrix.nll, .nll))
    }
    if has(matrix.accuracy) {
      parts.append("<h3>accuracy</h3>" + heat(matrix.accuracy, .accuracy))
    }
    guard !parts.isEmpty else { return "" }
    let note =
      "<p class=\"note\">A row is a version, a column a domain; rows and columns without figures are left out. Blue is better than the first row that measured the"
      + " domain, orange worse, deeper the further; – was never measured.</p>"
    return section("Every version on every domain", parts.joined(separator: "\n") + note)
  }

  private func has(_ rows: [[Double?]]) -> Bool {
    rows.contains { $0.contains { $0 != nil } }
  }

  private func heat(_ rows: [[Double?]], _ metric: ForgettingReport.Metric) -> String {
    let matrix = report.matrix
    func value(_ i: Int, _ j: Int) -> Double? { i < rows.count && j < rows[i].count ? rows[i][j] : nil }
    let first = matrix.domains.indices.map { j in matrix.versions.indices.lazy.compactMap { value($0, j) }.first }
    /// Positive is worse.
    func change(_ i: Int, _ j: Int) -> Double? {
      guard let value = value(i, j), let first = first[j] else { return nil }
      switch metric {
      case .nll: return first > 0 ? (value - first) / first : nil
      case .accuracy: return first - value
      }
    }
    let largest =
      matrix.versions.indices.flatMap { i in
        matrix.domains.indices.map { abs(change(i, $0) ?? 0) }
      }.max() ?? 0
    let measured = matrix.domains.indices.filter { first[$0] != nil }
    let head = measured.map { matrix.domains[$0] }.map {
      "<th title=\"\(HTMLText.escaped($0))\">\(HTMLText.escaped(DisplayText.truncated($0, to: 16)))</th>"
    }
    let rowsMeasured = matrix.versions.indices.filter { i in measured.contains { value(i, $0) != nil } }
    let body = rowsMeasured.map { i in
      let cells = measured.map { j -> String in
        guard let value = value(i, j) else { return "<td class=\"never\">–</td>" }
        let difference = change(i, j) ?? 0
        let text = words.figure(value, metric)
        guard largest > 0, abs(difference) > largest * 1e-6 else { return "<td>\(text)</td>" }
        let weight = HTMLText.coordinate(0.06 + 0.49 * abs(difference) / largest)
        return "<td class=\"\(difference < 0 ? "better" : "worse")\" style=\"--weight: \(weight)\""
          + " title=\"\(words.change(difference, metric))\">\(text)</td>"
      }
      let version = matrix.versions[i]
      let isThis = version == report.version ? " class=\"this\"" : ""
      let name = version == 0 ? "base" : "version \(version)"
      return "<tr\(isThis)><th>\(name)</th>\(cells.joined())</tr>"
    }
    return "<div class=\"wide\"><table class=\"heat\"><thead><tr><th></th>\(head.joined())</tr></thead><tbody>\n"
      + "\(body.joined(separator: "\n"))\n</tbody></table></div>"
  }
}
