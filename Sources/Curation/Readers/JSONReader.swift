import Platform

/// A JSON file: an array of records, or one record, or an object whose only array holds the records.
enum JSONReader: DocumentReader {
  static let extensions: Set<String> = ["json"]
  static let readsNormalisedText = false
  static let reportsLines = false

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    let bytes = Array(text.utf8)
    let value: JSONValue
    do {
      value = try JSONDocument.value(bytes, 0..<bytes.count, limits: limits)
    } catch {
      // Many programs write one object a line under this ending.
      let lines = try JSONLinesReader.read(text, extension: name, limits: limits)
      guard lines.records.count > 1, lines.records.count > lines.notices.count else { throw error }
      return lines
    }
    var document = ReadDocument()
    for (index, element) in elements(of: value, field: limits.field).enumerated() {
      do {
        document.records.append(try RecordConvention.record(element, line: index + 1, field: limits.field))
      } catch {
        document.notices.append(RecordNotice(line: index + 1, reason: error.reason))
      }
    }
    guard !document.records.isEmpty || !document.notices.isEmpty else {
      throw Rejected(.noRecords, detail: "an empty array")
    }
    return document
  }

  private static func elements(of value: JSONValue, field: String?) -> [JSONValue] {
    switch value {
    case .array(let elements): return elements
    case .object(let members):
      if RecordConvention.recognises(value) || field.map({ value[$0] != nil }) == true { return [value] }
      let arrays = members.compactMap(\.value.arrayValue)
      return arrays.count == 1 ? arrays[0] : [value]
    case .null, .bool, .number, .string: return [value]
    }
  }
}

/// Bytes → JSON, with failures as reasons.
enum JSONDocument {
  static func value(_ bytes: [UInt8], _ range: Range<Int>, limits: ReaderLimits) throws(Rejected) -> JSONValue {
    do {
      return try JSONParser.parse(bytes, range: range, depth: limits.jsonDepth, tolerating: .documents)
    } catch {
      switch error.fact {
      case .syntax: throw Rejected(.malformedJSON, detail: "\(error.reason) at byte \(error.offset)")
      case .depth: throw Rejected(.jsonDepth, limit: Double(limits.jsonDepth), detail: error.reason)
      }
    }
  }
}
