import Foundation
import Platform

/// Makes a classifier from labelled texts, and measures it on texts that it has not learned from.
///
/// Every figure comes from an outer cross-validation whose folds share no near-identical texts. In each outer fold the
/// penalty is chosen, and the calibration fitted, by an inner cross-validation over the rest; the classifier itself is
/// made from all texts in the same way. The same texts give the same bytes.
package struct ClassifierTrainer {
  /// How the threshold is found.
  package enum Threshold: Sendable {
    case fixed(Double)
    /// The lowest that refuses with this precision, and at least `leastRefused` of the texts.
    case precision(Double)
  }

  package struct Options: Sendable {
    package var name = "toxicity"
    package var folds = 5
    package var threshold = Threshold.fixed(0.5)
    /// SHA-256 of the base model, with `dense`.
    package var base: String?
    /// Of each text.
    package var dense: DenseFeatures?

    package init() {}
  }

  package struct Result: Sendable {
    package var classifier: TextClassifier
    /// By kind, of texts that have one.
    package var kinds: [(name: String, figures: ClassifierFigures)]
    /// Texts that others nearly repeat; they were kept in one fold.
    package var repeated: Int
    /// Of those, texts whose like has the other label.
    package var contradictory: Int

    package var figures: ClassifierFigures { classifier.record.figures }
  }

  /// Fits done, and fits in all.
  package typealias Progress = (_ done: Int, _ all: Int) -> Void

  /// C of the penalty.
  static let strengths = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
  static let innerFolds = 4
  /// Fewer refused texts tell no precision.
  static let leastRefused = 10

  private let set: LabelledTexts
  private let labels: [Bool]
  private let counts: SparseRows
  private let plan: FoldPlan
  private let passageWords: Int
  private let options: Options
  private let progress: Progress
  private var done = 0

  /// - Throws: `LabelError` where there are too few texts of a label, or no threshold is precise enough.
  package static func train(
    _ set: LabelledTexts, _ options: Options, progress: @escaping Progress = { _, _ in }
  ) throws(LabelError) -> Result {
    var trainer = ClassifierTrainer(set, options, progress)
    return try trainer.run()
  }

  private init(_ set: LabelledTexts, _ options: Options, _ progress: @escaping Progress) {
    self.set = set
    self.options = options
    self.progress = progress
    labels = set.rows.map(\.refuse)
    plan = FoldPlan(set.rows.map(\.text))
    var (counts, counter, lengths) = (SparseRows(), GramCounter(), [Int]())
    for row in set.rows {
      let text = FoldedWords(utf8: Array(row.text.utf8), limit: TextClassifier.passageLimits.upperBound)
      lengths.append(text.words.count)
      counter.count(text, in: text.words.indices) { counts.add(UInt32($0), Float($1)) }
      counts.endRow()
    }
    self.counts = counts
    let longest = lengths.isEmpty ? 0 : lengths.sorted()[max(0, lengths.count * 19 / 20 - 1)]
    passageWords = min(max(longest, TextClassifier.passageLimits.lowerBound), TextClassifier.passageLimits.upperBound)
  }

  private struct Fit {
    var terms: TermWeights
    var rows: SparseRows
    var model: LinearWeights
    var scaling: PlattScaling
    var strength: Double
  }

  private mutating func run() throws(LabelError) -> Result {
    let needed = 2 * options.folds
    for refused in [true, false] {
      let count = Set(labels.indices.filter { labels[$0] == refused }.map { plan.groups[$0] }).count
      guard count >= needed else {
        throw .tooFew(path: set.path, count: count, refused: refused, needed: needed, folds: options.folds)
      }
    }
    let all = Array(labels.indices)
    var probabilities = [Double](repeating: 0, count: all.count)
    let folds = plan.folds(options.folds, of: all, labels: labels, key: 0)
    for (number, fold) in folds.enumerated() {
      let held = Set(fold)
      let fit = fit(all.filter { !held.contains($0) }, key: UInt64(number + 1))
      for row in fold { probabilities[row] = fit.scaling.probability(fit.model.score(fit.rows, row)) }
    }
    let threshold = try threshold(probabilities)
    let final = fit(all, key: UInt64(folds.count + 1))
    let record = TextClassifier.Record(
      name: options.name, threshold: threshold, scaling: final.scaling, bias: final.model.bias,
      passageWords: passageWords, strength: final.strength, labels: digest, base: options.base,
      figures: ClassifierFigures(probabilities: probabilities, labels: labels, threshold: threshold))
    let classifier = TextClassifier(
      record: record, terms: final.terms, weights: final.model.weights, dense: options.dense?.scale)
    let mixed = Dictionary(grouping: all) { plan.groups[$0] }.values.filter { Set($0.map { labels[$0] }).count == 2 }
    return Result(
      classifier: classifier, kinds: kinds(probabilities, threshold), repeated: plan.repeated,
      contradictory: mixed.reduce(0) { $0 + $1.count })
  }

  /// Of texts and labels, whatever file they were in.
  private var digest: String {
    var hash = SHA256()
    for row in set.rows {
      hash.update(Array(row.text.utf8))
      hash.update([0, row.refuse ? 1 : 0] as [UInt8])
    }
    return hash.finalized().hex
  }

  /// Chooses the penalty and the calibration by cross-validation over `used`, then learns from all of it.
  private mutating func fit(_ used: [Int], key: UInt64) -> Fit {
    var held = [[Double]](repeating: [Double](repeating: 0, count: labels.count), count: Self.strengths.count)
    for fold in plan.folds(Self.innerFolds, of: used, labels: labels, key: key) {
      let left = Set(fold)
      let rest = used.filter { !left.contains($0) }
      // What only the fold has must be as unknown here as it is in a new text, or scores would be of another spread.
      let (terms, rows) = weighed(rest)
      for (place, strength) in Self.strengths.enumerated() {
        let model = LogisticSolver.fit(rows, used: rest, labels: labels, width: width(terms), strength: strength)
        for row in fold { held[place][row] = model.score(rows, row) }
        step()
      }
    }
    let truth = used.map { labels[$0] }
    var best: (loss: Double, scaling: PlattScaling, strength: Double)?
    for (place, strength) in Self.strengths.enumerated() {
      let scores = used.map { held[place][$0] }
      let scaling = PlattScaling(scores: scores, labels: truth)
      let loss = zip(scores, truth).reduce(0) { sum, pair in
        let p = scaling.probability(pair.0)
        return sum - log(max(1e-12, pair.1 ? p : 1 - p))
      }
      if loss < best?.loss ?? .infinity { best = (loss, scaling, strength) }
    }
    let strength = best?.strength ?? 1
    let (terms, rows) = weighed(used)
    let model = LogisticSolver.fit(rows, used: used, labels: labels, width: width(terms), strength: strength)
    step()
    return Fit(
      terms: terms, rows: rows, model: model, scaling: best?.scaling ?? PlattScaling(slope: 0, offset: 0),
      strength: strength)
  }

  private func weighed(_ used: [Int]) -> (terms: TermWeights, rows: SparseRows) {
    let terms = TermWeights(counts, of: used)
    return (terms, terms.rows(counts, dense: options.dense))
  }

  private func width(_ terms: TermWeights) -> Int { terms.columns.count + (options.dense?.scale.width ?? 0) }

  private mutating func step() {
    done += 1
    progress(done, (options.folds + 1) * (Self.innerFolds * Self.strengths.count + 1))
  }

  private func threshold(_ probabilities: [Double]) throws(LabelError) -> Double {
    let wanted: Double
    switch options.threshold {
    case .fixed(let threshold): return threshold
    case .precision(let precision): wanted = precision
    }
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
    var (right, best) = (0, 0.0)
    var found: Double?
    for (place, text) in order.enumerated() {
      right += labels[text] ? 1 : 0
      let next = place + 1 < order.count ? probabilities[order[place + 1]] : 0
      guard next < probabilities[text], place + 1 >= Self.leastRefused else { continue }
      let precision = Double(right) / Double(place + 1)
      best = max(best, precision)
      if precision >= wanted { found = (probabilities[text] + next) / 2 }
    }
    guard let found else {
      throw .unreachable(path: set.path, precision: wanted, best: (best * 1000).rounded() / 1000)
    }
    return found
  }

  private func kinds(_ probabilities: [Double], _ threshold: Double) -> [(name: String, figures: ClassifierFigures)] {
    let groups = Dictionary(grouping: labels.indices) { set.rows[$0].kind }
    guard groups.count > 1 || groups[""] == nil else { return [] }
    return groups.keys.sorted().map { kind in
      let texts = groups[kind] ?? []
      return (
        kind,
        ClassifierFigures(
          probabilities: texts.map { probabilities[$0] }, labels: texts.map { labels[$0] }, threshold: threshold)
      )
    }
  }
}
