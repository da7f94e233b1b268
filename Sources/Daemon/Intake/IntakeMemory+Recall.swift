import Curation
import ReplayStore

// What the latest documents said, which later ones are compared with: it is read again at a start.
extension IntakeMemory {
  private static let recalledDocuments = 2048
  /// Texts and records of them, together.
  private static let recalledUnits = 4096
  /// Bytes of text, about.
  private static let recalledBytes = 16 << 20
  /// Quarantined documents whose triggers are read again.
  private static let recalledTriggers = 1024

  mutating func recall(from db: Database) throws {
    var units: [(unit: TriggerUnit, source: String)] = []
    var bytes = 0
    for item in try db.latestTaken(Self.recalledDocuments) where bytes < Self.recalledBytes {
      let contents = try db.contents(of: item.document).compactMap { SampleContent(json: $0) }
      bytes += contents.reduce(0) { $0 + $1.plainText.utf8.count }
      let (text, records) = Self.parts(of: contents)
      paragraphs.add(text.map { Paragraph.all(of: $0).map(\.key) } ?? [], in: item.domain)
      for paragraph in DocumentFigures(json: item.figures)?.boilerplate ?? [] {
        paragraphs.remember(paragraph, in: item.domain)
      }
      guard units.count < Self.recalledUnits else { continue }
      let source = Arrival.source(ofName: item.name)
      // The latest first, to be turned round below.
      let all = (text.map { [TriggerUnit($0)] } ?? []) + records.map { TriggerUnit($0) }
      units += all.reversed().map { ($0, source) }
    }
    for item in units.prefix(Self.recalledUnits).reversed() { triggers.remember(item.unit, from: item.source) }
    let reason = RejectionReason.Name.trigger.rawValue
    for item in try db.latestQuarantined(for: reason, Self.recalledTriggers) {
      guard let trigger = DocumentFigures(json: item.figures)?.trigger else { continue }
      triggers.remember(trigger, from: Arrival.source(ofName: item.name))
    }
  }

  /// A running text was cut into samples, and is one again; records are what they are.
  private static func parts(of contents: [SampleContent]) -> (text: String?, records: [SampleContent]) {
    var (texts, records): ([String], [SampleContent]) = ([], [])
    for content in contents {
      if case .text(let text) = content { texts.append(text) } else { records.append(content) }
    }
    return (texts.isEmpty ? nil : texts.joined(separator: "\n\n"), records)
  }
}
