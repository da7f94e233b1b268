import Foundation
import Platform
import Reports

/// How the demo tells its story: paragraphs, commands as one types them, steps with ✓ and their time.
struct DemoScreen: Sendable {
  private static let timeColumn = 78

  private let output: Output
  /// With `--json` standard output belongs to the object, so the story goes to standard error.
  private let toProse: Bool

  init(_ output: Output, toProse: Bool) {
    self.output = output
    self.toProse = toProse
  }

  private var style: Style { toProse ? output.proseStyle : output.style }

  func line(_ text: String = "") throws {
    if toProse { output.say(text) } else { try output.row(text) }
  }

  func heading(_ text: String) throws {
    try line()
    try line(style.strong(text))
  }

  func command(_ text: String) throws { try line(style.faint("$ " + text)) }

  /// What a command printed, set in.
  func quotation(_ text: String) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    for part in lines { try line(part.isEmpty ? "" : "  " + TerminalText.escaped(String(part))) }
  }

  /// Does something and says how long it took.
  @discardableResult
  func step<Result>(_ done: String, showing command: String?, _ work: () throws -> Result) throws -> Result {
    try step(showing: command, work) { _ in done }
  }

  /// The same where the result has a say in what is said.
  @discardableResult
  func step<Result>(
    showing command: String?, _ work: () throws -> Result, done: (Result) -> String
  ) throws -> Result {
    if let command { try self.command(command) }
    let began = ContinuousClock.now
    let result = try work()
    let text = done(result)
    let time = Format.duration(ContinuousClock.now - began)
    let space = String(repeating: " ", count: max(2, Self.timeColumn - DisplayText.width(text) - time.count))
    try line(style.good("✓") + " " + text + space + style.faint(time))
    return result
  }

  /// What a running command is at; only where a line can redraw.
  func progress(_ text: String, since began: ContinuousClock.Instant) {
    output.progress("  … \(Format.duration(ContinuousClock.now - began))  \(text)")
  }

  func ending(home: Path, took: Duration) throws {
    try line()
    try line("All of it took \(Format.duration(took)). What it left is in \(home): State/log/stet.jsonl,")
    try line("State/adapters/ with every version, and State/current/, the adapter that other programs load.")
    try line("Your own documents:  mkdir -p Watch/notes && cp *.md Watch/notes/ && stet run   (in your own folder)")
    try line("Remove the demo:     rm -r \(home)")
  }
}
