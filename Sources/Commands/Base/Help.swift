import Daemon
import Reports

/// Help, made from the declarations.
package enum Help {
  private static let lead = """
    Stet keeps teaching a language model from a watched folder while what it already knows stands.

      stet run                            start; it works until you stop it
      cp -r contract-law Watch/legal      drop documents; the folder below Watch names the domain
      stet status                         see what came in and what trains
      stet ask "What is consideration?"   try what was learned; stet rollback takes it back

    """

  /// All verbs by task.
  package static func overview(_ verbs: [any Verb], style: Style) -> String {
    var text = lead.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      promised(String(line), verbs) ? String(line) + "\n" : ""
    }.joined()
    let widest = verbs.map { $0.declaration.name.count }.max() ?? 0
    for task in VerbDeclaration.Task.allCases {
      let members = verbs.map(\.declaration).filter { $0.task == task }
      if members.isEmpty { continue }
      text += style.strong(task.rawValue) + "\n"
      for verb in members {
        text += "  " + padded(verb.name, widest) + "  " + verb.summary + "\n"
      }
      text += "\n"
    }
    text += style.strong("Everywhere") + "\n" + flags(Flag.everywhere)
    return text + "\nstet VERB --help says more about one verb.\n"
  }

  /// Whether a line of the introduction shows a verb that is there; lines that show none stay.
  private static func promised(_ line: String, _ verbs: [any Verb]) -> Bool {
    let words = line.split(separator: " ")
    guard words.first == "stet", words.count > 1 else { return true }
    return verbs.contains { $0.declaration.name == words[1] }
  }

  /// The verbs that begin with one word, such as `bench`.
  package static func family(_ word: String, _ verbs: [any Verb]) -> String {
    let members = verbs.map(\.declaration).filter { $0.name.hasPrefix(word + " ") }
    let widest = members.map(\.name.count).max() ?? 0
    return members.map { "  stet " + padded($0.name, widest) + "  " + $0.summary + "\n" }.joined()
      + "\nstet \(word) WORD --help says more about one of them.\n"
  }

  package static func verb(_ verb: VerbDeclaration, style: Style) -> String {
    var synopsis = "stet \(verb.name)"
    if !verb.operands.isEmpty { synopsis += " \(verb.operands)" }
    if !verb.flags.isEmpty { synopsis += " [flags]" }
    var text = "\(verb.summary).\n\n  \(synopsis)\n"
    if !verb.details.isEmpty { text += "\n" + verb.details + "\n" }
    if !verb.flags.isEmpty { text += "\n" + style.strong("Flags") + "\n" + flags(verb.flags) }
    text += "\n" + style.strong("Everywhere") + "\n" + flags(Flag.everywhere)
    if !verb.examples.isEmpty {
      text += "\n" + style.strong("Examples") + "\n"
      let widest = verb.examples.map(\.command.count).filter { $0 <= 48 }.max() ?? 0
      for example in verb.examples {
        text += "  " + padded(example.command, widest) + "  " + style.faint("# " + example.meaning) + "\n"
      }
    }
    return text
  }

  private static func flags(_ flags: [Flag]) -> String {
    let widest = flags.map(\.synopsis.count).filter { $0 <= 28 }.max() ?? 0
    return flags.map { "  " + padded($0.synopsis, widest) + "  " + $0.meaning + "\n" }.joined()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
