import Foundation
import Platform
import Reports

/// One line of the log file, as a person reads it.
struct LoggedEvent {
  private let record: LogRecord
  private let report: ForgettingReport?

  /// `nil` for a line that is no event: a full disk can leave a cut one.
  init?(_ line: Data) {
    guard case .object(var fields)? = try? JSONDecoder().decode(LogValue.self, from: line),
      case .string(let event)? = fields.removeValue(forKey: "event"),
      case .string(let word)? = fields.removeValue(forKey: "level"), let level = LogLevel(rawValue: word),
      case .string(let text)? = fields.removeValue(forKey: "time"), let time = RFC3339.date(from: text)
    else { return nil }
    record = LogRecord(time: time, level: level, event: event, fields: fields)
    report = (try? Self.decoder.decode(Reported.self, from: line))?.report
  }

  private struct Reported: Decodable { let report: ForgettingReport }

  /// As `ReportCoding.read`; lines of before 28 November 2026 have their report's time in seconds since 2001.
  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      if let seconds = try? container.decode(Double.self) { return Date(timeIntervalSinceReferenceDate: seconds) }
      let text = try container.decode(String.self)
      guard let date = RFC3339.date(from: text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no RFC 3339 time")
      }
      return date
    }
    return decoder
  }

  /// Whole lines.
  func text(_ style: Style) -> String {
    let time = style.faint(RFC3339.string(from: record.time))
    if let report { return "\(time)\n" + ReportText(report, style: style, isCurrent: false).text + "\n" }
    let level =
      switch record.level {
      case .debug, .info, .notice: style.faint(record.level.rawValue)
      case .warning: style.warning(record.level.rawValue)
      case .error: style.bad(record.level.rawValue)
      }
    return "\(time) \(level) \(record.plain)\n"
  }
}
