import Curation
import Foundation

/// What curation measured on a document: the JSON in its row's `figures`, which `documents --explain` shows.
package struct DocumentFigures: Codable, Hashable, Sendable {
  /// The rule that came nearest to refusing it.
  package struct Closest: Codable, Hashable, Sendable {
    package var rule: String
    package var figure: Double
    package var limit: Double
  }

  /// What a rule allows.
  package struct Limit: Codable, Hashable, Sendable {
    package var limit: Double
    package var bound: Curation.Measurement.Bound
  }

  /// The figure nearest to its limit for each rule.
  package var rules: [String: Double]
  /// What each rule allowed when the document was read; documents of earlier releases have none.
  package var limits: [String: Limit]?
  package var closest: Closest?
  /// Personal data that was masked, by kind.
  package var masked: [String: Int]
  /// Records that were left out, the first thousand of them.
  package var notices: [RecordNotice]
  /// Records that were left out, all of them.
  package var leftOut: Int
  /// Records that were kept.
  package var records: Int
  /// The trigger that it, or records of it, carries: hashes, no words.
  package var trigger: TriggerScreen.Trigger?
  /// Nats per token under the base, where it was measured.
  package var perplexity: Double?
  /// Keys of the paragraphs that were left out because many documents have them.
  package var boilerplate: [UInt64]?

  init(_ verdict: CurationVerdict) {
    rules = verdict.figures.filter { $0.value.isFinite }
    let measured = verdict.measurements.filter { $0.figure.isFinite && $0.limit.isFinite }
    limits = Dictionary(
      measured.map { ($0.name.rawValue, Limit(limit: $0.limit, bound: $0.bound)) },
      uniquingKeysWith: { first, _ in first })
    closest = verdict.closest.flatMap {
      $0.figure.isFinite && $0.limit.isFinite
        ? Closest(rule: $0.name.rawValue, figure: $0.figure, limit: $0.limit) : nil
    }
    masked = Dictionary(uniqueKeysWithValues: verdict.masked.map { ($0.key.rawValue, $0.value) })
    notices = verdict.notices
    leftOut = verdict.noticeCount
    records = verdict.document?.records.count ?? 0
    trigger = verdict.trigger
    boilerplate = verdict.boilerplate.isEmpty ? nil : verdict.boilerplate.sorted()
  }

  /// `nil` where a document's figures are not these.
  package init?(json: String) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
    self = value
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
