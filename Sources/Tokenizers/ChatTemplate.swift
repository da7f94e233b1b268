/// Why a conversation cannot be encoded.
package enum ChatTemplateError: Error, Hashable, CustomStringConvertible {
  case noTemplate(file: String)
  case notChatML(reason: String, file: String)
  case missingToken(String, file: String)
  case unknownRole(String, message: Int)
  case noAssistantMessage

  package var description: String {
    switch self {
    case .noTemplate(let file):
      "\(file): the model has no chat template (tokenizer.chat_template); choose a base model that was tuned for chat."
    case .notChatML(let reason, let file):
      "\(file): the model's chat template is not ChatML: \(reason); choose a base model whose template is ChatML."
    case .missingToken(let token, let file):
      "\(file): the chat template uses \(token), which is not a special token of the vocabulary; choose another base model."
    case .unknownRole(let role, let message):
      "message \(message + 1) has the role “\(role)”; known roles are \(ChatTemplate.roles.joined(separator: ", "))."
    case .noAssistantMessage:
      "the conversation has no assistant message, so there is nothing to learn from it; add the answer."
    }
  }
}

/// ChatML as the model file's template has it: `<|im_start|>role⏎content<|im_end|>⏎` for each message.
///
/// Markup is put in as ids and content is always plain text, so that no content can end its own turn.
package struct ChatTemplate: Sendable {
  package static let roles = ["system", "user", "assistant"]

  private let tokenizer: Tokenizer
  private let turnStart: Int32
  /// `<|im_end|>`, which ends every message.
  package let turnEnd: Int32
  /// The system message of a conversation that starts with none, read from the template; nil where the template adds nothing.
  package let defaultSystemMessage: String?

  /// Recognises the template that the tokenizer's file carries.
  package init(_ tokenizer: Tokenizer) throws(ChatTemplateError) {
    guard let text = tokenizer.chatTemplate else { throw .noTemplate(file: tokenizer.file) }
    do {
      defaultSystemMessage = try ChatMLRecognition(text).defaultSystemMessage
    } catch {
      throw .notChatML(reason: error.reason, file: tokenizer.file)
    }
    guard let start = tokenizer.special("<|im_start|>") else {
      throw .missingToken("<|im_start|>", file: tokenizer.file)
    }
    guard let end = tokenizer.special("<|im_end|>") else { throw .missingToken("<|im_end|>", file: tokenizer.file) }
    self.tokenizer = tokenizer
    turnStart = start
    turnEnd = end
  }

  /// The ids of a conversation; with `addGenerationPrompt`, up to where the assistant's answer starts.
  package func encode(
    _ messages: [ChatMessage], addGenerationPrompt: Bool = false
  ) throws(ChatTemplateError) -> [Int32] {
    var ids: [Int32] = []
    for message in try completed(messages) {
      ids.append(turnStart)
      ids += tokenizer.encode("\(message.role)\n\(message.content)")
      ids.append(turnEnd)
      ids += tokenizer.encode("\n")
    }
    if addGenerationPrompt {
      ids.append(turnStart)
      ids += tokenizer.encode("assistant\n")
    }
    return ids
  }

  /// A conversation for training: the assistant's contents, each with the token that ends it, are the targets.
  ///
  /// An answer is encoded apart from `assistant⏎` before it, so that training sees the ids that asking sees. The ids differ from
  /// those of `encode` only where an answer starts with white space.
  package func encodeForTraining(_ messages: [ChatMessage]) throws(ChatTemplateError) -> EncodedSample {
    guard messages.contains(where: { $0.role == "assistant" }) else {
      _ = try completed(messages)
      throw .noAssistantMessage
    }
    let newline = tokenizer.encode("\n")
    var sample = SampleBuilder()
    for message in try completed(messages) {
      sample.append(CollectionOfOne(turnStart), supervised: false)
      if message.role == "assistant" {
        sample.append(tokenizer.encode("assistant\n"), supervised: false)
        sample.append(tokenizer.encode(message.content), supervised: true)
        sample.append(CollectionOfOne(turnEnd), supervised: true)
      } else {
        sample.append(tokenizer.encode("\(message.role)\n\(message.content)"), supervised: false)
        sample.append(CollectionOfOne(turnEnd), supervised: false)
      }
      sample.append(newline, supervised: false)
    }
    return sample.finish()
  }

  /// The messages with the template's own system message where the first is not one; all roles checked.
  private func completed(_ messages: [ChatMessage]) throws(ChatTemplateError) -> [ChatMessage] {
    for (index, message) in messages.enumerated() where !Self.roles.contains(message.role) {
      throw .unknownRole(message.role, message: index)
    }
    guard let defaultSystemMessage, let first = messages.first, first.role != "system" else { return messages }
    return [ChatMessage(role: "system", content: defaultSystemMessage)] + messages
  }
}
