import Curation
import Foundation
import Platform
import Reports

/// Texts with labelled spans: JSON lines of `text` and `spans`, each with `start`, `end` (in characters) and its kind
/// under `kind`, `type`, `label` or `entity_type`, by our names or by those of other tools.
struct SpanLabels {
  private struct Line: Decodable {
    struct Span: Decodable {
      let start: Int
      let end: Int
      let kind: String?
      let type: String?
      let label: String?
      let entityType: String?

      enum CodingKeys: String, CodingKey {
        case start, end, kind, type, label
        case entityType = "entity_type"
      }
    }

    let text: String
    let spans: [Span]
  }

  private struct Place: Hashable {
    let kind: String
    let start: Int
    let end: Int
  }

  /// Names of other tools for our kinds.
  private static let names: [String: String] = [
    "credit_card": "card", "credit_card_number": "card", "creditcard": "card", "iban_code": "iban",
    "email_address": "email", "phone_number": "phone", "telephone": "phone", "telephonenum": "phone",
    "ip_address": "ip", "ipv4": "ip", "ipv6": "ip", "us_ssn": "ssn", "social_security_number": "ssn",
    "crypto_address": "crypto", "bitcoin_address": "crypto", "bitcoinaddress": "crypto",
    "ethereumaddress": "crypto", "uk_nhs": "national_id", "uk_nino": "national_id", "es_nif": "national_id",
    "es_nie": "national_id", "it_fiscal_code": "national_id", "de_tax_id": "national_id", "fr_nir": "national_id",
    "nl_bsn": "national_id", "date_of_birth": "birth_date", "dob": "birth_date", "dateofbirth": "birth_date",
    "secret": "api_key", "apikey": "api_key",
  ]

  private var labels: [String: Int] = [:]
  private var found: [String: Int] = [:]
  private var right: [String: Int] = [:]

  /// - Throws: `VerbError` naming the line that is no labelled text, `PlatformError`.
  init(_ path: String, through fileSystem: any FileSystem) throws {
    let decoder = JSONDecoder()
    try LineReader.each(of: path, through: fileSystem) { number, line in
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
      guard let read = try? decoder.decode(Line.self, from: line) else {
        throw VerbError(
          "\(path): line \(number) is not a JSON object with a “text” and “spans” of start, end and kind. Correct it.")
      }
      let wanted = try Set(
        read.spans.map { span in
          guard let name = span.kind ?? span.type ?? span.label ?? span.entityType else {
            throw VerbError("\(path): line \(number) has a span without a kind. Give each one a “kind”.")
          }
          let folded = name.lowercased()
          return Place(kind: Self.names[folded] ?? folded, start: span.start, end: span.end)
        })
      let spans = Set(
        PersonalDataMask.spans(in: read.text).map { Place(kind: $0.kind.rawValue, start: $0.start, end: $0.end) })
      for place in wanted { labels[place.kind, default: 0] += 1 }
      for place in spans { found[place.kind, default: 0] += 1 }
      for place in wanted.intersection(spans) { right[place.kind, default: 0] += 1 }
    }
  }

  /// Our kinds first, then those that only the labels have.
  var scores: [SpanScore] {
    let ours = PersonalDataKind.allCases.map(\.rawValue)
    let others = Set(labels.keys).subtracting(ours).sorted()
    return (ours + others).map { kind in
      SpanScore(kind: kind, labels: labels[kind] ?? 0, found: found[kind] ?? 0, right: right[kind] ?? 0)
    }
  }
}
