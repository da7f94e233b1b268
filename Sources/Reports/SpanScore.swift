/// How well spans of one kind were found beside labels; a line of `stet screen --labels FILE --json`.
package struct SpanScore: Codable, Hashable, Sendable {
  package var kind: String
  /// Spans that the labels have.
  package var labels: Int
  /// Spans that were found.
  package var found: Int
  /// Spans found exactly as labelled.
  package var right: Int
  /// `right` of `found`.
  @OrNull package var precision: Double?
  /// `right` of `labels`.
  @OrNull package var recall: Double?
  @OrNull package var f1: Double?

  package init(kind: String, labels: Int, found: Int, right: Int) {
    self.kind = kind
    self.labels = labels
    self.found = found
    self.right = right
    // What is nowhere labelled can be neither right nor wrong.
    precision = labels > 0 && found > 0 ? Double(right) / Double(found) : nil
    recall = labels > 0 ? Double(right) / Double(labels) : nil
    f1 = labels > 0 ? 2 * Double(right) / Double(max(1, labels + found)) : nil
  }

  /// The table by kind.
  package static func text(_ scores: [SpanScore], style: Style = .plain) -> String {
    var table = Table([
      .init("kind"), .init("labelled", .right), .init("found", .right), .init("right", .right),
      .init("precision", .right), .init("recall", .right), .init("F1", .right),
    ])
    for score in scores {
      table.add([
        DisplayText.escaped(score.kind), Format.count(score.labels), Format.count(score.found),
        score.labels > 0 ? Format.count(score.right) : Format.none, Format.fixed(score.precision, 3),
        Format.fixed(score.recall, 3), Format.fixed(score.f1, 3),
      ])
    }
    return table.text(style: style)
  }
}
