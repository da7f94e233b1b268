import Foundation

/// One line of `doctor`: what was looked at, how it is, and what to do where it is not well.
struct Finding: Encodable, Hashable, Sendable {
  let name: String
  let ok: Bool
  let detail: String
  /// Empty where there is nothing to do.
  let remedy: String

  static func ok(_ name: String, _ detail: String) -> Finding {
    Finding(name: name, ok: true, detail: detail, remedy: "")
  }

  static func bad(_ name: String, _ detail: String, remedy: String) -> Finding {
    Finding(name: name, ok: false, detail: detail, remedy: remedy)
  }

  /// An error's text is a fact and then what to do about it: what stands behind its first stop, or semicolon, that is none
  /// of a file's name.
  static func bad(_ name: String, _ error: any Error) -> Finding {
    let text = "\(error)"
    guard let end = text.range(of: #"([.?] (?=[A-Z])|; )(?!\S*/)"#, options: .regularExpression) else {
      return bad(name, text, remedy: "")
    }
    let remedy = text[end.upperBound...]
    return bad(
      name, String(text[...end.lowerBound]).trimmingCharacters(in: CharacterSet(charactersIn: ".; ")),
      remedy: remedy.prefix(1).uppercased() + remedy.dropFirst())
  }
}
