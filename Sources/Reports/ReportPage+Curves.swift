/// Each domain's loss over versions, as small pictures side by side, with how sure each point is.
extension ReportPage {
  private struct Point {
    var version: Int
    var loss: Double
    var spread: Double?
  }

  func curves() -> String {
    let matrix = report.matrix
    let pictures = matrix.domains.indices.compactMap { j -> String? in
      let points = matrix.versions.indices.compactMap { i in
        matrix.nll[i][j].map { Point(version: matrix.versions[i], loss: $0, spread: matrix.spread[i][j]) }
      }
      return points.count > 1 ? curve(points, of: matrix.domains[j]) : nil
    }
    guard !pictures.isEmpty else { return "" }
    let note =
      "<p class=\"note\">Loss in nats per token, lower is better; the hollow point is the base, the last one the latest"
      + " version that measured the domain. Whiskers are 95 % intervals of the change against the base on the same"
      + " pieces.</p>"
    return section(
      "Each domain over versions", "<div class=\"curves\">\(pictures.joined(separator: "\n"))</div>" + note)
  }

  // Viewbox: figures 0..<44 · plot 48...252 by 8...84
  private func curve(_ points: [Point], of domain: String) -> String {
    let (left, right, top, bottom) = (48.0, 252.0, 8.0, 84.0)
    let ends = points.flatMap { [$0.loss - ($0.spread ?? 0), $0.loss + ($0.spread ?? 0)] }
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 0)
    let at = HTMLText.coordinate
    func x(_ place: Int) -> Double { left + (right - left) * Double(place) / Double(max(points.count - 1, 1)) }
    func y(_ loss: Double) -> Double { top + (high - loss) / max(high - low, 1e-9) * (bottom - top) }
    var body = "<text class=\"faint end\" x=\"44\" y=\"14\">\(Format.nats(high, decimals: 2))</text>"
    body += "<text class=\"faint end\" x=\"44\" y=\"86\">\(Format.nats(low, decimals: 2))</text>"
    let path = points.indices.map { "\(at(x($0))),\(at(y(points[$0].loss)))" }.joined(separator: " ")
    body += "<polyline class=\"curve\" points=\"\(path)\"/>"
    for (place, point) in points.enumerated() {
      let name = point.version == 0 ? "base" : "version \(point.version)"
      var detail = "\(name): \(Format.nats(point.loss))"
      if let spread = point.spread, point.version > 0 {
        detail += " ± \(Format.nats(spread))"
        let (from, to) = (at(y(point.loss + spread)), at(y(point.loss - spread)))
        body += "<line class=\"whisker\" x1=\"\(at(x(place)))\" y1=\"\(from)\" x2=\"\(at(x(place)))\" y2=\"\(to)\"/>"
      }
      let kind = point.version == 0 ? "base" : "point"
      body +=
        "<circle class=\"\(kind)\" cx=\"\(at(x(place)))\" cy=\"\(at(y(point.loss)))\" r=\"3\"><title>"
        + "\(HTMLText.escaped(detail))</title></circle>"
    }
    let name = HTMLText.escaped(DisplayText.truncated(domain, to: 28))
    return "<figure><figcaption>\(name)</figcaption>"
      + "<svg viewBox=\"0 0 260 92\" role=\"img\" aria-label=\"Loss of \(name) over versions\">\(body)</svg></figure>"
  }
}
