import Foundation
import Platform
import Reports

/// Errors as people see them: `stet: ` and the fact, then the remedy on a second line where one is too short for both.
package enum ErrorText {
  private static let indent = "      "
  /// The exit code ends about here where there is room.
  private static let codeColumn = 88

  package static func rendered(_ error: any Error, exitCode: ExitCode, width: Int) -> String {
    let text = TerminalText.escaped(message(error), keepingLines: false)
    let code = "[exit \(exitCode.rawValue)]"
    var lines = ["stet: " + text]
    if DisplayText.width(lines[0]) + 2 + code.count > max(width, 60), let end = endOfFact(text) {
      lines = ["stet: " + text[..<end], indent + text[end...].drop { $0 == " " }]
    }
    let last = lines[lines.count - 1]
    let space = max(2, codeColumn - DisplayText.width(last))
    lines[lines.count - 1] = last + String(repeating: " ", count: space) + code
    return lines.joined(separator: "\n") + "\n"
  }

  /// Our errors describe themselves; Foundation's own have a sentence of theirs.
  private static func message(_ error: any Error) -> String {
    switch error {
    case let error as CocoaError: error.localizedDescription
    case let error as POSIXError: error.localizedDescription
    case let error as DecodingError: "A file is not what was expected: \(error)"
    default: String(describing: error)
    }
  }

  /// After the sentence whose end leaves the longest line within reason: the last end of a sentence or clause before the
  /// text's last two fifths, else the first.
  private static func endOfFact(_ text: String) -> String.Index? {
    var ends: [String.Index] = []
    var place = text.startIndex
    while let range = text.range(of: #"[.;?:] (?=[A-Z])|; "#, options: .regularExpression, range: place..<text.endIndex)
    {
      ends.append(text.index(after: range.lowerBound))
      place = range.upperBound
    }
    let limit = text.index(text.startIndex, offsetBy: text.count * 3 / 4)
    return ends.last { $0 <= limit } ?? ends.first
  }
}
