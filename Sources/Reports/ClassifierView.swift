/// What a text classifier says of a document, and by which phrases.
package struct ClassifierView: Codable, Hashable, Sendable {
  package struct Phrase: Codable, Hashable, Sendable {
    package var text: String
    /// In characters of the text as read.
    package var start: Int
    package var end: Int
    /// What it adds to the log-odds of being refused.
    @Figure package var weight: Double

    package init(text: String, start: Int, end: Int, weight: Double) {
      self.text = text
      self.start = start
      self.end = end
      self.weight = weight
    }
  }

  package var name: String
  @Figure package var probability: Double
  @Figure package var threshold: Double
  /// The passage that decided, in characters of the text as read.
  package var start: Int
  package var end: Int
  /// The weightiest first.
  package var phrases: [Phrase]

  package init(name: String, probability: Double, threshold: Double, start: Int, end: Int, phrases: [Phrase]) {
    self.name = name
    self.probability = probability
    self.threshold = threshold
    self.start = start
    self.end = end
    self.phrases = phrases
  }

  /// Whether a document that is refused for `reason` is so because of this classifier.
  func decides(_ reason: String?) -> Bool {
    guard let reason else { return false }
    return reason.hasPrefix("classifier:") && reason.hasSuffix("; \(name)")
  }

  /// `toxicity 0.93 (refused above 0.50): “phrase” +2.1, “another” +0.7`.
  package var text: String {
    let shown = phrases.map { "“\(DisplayText.escaped($0.text))” \(Format.signed($0.weight, 1))" }
    let line = "\(name) \(Format.fixed(probability, 2)) (limit \(Format.fixed(threshold, 2)))"
    return shown.isEmpty ? line : line + ": " + shown.joined(separator: ", ")
  }
}
