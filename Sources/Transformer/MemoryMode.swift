/// What the engine keeps in memory.
package enum MemoryMode: String, Codable, Sendable, CaseIterable {
  /// fp32 weights, and every activation that backward needs.
  case fast
  /// The file's quantised blocks, decoded a layer at a time; backward recomputes a layer's inside from its input.
  case small
}
