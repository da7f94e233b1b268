import Curation
import Reports

/// What training a classifier came to: the JSON of `stet classifier train --json`, and its tables.
struct ClassifierReport: Encodable {
  struct Interval: Encodable {
    let low: Double
    let high: Double
  }

  /// Texts of one tenth of the probabilities.
  struct Bin: Encodable {
    let from: Double
    let to: Double
    let count: Int
    @OrNull var predicted: Double?
    @OrNull var observed: Double?
  }

  struct Calibration: Encodable {
    let expectedError: Double
    let brier: Double
    let bins: [Bin]

    enum CodingKeys: String, CodingKey {
      case brier, bins
      case expectedError = "expected_error"
    }
  }

  struct Kind: Encodable {
    let kind: String
    let texts: Int
    /// Labelled as ones to refuse.
    let labelled: Int
    let refused: Int
    @OrNull var precision: Double?
    @OrNull var recall: Double?
    /// Of the texts to keep, those that are refused.
    @OrNull var wronglyRefused: Double?

    enum CodingKeys: String, CodingKey {
      case kind, texts, labelled, refused, precision, recall
      case wronglyRefused = "wrongly_refused"
    }
  }

  let name: String
  let path: String
  let texts: Int
  let labelled: Int
  let refused: Int
  let refusedLabels: [String]
  let folds: Int
  let threshold: Double
  @OrNull var precision: Double?
  @OrNull var recall: Double?
  @OrNull var f1: Double?
  @OrNull var auc: Double?
  let accuracy: Double
  let intervals: [String: Interval]
  let calibration: Calibration
  let kinds: [Kind]
  let nearIdentical: Int
  let contradictory: Int
  let isDeep: Bool
  private let estimates: [(String, ClassifierFigures.Estimate)]

  enum CodingKeys: String, CodingKey {
    case name, path, texts, labelled, refused, folds, threshold, precision, recall, f1, auc, accuracy, intervals
    case calibration, kinds, contradictory
    case refusedLabels = "refused_labels"
    case nearIdentical = "near_identical"
    case isDeep = "deep"
  }

  init(_ result: ClassifierTrainer.Result, refused labels: [String], folds: Int, path: String) {
    let figures = result.figures
    name = result.classifier.name
    self.path = path
    texts = figures.texts
    labelled = figures.labelled
    refused = figures.refused
    refusedLabels = labels
    self.folds = folds
    threshold = figures.threshold
    precision = figures.precision?.value
    recall = figures.recall?.value
    f1 = figures.f1?.value
    auc = figures.auc?.value
    accuracy = figures.accuracy.value
    let all: [(String, ClassifierFigures.Estimate?)] = [
      ("precision", figures.precision), ("recall", figures.recall), ("f1", figures.f1), ("auc", figures.auc),
      ("accuracy", figures.accuracy),
    ]
    estimates = all.compactMap { name, estimate in estimate.map { (name, $0) } }
    intervals = Dictionary(uniqueKeysWithValues: estimates.map { ($0.0, Interval(low: $0.1.low, high: $0.1.high)) })
    calibration = Calibration(
      expectedError: figures.expectedError, brier: figures.brier,
      bins: figures.bins.map {
        Bin(from: $0.from, to: $0.to, count: $0.count, predicted: $0.predicted, observed: $0.observed)
      })
    kinds = result.kinds.map { Kind($0.name, $0.figures) }
    nearIdentical = result.repeated
    contradictory = result.contradictory
    isDeep = result.classifier.record.base != nil
  }

  func text(style: Style = .plain) -> String {
    var lines = [
      "\(Format.count(texts, "text")), \(Format.count(labelled)) of them to refuse "
        + "(\(refusedLabels.map { "“\(DisplayText.escaped($0))”" }.joined(separator: ", "))), "
        + "each judged by a classifier that had not seen it (\(folds) folds)"
    ]
    if nearIdentical > 0 {
      let also = contradictory > 0 ? ", \(Format.count(contradictory)) of them with both labels" : ""
      lines.append("\(Format.count(nearIdentical, "text")) nearly the same as another, kept together\(also)")
    }
    lines += [""] + figures().lines(style: style) + [""] + reliability().lines(style: style)
    lines.append(
      "calibration: off by \(Format.percent(calibration.expectedError)) on average, Brier score "
        + Format.nats(calibration.brier))
    if !kinds.isEmpty { lines += [""] + kindTable().lines(style: style) }
    return (lines + ["", "wrote \(DisplayText.escaped(path))"]).joined(separator: "\n") + "\n"
  }

  private func figures() -> Table {
    let titles = ["precision": "precision", "recall": "recall", "f1": "F1", "auc": "AUC", "accuracy": "accuracy"]
    var table = Table([.init("above \(Format.short(threshold))"), .init("", .right), .init("95 %", .right)])
    for (name, estimate) in estimates {
      table.add([
        titles[name] ?? name, Format.nats(estimate.value),
        "\(Format.nats(estimate.low)) to \(Format.nats(estimate.high))",
      ])
    }
    return table
  }

  private func reliability() -> Table {
    var table = Table([
      .init("probability"), .init("texts", .right), .init("predicted", .right), .init("to refuse", .right),
    ])
    for bin in calibration.bins {
      table.add([
        "\(Format.nats(bin.from, decimals: 1)) to \(Format.nats(bin.to, decimals: 1))", Format.count(bin.count),
        Format.percent(bin.predicted), Format.percent(bin.observed),
      ])
    }
    return table
  }

  private func kindTable() -> Table {
    var table = Table([
      .init("kind"), .init("texts", .right), .init("to refuse", .right), .init("refused", .right),
      .init("precision", .right), .init("recall", .right), .init("wrongly refused", .right),
    ])
    for kind in kinds {
      table.add([
        kind.kind.isEmpty ? Format.none : DisplayText.escaped(kind.kind), Format.count(kind.texts),
        Format.count(kind.labelled), Format.count(kind.refused), Format.percent(kind.precision),
        Format.percent(kind.recall), Format.percent(kind.wronglyRefused),
      ])
    }
    return table
  }
}

extension ClassifierReport.Kind {
  init(_ kind: String, _ figures: ClassifierFigures) {
    let right = figures.precision.map { Int(($0.value * Double(figures.refused)).rounded()) } ?? 0
    let keep = figures.texts - figures.labelled
    self.init(
      kind: kind, texts: figures.texts, labelled: figures.labelled, refused: figures.refused,
      precision: figures.precision?.value, recall: figures.recall?.value,
      wronglyRefused: keep > 0 ? Double(figures.refused - right) / Double(keep) : nil)
  }
}
