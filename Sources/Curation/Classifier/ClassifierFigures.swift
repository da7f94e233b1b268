import Foundation

/// How well a classifier did on texts that it had not learned from.
package struct ClassifierFigures: Codable, Hashable, Sendable {
  /// A share with its 95 % interval.
  package struct Estimate: Codable, Hashable, Sendable {
    package var value: Double
    package var low: Double
    package var high: Double
  }

  /// Texts of one tenth of the probabilities.
  package struct Bin: Codable, Hashable, Sendable {
    package var from: Double
    package var to: Double
    package var count: Int
    /// Mean probability, and share of texts to refuse; `nil` where the bin is empty.
    package var predicted: Double?
    package var observed: Double?
  }

  package var texts: Int
  /// Texts labelled as ones to refuse.
  package var labelled: Int
  /// Texts above the threshold.
  package var refused: Int
  package var threshold: Double
  /// Right verdicts, of all.
  package var accuracy: Estimate
  /// Rightly refused, of those refused; `nil` where none is.
  package var precision: Estimate?
  /// Rightly refused, of those labelled so; `nil` where none is.
  package var recall: Estimate?
  package var f1: Estimate?
  /// P(a text to refuse has the higher probability of two), ties by half; `nil` where there is one class only.
  package var auc: Estimate?
  /// Mean |predicted − observed| over the bins, by texts.
  package var expectedError: Double
  /// Mean (p − y)².
  package var brier: Double
  package var bins: [Bin]

  static let binCount = 10
  /// Of a normal distribution, two-sided 95 %.
  private static let z = 1.959964

  package init(probabilities: [Double], labels: [Bool], threshold: Double) {
    precondition(probabilities.count == labels.count, "a probability a label")
    self.threshold = threshold
    texts = labels.count
    labelled = labels.count { $0 }
    let verdicts = probabilities.map { $0 > threshold }
    refused = verdicts.count { $0 }
    let right = zip(verdicts, labels).count { $0 && $1 }
    let (extra, missed) = (refused - right, labelled - right)
    accuracy = Self.share(texts - extra - missed, of: texts) ?? Estimate(value: 0, low: 0, high: 1)
    precision = Self.share(right, of: refused)
    recall = Self.share(right, of: labelled)
    f1 = Self.f1(right: right, wrong: extra + missed)
    auc = Self.auc(probabilities, labels)
    bins = Self.bins(probabilities, labels)
    let count = Double(max(1, texts))
    let squares = zip(probabilities, labels).map { p, label in
      let error = label ? 1 - p : p
      return error * error
    }
    brier = squares.reduce(0, +) / count
    let errors = bins.map { bin in abs((bin.predicted ?? 0) - (bin.observed ?? 0)) * Double(bin.count) }
    expectedError = errors.reduce(0, +) / count
  }

  /// Wilson's interval.
  private static func share(_ count: Int, of all: Int) -> Estimate? {
    guard all > 0 else { return nil }
    let (n, p) = (Double(all), Double(count) / Double(all))
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(value: p, low: max(0, min(p, centre - half)), high: min(1, max(p, centre + half)))
  }

  /// F = 2t / (2t + w) of t right and w wrong; by the delta method, var F = 4 t w (t + w) / (2t + w)⁴.
  private static func f1(right: Int, wrong: Int) -> Estimate? {
    guard right + wrong > 0 else { return nil }
    let (t, w) = (Double(right), Double(wrong))
    let (value, all) = (2 * t / (2 * t + w), 2 * t + w)
    let half = z * (4 * t * w * (t + w)).squareRoot() / (all * all)
    return Estimate(value: value, low: max(0, value - half), high: min(1, value + half))
  }

  /// With DeLong's variance (DeLong, DeLong and Clarke-Pearson, 1988).
  private static func auc(_ probabilities: [Double], _ labels: [Bool]) -> Estimate? {
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    // Of each text, the share of the other class that lies below it.
    var (above, below) = ([Double](), [Double]())
    var (seenPositives, seenNegatives, start) = (0, 0, 0)
    while start < order.count {
      var end = start
      while end < order.count, probabilities[order[end]] == probabilities[order[start]] { end += 1 }
      let tied = order[start..<end].count { labels[$0] }
      let other = end - start - tied
      let low = (Double(seenNegatives) + Double(other) / 2) / Double(negatives)
      let high = 1 - (Double(seenPositives) + Double(tied) / 2) / Double(positives)
      above += [Double](repeating: low, count: tied)
      below += [Double](repeating: high, count: other)
      (seenPositives, seenNegatives, start) = (seenPositives + tied, seenNegatives + other, end)
    }
    let value = above.reduce(0, +) / Double(positives)
    func variance(_ shares: [Double]) -> Double {
      shares.reduce(0) { $0 + ($1 - value) * ($1 - value) } / Double(max(1, shares.count - 1))
    }
    let half = z * (variance(above) / Double(positives) + variance(below) / Double(negatives)).squareRoot()
    return Estimate(value: value, low: max(0, value - half), high: min(1, value + half))
  }

  private static func bins(_ probabilities: [Double], _ labels: [Bool]) -> [Bin] {
    var sums = [(count: Int, predicted: Double, observed: Int)](repeating: (0, 0, 0), count: binCount)
    for (p, label) in zip(probabilities, labels) {
      let bin = min(binCount - 1, max(0, Int(p * Double(binCount))))
      sums[bin].count += 1
      sums[bin].predicted += p
      sums[bin].observed += label ? 1 : 0
    }
    return sums.enumerated().map { place, sum in
      let count = Double(sum.count)
      return Bin(
        from: Double(place) / Double(binCount), to: Double(place + 1) / Double(binCount), count: sum.count,
        predicted: sum.count > 0 ? sum.predicted / count : nil,
        observed: sum.count > 0 ? Double(sum.observed) / count : nil)
    }
  }
}
