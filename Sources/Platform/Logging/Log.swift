import Foundation

/// Where log lines go. Called from any thread; must not throw and should not block for long.
package protocol LogSink: Sendable {
  /// Less than this is not even built for the sink.
  var minimumLevel: LogLevel { get }
  func write(_ record: LogRecord)
}

/// Events with keyed values: `log.info("promoted", ["version": version, "forgetting": forgetting])`.
///
/// Values are built only where a sink wants them. They hold no text of documents.
package struct Log: Sendable {
  private let sinks: [any LogSink]
  private let minimumLevel: LogLevel?
  private let now: @Sendable () -> Date
  private let common: [String: LogValue]

  /// - Parameter now: the clock of every line.
  package init(sinks: [any LogSink], now: @escaping @Sendable () -> Date) {
    self.init(sinks: sinks, now: now, common: [:])
  }

  private init(sinks: [any LogSink], now: @escaping @Sendable () -> Date, common: [String: LogValue]) {
    self.sinks = sinks
    self.now = now
    self.common = common
    minimumLevel = sinks.map(\.minimumLevel).min()
  }

  /// A log whose every line carries these fields too.
  package func with(_ fields: [String: any LogConvertible]) -> Log {
    Log(
      sinks: sinks, now: now,
      common: common.merging(fields.mapValues { $0.logValue }) { _, new in new })
  }

  package func debug(_ event: String, _ fields: @autoclosure () -> [String: any LogConvertible] = [:]) {
    write(.debug, event, fields)
  }

  package func info(_ event: String, _ fields: @autoclosure () -> [String: any LogConvertible] = [:]) {
    write(.info, event, fields)
  }

  package func notice(_ event: String, _ fields: @autoclosure () -> [String: any LogConvertible] = [:]) {
    write(.notice, event, fields)
  }

  package func warning(_ event: String, _ fields: @autoclosure () -> [String: any LogConvertible] = [:]) {
    write(.warning, event, fields)
  }

  package func error(_ event: String, _ fields: @autoclosure () -> [String: any LogConvertible] = [:]) {
    write(.error, event, fields)
  }

  private func write(_ level: LogLevel, _ event: String, _ fields: () -> [String: any LogConvertible]) {
    guard let minimumLevel, level >= minimumLevel else { return }
    let all = common.merging(fields().mapValues { $0.logValue }) { _, new in new }
    let record = LogRecord(time: now(), level: level, event: event, fields: all)
    for sink in sinks where level >= sink.minimumLevel { sink.write(record) }
  }
}

/// Hands each record to a function: to count events, or to look at them in a test.
package struct FunctionLogSink: LogSink {
  package let minimumLevel: LogLevel
  private let body: @Sendable (LogRecord) -> Void

  package init(minimumLevel: LogLevel = .debug, _ body: @escaping @Sendable (LogRecord) -> Void) {
    self.minimumLevel = minimumLevel
    self.body = body
  }

  package func write(_ record: LogRecord) { body(record) }
}
