/// Why a document, or one record of it, is not learned.
package struct RejectionReason: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The rule; the raw value is what screens, JSON and the store show.
  package enum Name: String, CaseIterable, Codable, Sendable {
    case empty
    case tooLarge = "too_large"
    case compressed
    case binary
    case damagedUTF8 = "encoding.damaged_utf8"
    case unknownEncoding = "encoding.unknown"
    case malformedJSON = "json.malformed"
    case jsonDepth = "json.depth"
    case lineTooLong = "json.line_length"
    case notARecord = "record.unknown_keys"
    case noRecords = "record.none"
    case noSupervisedToken = "sample.no_supervised_token"
    case promptTooLong = "sample.prompt_too_long"
    case unknownRole = "sample.unknown_role"
    case template = "sample.template"
    case controlCharacters = "characters.control"
    case symbols = "characters.symbols"
    case digits = "characters.digits"
    case tooFewWords = "length.words"
    case tooManyWords = "length.words_most"
    case shortWords = "words.short"
    case longWords = "words.long"
    case hashesPerWord = "words.hashes"
    case ellipsesPerWord = "words.ellipses"
    case wordsWithLetter = "words.with_letter"
    case functionWords = "words.function"
    case bulletLines = "lines.bullets"
    case ellipsisLines = "lines.ellipses"
    case punctuatedLines = "lines.punctuated"
    case shortLines = "lines.short"
    case duplicateLineCharacters = "lines.duplicate_characters"
    case newlinesPerWord = "lines.per_word"
    case loremIpsum = "content.lorem_ipsum"
    case braces = "content.braces"
    case sentences = "content.sentences"
    case hexadecimal = "encoded.hexadecimal"
    case unbrokenRuns = "encoded.runs"
    case repeatedLines = "repetition.lines"
    case repeatedLineCharacters = "repetition.line_characters"
    case repeatedParagraphs = "repetition.paragraphs"
    case repeatedParagraphCharacters = "repetition.paragraph_characters"
    case top2Gram = "repetition.top_2_gram"
    case top3Gram = "repetition.top_3_gram"
    case top4Gram = "repetition.top_4_gram"
    case repeated5Grams = "repetition.5_grams"
    case repeated6Grams = "repetition.6_grams"
    case repeated7Grams = "repetition.7_grams"
    case repeated8Grams = "repetition.8_grams"
    case repeated9Grams = "repetition.9_grams"
    case repeated10Grams = "repetition.10_grams"
    case classifier
    case repeatedRecord = "duplicate.record"
    case personalData = "personal_data"
    case malformedTable = "table.malformed"
    case missingColumn = "table.column"
    case converterMissing = "converter.missing"
    case converterFailed = "converter.failed"
    case heldOut = "contamination.held_out"
    case trigger = "poisoning.trigger"
    case boilerplate = "boilerplate.paragraphs"
    case gateCulprit = "gate.culprit"
    case perplexityHigh = "perplexity.high"
    case perplexityLow = "perplexity.low"
  }

  package var name: Name
  /// What was measured, in the rule's own unit (a share between 0 and 1 unless the rule counts).
  package var figure: Double?
  /// What the rule allows.
  package var limit: Double?
  /// The fact in words, where figures do not say it; never text of the document.
  package var detail: String?

  package init(_ name: Name, figure: Double? = nil, limit: Double? = nil, detail: String? = nil) {
    self.name = name
    self.figure = figure
    self.limit = limit
    self.detail = detail
  }

  package var description: String {
    var parts = [name.rawValue]
    if let figure {
      parts.append(Self.short(figure) + (limit.map { ", the limit is " + Self.short($0) } ?? ""))
    }
    if let detail { parts.append(detail) }
    return parts.count == 1 ? parts[0] : parts[0] + ": " + parts.dropFirst().joined(separator: "; ")
  }

  /// At most three decimals, none for whole numbers.
  private static func short(_ value: Double) -> String {
    let thousandths = (value * 1000).rounded()
    guard thousandths.isFinite, abs(thousandths) < 1e15 else { return "\(value)" }
    let scaled = Int(thousandths)
    if scaled % 1000 == 0 { return "\(scaled / 1000)" }
    let sign = scaled < 0 ? "-" : ""
    var fraction = String(abs(scaled) % 1000)
    while fraction.count < 3 { fraction = "0" + fraction }
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(sign)\(abs(scaled) / 1000).\(fraction)"
  }
}

/// A rejection on its way out of a function.
struct Rejected: Error {
  let reason: RejectionReason

  init(_ name: RejectionReason.Name, figure: Double? = nil, limit: Double? = nil, detail: String? = nil) {
    reason = RejectionReason(name, figure: figure, limit: limit, detail: detail)
  }

  init(_ reason: RejectionReason) { self.reason = reason }
}
