/// What a classifier says of one text.
package struct ClassifierJudgement: Sendable {
  /// Words of the text that moved the verdict towards refusing.
  package struct Phrase: Hashable, Sendable {
    /// As the text has it.
    package var text: String
    /// Where it comes first.
    package var span: TextSpan
    /// What it adds to the log-odds, wherever it comes in the passage.
    package var weight: Double
  }

  package var name: String
  package var probability: Double
  package var threshold: Double
  /// Whether a text above the threshold is refused.
  package var refuses: Bool
  /// The passage that decided.
  package var passage: TextSpan
  /// The weightiest first.
  package var phrases: [Phrase]

  func moved(by offset: Int) -> ClassifierJudgement {
    var judgement = self
    judgement.passage = passage.moved(by: offset)
    for place in phrases.indices { judgement.phrases[place].span = phrases[place].span.moved(by: offset) }
    return judgement
  }
}

/// A classifier at work in curation: what it is used for, and where a deep one gets its hidden states.
package struct ScreeningClassifier: Sendable {
  /// The mean of the base model's final hidden states over a text.
  package typealias HiddenStates = @Sendable (String) -> [Float]

  package let classifier: TextClassifier
  package let threshold: Double
  package let refuses: Bool
  private let hidden: HiddenStates?

  private static let mostPhrases = 5
  private static let mostWords = 4
  /// Of the weightiest word's, the share that makes another word part of a phrase.
  private static let leastShare = 0.25

  /// - Parameters:
  ///   - threshold: `nil` takes the classifier's own.
  ///   - hidden: needed by a deep classifier, and by no other.
  package init(_ classifier: TextClassifier, threshold: Double? = nil, refuses: Bool, hidden: HiddenStates? = nil) {
    precondition(classifier.dense == nil || hidden != nil, "a deep classifier reads hidden states")
    self.classifier = classifier
    self.threshold = threshold ?? classifier.record.threshold
    self.refuses = refuses
    self.hidden = classifier.dense == nil ? nil : hidden
  }

  /// - Returns: `nil` for a text without words.
  func measure(utf8: [UInt8], counter: inout GramCounter) -> Measurement? {
    worst(FoldedWords(utf8: utf8), utf8, &counter).map { worst in
      var measurement = Measurement(.classifier, worst.probability, .most, threshold)
      measurement.detail = classifier.name
      return measurement
    }
  }

  /// Everything about a text: for screens.
  /// - Returns: `nil` for a text without words.
  package func judge(_ text: String) -> ClassifierJudgement? {
    let utf8 = Array(text.utf8)
    let folded = FoldedWords(utf8: utf8)
    var counter = GramCounter()
    guard let worst = worst(folded, utf8, &counter) else { return nil }
    let attributions = classifier.attributions(folded, in: worst.range, counter: &counter)
    return ClassifierJudgement(
      name: classifier.name, probability: worst.probability, threshold: threshold, refuses: refuses,
      passage: Self.span(folded, worst.range),
      phrases: Self.phrases(folded, worst.range, attributions, Array(text.unicodeScalars)))
  }

  /// The passage with the highest probability, the first of equal ones.
  private func worst(
    _ text: FoldedWords, _ utf8: [UInt8], _ counter: inout GramCounter
  ) -> (range: Range<Int>, probability: Double)? {
    var worst: (range: Range<Int>, score: Double)?
    let scalars = hidden == nil ? [] : Array(String(decoding: utf8, as: UTF8.self).unicodeScalars)
    for range in classifier.passages(words: text.words.count) {
      let states = hidden?(Self.slice(scalars, Self.span(text, range)))
      let score = classifier.score(text, in: range, counter: &counter, hidden: states)
      if score > worst?.score ?? -.infinity { worst = (range, score) }
    }
    return worst.map { ($0.range, classifier.record.scaling.probability($0.score)) }
  }

  private static func span(_ text: FoldedWords, _ range: Range<Int>) -> TextSpan {
    TextSpan(start: text.words[range.lowerBound].start, end: text.words[range.upperBound - 1].end)
  }

  private static func slice(_ scalars: [Unicode.Scalar], _ span: TextSpan) -> String {
    String(String.UnicodeScalarView(scalars[span.start..<span.end]))
  }

  /// Neighbours among the words that weigh most, the same words added up.
  private static func phrases(
    _ text: FoldedWords, _ range: Range<Int>, _ attributions: [Double], _ scalars: [Unicode.Scalar]
  ) -> [ClassifierJudgement.Phrase] {
    guard let most = attributions.max(), most > 0 else { return [] }
    var found: [ClassifierJudgement.Phrase] = []
    var places: [UInt64: Int] = [:]
    var start = 0
    while start < attributions.count {
      var end = start
      while end < attributions.count, end - start < mostWords, attributions[end] >= leastShare * most { end += 1 }
      guard end > start else {
        start += 1
        continue
      }
      let words = range.lowerBound + start..<range.lowerBound + end
      let weight = attributions[start..<end].reduce(0, +)
      let key = text.words[words].reduce(Mixing.start) { Mixing.step($0, $1.hash) }
      if let place = places[key] {
        found[place].weight += weight
      } else {
        places[key] = found.count
        let span = span(text, words)
        found.append(ClassifierJudgement.Phrase(text: slice(scalars, span), span: span, weight: weight))
      }
      start = end
    }
    return Array(found.sorted { ($1.weight, $0.span.start) < ($0.weight, $1.span.start) }.prefix(mostPhrases))
  }
}
