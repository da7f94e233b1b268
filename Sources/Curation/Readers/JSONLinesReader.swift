/// One JSON object a line. A bad line is reported with its number and the others are kept.
enum JSONLinesReader: DocumentReader {
  static let extensions: Set<String> = ["jsonl", "ndjson", "jsonlines"]
  static let readsNormalisedText = false
  static let reportsLines = true

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    let bytes = Array(text.utf8)
    var document = ReadDocument()
    var lineNumber = 0
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      lineNumber += 1
      if !isBlank(bytes, start..<end) {
        do {
          document.records.append(try record(bytes, start..<end, line: lineNumber, limits: limits))
        } catch {
          document.notices.append(RecordNotice(line: lineNumber, reason: error.reason))
        }
      }
      start = end + 1
    }
    guard !document.records.isEmpty || !document.notices.isEmpty else {
      throw Rejected(.noRecords, detail: "only blank lines")
    }
    return document
  }

  private static func record(_ bytes: [UInt8], _ range: Range<Int>, line: Int, limits: ReaderLimits) throws(Rejected)
    -> ReadRecord
  {
    guard range.count <= limits.lineBytes else {
      throw Rejected(.lineTooLong, figure: Double(range.count), limit: Double(limits.lineBytes))
    }
    if bytes[range].elementsEqual(TextDecoding.damagedLine.utf8) {
      throw Rejected(.damagedUTF8, detail: "the line is not UTF-8")
    }
    let value = try JSONDocument.value(bytes, range, limits: limits)
    return try RecordConvention.record(value, line: line, field: limits.field)
  }

  private static func isBlank(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
