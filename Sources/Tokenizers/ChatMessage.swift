/// One turn of a conversation.
package struct ChatMessage: Codable, Hashable, Sendable {
  /// `system`, `user` or `assistant`; `ChatTemplate` refuses others.
  package var role: String
  package var content: String

  package init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}
