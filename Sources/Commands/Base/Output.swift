import Foundation
import Platform
import Reports
import Synchronization

/// Where a verb writes: rows and JSON to standard output, prose, progress and errors to standard error.
package final class Output: Sendable {
  /// The reader went away (`stet documents | head`); whoever gets it ends quietly.
  package struct ReaderLeft: Error {
    package init() {}
  }

  package typealias Sink = @Sendable (Data) throws -> Void

  private let rows: Sink
  private let prose: Sink
  /// What is drawn on the last line of a terminal and goes before anything else is written there.
  private let isDrawn = Mutex(false)
  package let style: Style
  package let proseStyle: Style
  /// Columns of the terminal, else 80.
  package let width: Int
  /// Progress redraws in place.
  package let progressRedraws: Bool

  package init(
    rows: @escaping Sink, prose: @escaping Sink, style: Style = .plain, proseStyle: Style = .plain, width: Int = 80,
    progressRedraws: Bool = false
  ) {
    self.rows = rows
    self.prose = prose
    self.style = style
    self.proseStyle = proseStyle
    self.width = width
    self.progressRedraws = progressRedraws
  }

  /// The process's own streams.
  package static func standard(environment: [String: String]) -> Output {
    let (outputTerminal, errorTerminal) = (Machine.isTerminal(1), Machine.isTerminal(2))
    return Output(
      rows: { try FileHandle.standardOutput.write(contentsOf: $0) },
      prose: { try? FileHandle.standardError.write(contentsOf: $0) },
      style: Style(terminal: outputTerminal, environment: environment),
      proseStyle: Style(terminal: errorTerminal, environment: environment),
      width: Machine.terminalWidth(errorTerminal && !outputTerminal ? 2 : 1, environment: environment),
      progressRedraws: errorTerminal && environment["TERM"] != "dumb")
  }

  /// A row of the result.
  /// - Throws: `ReaderLeft`; another error where standard output cannot be written.
  package func row(_ text: String) throws { try write(Data((text + "\n").utf8)) }

  /// Text that brings its own line ends.
  package func text(_ text: String) throws { try write(Data(text.utf8)) }

  /// One JSON object, indented.
  package func object(_ value: some Encodable) throws { try write(try ReportCoding.object(value)) }

  /// One JSON object on a line of its own.
  package func line(_ value: some Encodable) throws { try write(try ReportCoding.line(value)) }

  package func write(_ data: Data) throws {
    eraseProgress()
    do {
      try rows(data)
    } catch {
      throw Self.isBrokenPipe(error) ? ReaderLeft() : Self.named(error)
    }
  }

  /// A line of prose.
  package func say(_ text: String) { tell(text + "\n") }

  /// Prose that brings its own line ends.
  package func tell(_ text: String) {
    eraseProgress()
    try? prose(Data(text.utf8))
  }

  /// What is being done now: on a terminal one line that the next replaces, elsewhere nothing.
  package func progress(_ text: String) {
    guard progressRedraws else { return }
    isDrawn.withLock { $0 = true }
    try? prose(Data(("\r" + DisplayText.truncated(text, to: width - 1) + "\u{1B}[K").utf8))
  }

  private func eraseProgress() {
    let wasDrawn = isDrawn.withLock { drawn in
      defer { drawn = false }
      return drawn
    }
    if wasDrawn { try? prose(Data("\r\u{1B}[K".utf8)) }
  }

  private static func underlying(_ error: any Error) -> NSError {
    let error = error as NSError
    return error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  }

  private static func isBrokenPipe(_ error: any Error) -> Bool {
    let error = underlying(error)
    return error.domain == NSPOSIXErrorDomain && error.code == Int(POSIXErrorCode.EPIPE.rawValue)
  }

  private static func named(_ error: any Error) -> PlatformError {
    let error = underlying(error)
    let code = error.domain == NSPOSIXErrorDomain ? Int32(error.code) : POSIXErrorCode.EIO.rawValue
    return PlatformError(path: "standard output", operation: "write", code: code)
  }
}
