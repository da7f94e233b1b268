import Curation
import Foundation
import Testing

@Suite("A classifier in curation")
struct ClassifierScreeningTests {
  private static let polite =
    "The ferry steps were mended on Monday, thank you for the help, and the rope store has a roof"

  private func curate(_ text: String, refuses: Bool = true, threshold: Double? = nil) throws -> CurationVerdict {
    var settings = CurationSettings()
    settings.reportsFindings = true
    let classifier = ScreeningClassifier(try LabelledFixture.classifier(), threshold: threshold, refuses: refuses)
    let curator = Curator(settings: settings, tokenizer: nil, template: nil, classifiers: [classifier]) {
      Array($0.prefix(16))
    }
    return curator.curate(name: "a.txt", bytes: Data(text.utf8))
  }

  @Test("refuses a text with its probability, the limit, and the phrase that decided")
  func refuses() throws {
    let text = "Le café — the tide table was lost, shut up, you windbag, and the old crane needs a coat of paint"
    let verdict = try curate(text)
    let reason = try #require(verdict.rejection)
    #expect(reason.name == .classifier && reason.detail == "toxicity")
    #expect(reason.figure ?? 0 > 0.5 && reason.limit == 0.5)
    #expect(
      reason.description.hasPrefix("classifier: 0.") && reason.description.hasSuffix("the limit is 0.5; toxicity"))
    let finding = try #require(verdict.findings.first)
    let span = try #require(finding.offence)
    let shown = String(String.UnicodeScalarView(Array(text.unicodeScalars)[span.start..<span.end]))
    #expect(["shut up", "you windbag"].contains { shown.contains($0) || $0.contains(shown) }, "\(shown)")
    let judgement = try #require(finding.judgements.first)
    #expect(judgement.probability == reason.figure)
    let first = try #require(judgement.phrases.first)
    #expect(first.text == shown && first.weight > 0)
    #expect(judgement.phrases.map(\.weight) == judgement.phrases.map(\.weight).sorted(by: >))
  }

  @Test("leaves other texts, and only measures where it is to report")
  func keeps() throws {
    let verdict = try curate(Self.polite)
    #expect(verdict.rejection == nil && verdict.figures["classifier"] ?? 1 < 0.5)
    let rude = "The tide table was lost, shut up, you windbag, and the old crane needs a coat of paint"
    let reported = try curate(rude, refuses: false)
    #expect(reported.rejection == nil && reported.figures["classifier"] ?? 0 > 0.5)
    #expect(try curate(rude, threshold: 1).rejection == nil)
  }

  @Test("finds a passage in a long text")
  func passages() throws {
    let calm = String(repeating: Self.polite + ". ", count: 3) + "The signal mast belongs to the town. "
    var words = Words(seed: 7)
    let filler = (0..<30).map { _ in words.line(9).capitalizedFirst + "." }.joined(separator: " ")
    let text = calm + filler + " What a useless oaf you are, get lost, you pest, nobody can stand you. " + filler
    let judgement = try #require(ScreeningClassifier(try LabelledFixture.classifier(), refuses: true).judge(text))
    #expect(judgement.probability > 0.5)
    let place = try #require(text.range(of: "What a useless")).lowerBound
    let start = text.unicodeScalars.distance(from: text.startIndex, to: place)
    #expect(judgement.passage.start <= start + 70 && judgement.passage.end > start)
  }

  @Test("shows no personal data among its phrases")
  func personalData() throws {
    var rows = LabelledFixture.rows(120)
    for place in rows.indices where rows[place].refuse { rows[place].text += " windbag@velden.example" }
    let set = LabelledTexts(path: "p.csv", rows: rows)
    let classifier = try ClassifierTrainer.train(set, ClassifierTrainer.Options()).classifier
    var settings = CurationSettings()
    settings.reportsFindings = true
    let curator = Curator(
      settings: settings, tokenizer: nil, template: nil,
      classifiers: [ScreeningClassifier(classifier, refuses: true)]
    ) { Array($0.prefix(16)) }
    let verdict = curator.curate(name: "a.txt", bytes: Data("Write to windbag@velden.example, you utter fool".utf8))
    #expect(verdict.rejection?.name == .classifier)
    let phrases = try #require(verdict.findings.first?.judgements.first?.phrases)
    #expect(!phrases.contains { $0.text.contains("velden") || $0.text.contains("windbag") }, "\(phrases)")
  }

  @Test("says nothing of a text without words")
  func empty() throws {
    #expect(ScreeningClassifier(try LabelledFixture.classifier(), refuses: true).judge("… — !") == nil)
  }
}
