import Platform
import Tokenizers

/// The conventions of training data, known by their keys: text, prompt and completion, messages, preference pairs,
/// alpaca, sharegpt, question and answer. A key whose value is `null` is one that is not there.
enum RecordConvention {
  /// Whether some convention's keys are there.
  static func recognises(_ record: JSONValue) -> Bool {
    signatures.contains { signature in signature.allSatisfy { record[$0] != nil } }
  }

  private static let signatures: [[String]] = [
    ["messages"], ["conversations"], ["prompt", "completion"], ["prompt", "chosen"], ["instruction", "output"],
    ["question", "answer"], ["text"],
  ]

  /// - Throws: `Rejected` with `record.unknown_keys` or `sample.unknown_role`.
  /// - Parameter field: the key that holds the text; `nil` goes by the conventions.
  static func record(_ value: JSONValue, line: Int, field: String?) throws(Rejected) -> ReadRecord {
    guard case .object = value else { throw Rejected(.notARecord, detail: "not an object") }
    let label = value["label"]?.scalarText
    if let field {
      guard let text = value[field]?.scalarText else {
        throw Rejected(.notARecord, detail: "no text under the key that readers.field names")
      }
      return ReadRecord(content: .text(text), label: label, line: line, structure: .plain)
    }
    return ReadRecord(content: try content(value), label: label, line: line, structure: .plain)
  }

  static func content(_ record: JSONValue) throws(Rejected) -> SampleContent {
    if let messages = record[present: "messages"] {
      return .chat(try chat(messages, role: "role", content: "content"))
    }
    if let turns = record[present: "conversations"] {
      return .chat(try chat(turns, role: "from", content: "value"))
    }
    if let prompt = record[present: "prompt"] {
      // A preference pair teaches its chosen answer; its pair is for preference learning.
      guard let answer = record[present: "completion"] ?? record[present: "chosen"] else {
        throw Rejected(.notARecord, detail: "a prompt without completion")
      }
      return try pair(prompt: prompt, answer: answer)
    }
    if let instruction = record["instruction"]?.stringValue, let output = record["output"]?.stringValue {
      let input = record["input"]?.stringValue ?? ""
      return exchange(input.isEmpty ? instruction : instruction + "\n" + input, output)
    }
    if let question = record["question"]?.stringValue, let answer = record["answer"]?.stringValue {
      return exchange(question, answer)
    }
    if let text = record["text"]?.stringValue { return .text(text) }
    throw Rejected(
      .notARecord,
      detail:
        "no text, prompt and completion, messages, conversations, question and answer, or instruction and output of the "
        + "right types")
  }

  private static func exchange(_ question: String, _ answer: String) -> SampleContent {
    .chat([ChatMessage(role: "user", content: question), ChatMessage(role: "assistant", content: answer)])
  }

  private static func pair(prompt: JSONValue, answer: JSONValue) throws(Rejected) -> SampleContent {
    switch (prompt, answer) {
    case (.string(let prompt), .string(let answer)): return .completion(prompt: prompt, completion: answer)
    case (.array, .array):
      let opening = try chat(prompt, role: "role", content: "content")
      return .chat(opening + (try chat(answer, role: "role", content: "content")))
    case (.array, .string(let answer)):
      let opening = try chat(prompt, role: "role", content: "content")
      return .chat(opening + [ChatMessage(role: "assistant", content: answer)])
    default: throw Rejected(.notARecord, detail: "prompt and completion are neither strings nor lists of messages")
    }
  }

  private static func chat(_ value: JSONValue, role: String, content: String) throws(Rejected) -> [ChatMessage] {
    guard case .array(let turns) = value, !turns.isEmpty else {
      throw Rejected(.notARecord, detail: "messages are no list, or an empty one")
    }
    var messages: [ChatMessage] = []
    for turn in turns {
      guard let name = turn[role]?.stringValue, let text = turn[content].flatMap(text) else {
        throw Rejected(.notARecord, detail: "message \(messages.count + 1) has no \(role) and \(content)")
      }
      guard let known = ChatRole.named(name) else {
        throw Rejected(.unknownRole, detail: "message \(messages.count + 1) is by none of system, user, assistant")
      }
      messages.append(ChatMessage(role: known.rawValue, content: text))
    }
    return messages
  }

  /// What a message says: a string, or a list of parts that are text.
  private static func text(_ content: JSONValue) -> String? {
    guard case .array(let parts) = content else { return content.stringValue }
    let texts = parts.compactMap { $0["text"]?.stringValue }
    return !parts.isEmpty && texts.count == parts.count ? texts.joined(separator: "\n") : nil
  }
}

extension JSONValue {
  /// The value under a key; `nil` where it is `null`, as exported tables have it in place of none.
  fileprivate subscript(present key: String) -> JSONValue? {
    guard let value = self[key], value != .null else { return nil }
    return value
  }
}

/// Who speaks in a chat, under every name that the conventions use.
enum ChatRole: String {
  case system, user, assistant

  static func named(_ name: String) -> ChatRole? {
    switch name.lowercased() {
    case "system", "developer": .system
    case "user", "human": .user
    case "assistant", "gpt", "model", "bot": .assistant
    default: nil
    }
  }
}
