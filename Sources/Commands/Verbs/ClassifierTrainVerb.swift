import Curation
import Daemon
import Foundation
import ModelFiles
import Platform
import Reports
import Transformer

/// Makes a text classifier from texts that somebody labelled.
struct ClassifierTrainVerb: Verb {
  let declaration = VerbDeclaration(
    "classifier train", .steer, operands: "LABELS.csv", count: 1...1,
    "a text classifier for screening from labelled texts, cross-validated",
    flags: [
      .value("text", "COLUMN", "The column with the texts; by default text."),
      .value("label", "COLUMN", "The column with the labels; by default label."),
      .value(
        "refuse", "VALUE", "The label of texts to refuse; by default the one of two that says so, such as 1 or toxic.",
        isRepeatable: true),
      .value("kind", "COLUMN", "A column that sorts texts, such as counter_speech, to count apart; by default kind."),
      .value("name", "NAME", "What it is called; by default toxicity."),
      .value("folds", "K", "Parts that are held out in turn; by default 5."),
      .value(
        "precision", "P", "Set the threshold so that this share of what is refused is so rightly; by default it is 0.5."
      ),
      .switch("deep", "Also read the base model's hidden states; slower, and tied to that model."),
    ],
    details: """
      Takes CSV with titles, TSV, or JSON lines. The classifier is logistic regression over hashed n-grams of words and
      characters, calibrated to probabilities; the file in State/classifiers holds weights and no text. Every figure is of
      texts that were held out, and texts that are nearly the same are held out together. Documents are judged with it
      from then on (by a running daemon from its next look at the folder), as the setting quality.classifier says; a text
      longer than those it learned from in passages of their length. Quotes and counter-speech use the words that they are about, so look at
      them apart: give them a kind.
      """,
    examples: [
      .init(
        "stet classifier train comments.csv --text comment --label toxic", "refuses texts that are like those marked 1"),
      .init("stet classifier train comments.csv --precision 0.95", "refuses less, and more rightly"),
      .init("stet classifier train pages.jsonl --name quality --refuse poor", "any other filter"),
    ])

  /// Bytes of a file of labels.
  private static let limit = 1 << 30

  func run(_ call: Call) async throws -> ExitCode {
    let path = call.operands[0]
    let settings = try call.settings().settings
    var options = try options(call)
    call.output.progress("reading \(DisplayText.escaped(path))")
    let bytes = try call.fileSystem.contents(of: Path(path), limit: Self.limit)
    let texts = try LabelledTexts([UInt8](bytes), path: path, columns: columns(call))
    if call.has("deep") { try read(texts, settings, call, into: &options) }
    let meter = RateMeter()
    let result = try ClassifierTrainer.train(texts, options) { done, all in
      call.output.progress(meter.line("fit", "fits", done, of: all))
    }
    let home = ClassifierHome(state: call.state, through: call.fileSystem)
    let written = try home.write(result.classifier)
    if try call.state.exists(through: call.fileSystem) {
      let figures = result.figures
      StateStores.log(call).notice(
        "classifier.trained",
        [
          "name": options.name, "texts": figures.texts, "precision": figures.precision?.value ?? 0,
          "recall": figures.recall?.value ?? 0, "threshold": figures.threshold,
        ])
    }
    let report = ClassifierReport(result, refused: texts.refused, folds: options.folds, path: written.description)
    if call.wantsJSON {
      try call.output.object(report)
    } else {
      try call.output.text(report.text(style: call.output.style))
      call.output.say(Self.outlook(settings, report))
    }
    return .done
  }

  private func options(_ call: Call) throws -> ClassifierTrainer.Options {
    var options = ClassifierTrainer.Options()
    options.folds = try call.integer("folds", in: 2...20, default: options.folds)
    if let name = call.value("name") {
      guard TextClassifier.isName(name) else {
        throw UsageError("--name is “\(name)”; a name has up to 64 letters, digits, - and _.")
      }
      options.name = name
    }
    if call.value("precision") != nil {
      options.threshold = .precision(try call.number("precision", in: 0.01...1, default: 1))
    }
    return options
  }

  private func columns(_ call: Call) -> LabelledTexts.Columns {
    var columns = LabelledTexts.Columns()
    columns.text = call.value("text") ?? columns.text
    columns.label = call.value("label") ?? columns.label
    columns.kind = call.value("kind")
    columns.refuse = call.values("refuse")
    return columns
  }

  /// The hidden states of every text.
  private func read(
    _ texts: LabelledTexts, _ settings: Settings, _ call: Call, into options: inout ClassifierTrainer.Options
  ) throws {
    let base = try call.loadModel()
    let reader = try HiddenStateReader(
      base, settings, memory: settings.train.memory.modeOfReading(base.file), threads: call.threads(settings))
    let meter = RateMeter()
    var rows: [[Float]] = []
    for row in texts.rows {
      rows.append(reader.mean(row.text))
      call.output.progress(meter.line("text read", "texts read", rows.count, of: texts.rows.count))
    }
    options.base = base.file.sha256.hex
    options.dense = DenseFeatures(rows)
  }

  private static func outlook(_ settings: Settings, _ report: ClassifierReport) -> String {
    let limit = Format.short(settings.quality.threshold ?? report.threshold)
    switch settings.quality.classifier {
    case .reject:
      return "Texts above \(limit) are refused from now on, by a running daemon from its next look. Not wanted? "
        + "Set quality.classifier to report, or remove the file."
    case .report: return "quality.classifier is report: texts are measured, and none is refused."
    case .off: return "quality.classifier is off: set it to reject or report to use this."
    }
  }
}
