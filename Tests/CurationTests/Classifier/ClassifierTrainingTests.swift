import Curation
import Testing

@Suite("Training a classifier")
struct ClassifierTrainingTests {
  @Test("tells texts apart that it had not seen, and gives the same bytes again")
  func separates() throws {
    let first = try ClassifierTrainer.train(LabelledFixture.texts(120), ClassifierTrainer.Options())
    let figures = first.figures
    #expect(figures.texts == 120 && figures.labelled == 60)
    #expect(figures.accuracy.value >= 0.95, "\(figures)")
    #expect(figures.precision?.value ?? 0 >= 0.95 && figures.auc?.value ?? 0 >= 0.98)
    #expect(figures.accuracy.low < figures.accuracy.value || figures.accuracy.value == 0)
    let second = try ClassifierTrainer.train(LabelledFixture.texts(120), ClassifierTrainer.Options())
    #expect(try ClassifierFile.bytes(of: first.classifier) == ClassifierFile.bytes(of: second.classifier))
  }

  /// Labels by chance: whoever sees a text's double before it is examined knows the answer.
  @Test("is not examined on texts that are nearly those it has learned")
  func grouped() throws {
    var words = Words(seed: 5)
    var rows: [LabelledTexts.Row] = []
    for _ in 0..<60 {
      let (text, refuse) = (words.line(30), words.random().isMultiple(of: 2))
      for end in ["", " indeed", " truly"] { rows.append(LabelledTexts.Row(text: text + end, refuse: refuse)) }
    }
    let result = try ClassifierTrainer.train(
      LabelledTexts(path: "chance.csv", rows: rows), ClassifierTrainer.Options())
    #expect(result.repeated == 180)
    #expect(result.figures.auc?.value ?? 1 < 0.7, "\(result.figures)")
  }

  @Test("predicts the share of texts to refuse where words leave the label to chance")
  func calibrated() throws {
    var words = Words(seed: 9)
    let rows = (0..<600).map { number -> LabelledTexts.Row in
      let share: UInt64 = number.isMultiple(of: 2) ? 80 : 20
      let mark = number.isMultiple(of: 2) ? "lantern" : "anchor"
      return LabelledTexts.Row(text: "\(mark) \(words.line(4))", refuse: words.random() % 100 < share)
    }
    let result = try ClassifierTrainer.train(LabelledTexts(path: "known.csv", rows: rows), ClassifierTrainer.Options())
    #expect(result.figures.expectedError < 0.06, "\(result.figures)")
    let judge = ScreeningClassifier(result.classifier, refuses: true)
    func mean(_ mark: String) -> Double {
      let judged = (0..<100).compactMap { _ in judge.judge("\(mark) \(words.line(4))")?.probability }
      return judged.reduce(0, +) / Double(max(1, judged.count))
    }
    let (lantern, anchor) = (mean("lantern"), mean("anchor"))
    #expect(abs(lantern - 0.8) < 0.1 && abs(anchor - 0.2) < 0.1, "\(lantern), \(anchor)")
  }

  @Test("counts each kind of text apart")
  func kinds() throws {
    var rows = LabelledFixture.rows(120)
    for place in rows.indices where place % 10 == 1 {
      // Quotes what it objects to.
      rows[place].text = "nobody should be told “shut up, you windbag” on \(rows[place].text.prefix(20))"
      rows[place].kind = "counter_speech"
    }
    let result = try ClassifierTrainer.train(LabelledTexts(path: "k.csv", rows: rows), ClassifierTrainer.Options())
    #expect(result.kinds.map(\.name) == ["", "counter_speech"])
    #expect(result.kinds.map(\.figures.texts) == [108, 12])
    let apart = try #require(result.kinds.last)
    #expect(apart.figures.labelled == 0 && apart.figures.recall == nil)
    #expect(result.kinds.reduce(0) { $0 + $1.figures.refused } == result.figures.refused)
  }

