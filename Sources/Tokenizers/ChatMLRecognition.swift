/// What a ChatML template leaves open: the system message of a conversation that brings none.
struct ChatMLRecognition: Hashable, Sendable {
  let defaultSystemMessage: String?

  private static let turn: [TemplateText.Piece] = [
    .literal("<|im_start|>"), .variable("message.role"), .literal("\n"), .variable("message.content"),
    .literal("<|im_end|>\n"),
  ]
  private static let ownSystem: [TemplateText.Piece] = [
    .literal("<|im_start|>system\n"), .variable("messages[0].content"), .literal("<|im_end|>\n"),
  ]
  private static let generationPrompt: [TemplateText.Piece] = [.literal("<|im_start|>assistant\n")]

  /// Reads the Jinja text: every turn must be `<|im_start|>role⏎content<|im_end|>⏎`, printed in one loop over all messages.
  /// What a template prints for tools only does not matter here.
  /// - Throws: what is not ChatML about it, as the end of a sentence.
  init(_ template: String) throws(Unrecognised) {
    guard let text = TemplateText(template) else { throw Unrecognised(reason: "it has a tag that is not closed") }
    guard text.looseText.isEmpty else {
      throw Unrecognised(reason: "it prints text outside its expressions: “\(text.looseText.prefix(60))”")
    }
    guard text.statements.contains("formessageinmessages") else {
      throw Unrecognised(reason: "it has no loop “for message in messages”")
    }
    var turns = 0
    var prompts = 0
    var system: String?
    for output in text.outputs {
      if output.pieces == Self.turn {
        turns += 1
      } else if output.pieces == Self.generationPrompt {
        prompts += 1
      } else if let message = Self.systemMessage(output.pieces) {
        system = message
      } else if output.pieces != Self.ownSystem, !output.conditions.contains(where: { $0.contains("tool") }) {
        throw Unrecognised(reason: "it prints “\(output.source.prefix(80))”")
      }
    }
    guard turns > 0 else { throw Unrecognised(reason: "it never prints <|im_start|>role, content and <|im_end|>") }
    guard prompts > 0 else {
      throw Unrecognised(reason: "it never prints the start of an answer, <|im_start|>assistant")
    }
    let asksForRole = text.statements.contains { statement in
      ["messages[0]['role']", "messages[0][\"role\"]", "messages[0].role"].contains { statement.contains($0) }
        && statement.contains("system")
    }
    guard system == nil || asksForRole else {
      throw Unrecognised(reason: "it prints a system message without asking whether the first message is one")
    }
    defaultSystemMessage = system
  }

  struct Unrecognised: Error {
    var reason: String
  }

  /// The message in `<|im_start|>system⏎…<|im_end|>⏎`.
  private static func systemMessage(_ pieces: [TemplateText.Piece]?) -> String? {
    guard case .literal(let literal)? = pieces?.first, pieces?.count == 1 else { return nil }
    let head = "<|im_start|>system\n"
    let tail = "<|im_end|>\n"
    guard literal.hasPrefix(head), literal.hasSuffix(tail), literal.count >= head.count + tail.count else { return nil }
    return String(literal.dropFirst(head.count).dropLast(tail.count))
  }
}
