import Foundation

/// What decides whether a text is of the kind that somebody does not want: a linear function of hashed n-grams, and of
/// the base model's hidden states where it was trained with `--deep`, whose score is calibrated to a probability.
///
/// A text longer than those it learned from is judged in passages of their length, each overlapping the next by half,
/// and the worst passage decides: calibration holds for texts like the ones it was measured on.
package struct TextClassifier: Sendable {
  /// What a file of it says beside its weights.
  package struct Record: Codable, Hashable, Sendable {
    /// Letters, digits, `-` and `_`; also the file's name.
    package var name: String
    /// Probability above which a text is refused.
    package var threshold: Double
    package var scaling: PlattScaling
    package var bias: Double
    /// Words of a passage.
    package var passageWords: Int
    /// The inverse of the L2 penalty, chosen by cross-validation.
    package var strength: Double
    /// SHA-256 of the labelled texts.
    package var labels: String
    /// SHA-256 of the base model whose hidden states it reads; `nil` for n-grams alone.
    package var base: String?
    /// On texts that it had not learned from.
    package var figures: ClassifierFigures
  }

  package internal(set) var record: Record
  let terms: TermWeights
  /// Of the columns of `terms`, then of the hidden dimensions.
  let weights: [Float]
  let dense: DenseScale?

  package var name: String { record.name }

  /// Words of a passage, at least and at most.
  static let passageLimits = 24...2_000

  init(record: Record, terms: TermWeights, weights: [Float], dense: DenseScale?) {
    precondition(weights.count == terms.columns.count + (dense?.width ?? 0), "a weight for each column")
    self.record = record
    self.terms = terms
    self.weights = weights
    self.dense = dense
  }

  /// Ranges of words.
  func passages(words count: Int) -> [Range<Int>] {
    let length = record.passageWords
    guard count > length else { return count == 0 ? [] : [0..<count] }
    let starts = stride(from: 0, to: count - length, by: max(1, length / 2))
    return starts.map { $0..<$0 + length } + [count - length..<count]
  }

  /// The log-odds of a passage, before calibration.
  func score(_ text: FoldedWords, in range: Range<Int>, counter: inout GramCounter, hidden: [Float]?) -> Double {
    let (sums, squares) = sums(text, in: range, counter: &counter)
    var score = record.bias
    for (sum, square) in zip(sums, squares) where square > 0 { score += sum / square.squareRoot() }
    return score + denseScore(hidden)
  }

  private func sums(_ text: FoldedWords, in range: Range<Int>, counter: inout GramCounter) -> (
    sums: [Double], squares: [Double]
  ) {
    var sums = [Double](repeating: 0, count: HashedGrams.Family.allCases.count)
    var squares = sums
    counter.count(text, in: range) { column, count in
      guard let place = terms.place(of: column) else { return }
      let family = HashedGrams.family(of: column).rawValue
      let value = Double(Float(count).squareRoot() * terms.idf[place])
      sums[family] += value * Double(weights[place])
      squares[family] += value * value
    }
    return (sums, squares)
  }

  private func denseScore(_ hidden: [Float]?) -> Double {
    guard let dense, let hidden, hidden.count == dense.width else { return 0 }
    let values = dense.standardised(hidden)
    return values.indices.reduce(0) { $0 + Double(values[$1]) * Double(weights[terms.columns.count + $1]) }
  }

  /// What each word of a passage adds to the calibrated log-odds; n-grams of two words count half for each.
  func attributions(_ text: FoldedWords, in range: Range<Int>, counter: inout GramCounter) -> [Double] {
    let squares = sums(text, in: range, counter: &counter).squares
    var each: [Int: Double] = [:]
    counter.count(text, in: range) { column, count in
      guard let place = terms.place(of: column) else { return }
      let square = squares[HashedGrams.family(of: column).rawValue]
      let value = Double(Float(count).squareRoot() * terms.idf[place]) * Double(weights[place])
      each[column] = record.scaling.slope * value / square.squareRoot() / Double(count)
    }
    var attributions = [Double](repeating: 0, count: range.count)
    HashedGrams.each(text, in: range) { column, words in
      guard let value = each[column] else { return }
      for word in words { attributions[word - range.lowerBound] += value / Double(words.count) }
    }
    return attributions
  }
}