  @Test("finds the lowest threshold of a precision, or says what the best one is")
  func precision() throws {
    var options = ClassifierTrainer.Options()
    var rows = LabelledFixture.rows(120)
    for place in rows.indices where place % 12 == 0 { rows[place].refuse = false }
    options.threshold = .precision(0.9)
    let set = LabelledTexts(path: "p.csv", rows: rows)
    let result = try ClassifierTrainer.train(set, options)
    #expect(result.figures.precision?.value ?? 0 >= 0.9)
    #expect(result.classifier.record.threshold == result.figures.threshold)
    var chance = Words(seed: 3)
    let noise = (0..<60).map { LabelledTexts.Row(text: chance.line(6), refuse: $0.isMultiple(of: 2)) }
    options.threshold = .precision(1)
    #expect(throws: LabelError.self) {
      try ClassifierTrainer.train(LabelledTexts(path: "n.csv", rows: noise), options)
    }
  }

  @Test("wants enough different texts of both labels")
  func tooFew() {
    let rows = LabelledFixture.rows(40).enumerated().filter { !$0.element.refuse || $0.offset < 10 }.map(\.element)
    #expect(throws: LabelError.tooFew(path: "f.csv", count: 5, refused: true, needed: 10, folds: 5)) {
      try ClassifierTrainer.train(LabelledTexts(path: "f.csv", rows: rows), ClassifierTrainer.Options())
    }
  }
}

@Suite("A classifier's figures")
struct ClassifierFigureTests {
  @Test("are those of the definitions")
  func definitions() throws {
    let figures = ClassifierFigures(
      probabilities: [0.1, 0.4, 0.35, 0.8], labels: [false, false, true, true], threshold: 0.5)
    #expect(figures.auc?.value == 0.75)
    #expect(figures.precision?.value == 1 && figures.recall?.value == 0.5 && figures.accuracy.value == 0.75)
    let f1 = try #require(figures.f1)
    #expect(abs(f1.value - 2.0 / 3) < 1e-12)
    #expect(abs(figures.brier - (0.01 + 0.16 + 0.4225 + 0.04) / 4) < 1e-12)
    #expect(abs(figures.expectedError - (0.1 + 0.4 + 0.65 + 0.2) / 4) < 1e-12)
    let none = ClassifierFigures(probabilities: [0.2], labels: [false], threshold: 0.5)
    #expect(none.precision == nil && none.recall == nil && none.auc == nil && none.f1 == nil)
  }

  @Test("tell calibrated probabilities from those that are too sure")
  func calibration() {
    var words = Words(seed: 2)
    func unit() -> Double { Double(words.random() >> 11) / Double(1 << 53) }
    let honest = (0..<20_000).map { _ in unit() }
    let labels = honest.map { unit() < $0 }
    let sure = honest.map { $0 < 0.5 ? $0 * $0 : 1 - (1 - $0) * (1 - $0) }
    let (good, bad) = (
      ClassifierFigures(probabilities: honest, labels: labels, threshold: 0.5),
      ClassifierFigures(probabilities: sure, labels: labels, threshold: 0.5)
    )
    #expect(good.expectedError < 0.02 && bad.expectedError > 0.1)
    #expect(abs(good.brier - 1.0 / 6) < 0.01)
    #expect(good.bins.map(\.count).reduce(0, +) == 20_000)
  }

  @Test("come from scores by the slope that made the labels")
  func scaling() {
    var words = Words(seed: 4)
    func unit() -> Double { Double(words.random() >> 11) / Double(1 << 53) }
    let scores = (0..<20_000).map { _ in unit() * 4 - 2 }
    let truth = PlattScaling(slope: 2, offset: -1)
    let labels = scores.map { unit() < truth.probability($0) }
    let found = PlattScaling(scores: scores, labels: labels)
    #expect(abs(found.slope - 2) < 0.1 && abs(found.offset + 1) < 0.1, "\(found)")
    let blind = PlattScaling(scores: scores, labels: scores.map { unit() < 0.25 && $0 < 3 })
    #expect(abs(blind.probability(0) - 0.25) < 0.02)
  }
}
