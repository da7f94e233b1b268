import Foundation
import Platform

/// What holds for the whole State.
package struct StateIdentity: Hashable, Sendable {
  /// Keys the choice of held-out pieces and every round's randomness; secret, so that nobody can aim around held-out.
  package let seed: UInt64
  /// Of the base model's file.
  package let baseSHA256: Digest
  package let created: Date

  package init(seed: UInt64, baseSHA256: Digest, created: Date) {
    self.seed = seed
    self.baseSHA256 = baseSHA256
    self.created = created
  }
}

extension Database {
  /// Written once, when the State is made; `nil` before.
  package func identity() throws -> StateIdentity? {
    guard let seed: Int64 = try meta("seed"), let base: Digest = try meta("base_sha256"),
      let created: Date = try meta("created")
    else { return nil }
    return StateIdentity(seed: UInt64(bitPattern: seed), baseSHA256: base, created: created)
  }

  /// - Throws: `DatabaseError.Kind.constraint` where the State has an identity.
  package func recordIdentity(_ identity: StateIdentity) throws {
    try run(
      "INSERT INTO meta (key, value) VALUES ('seed', ?), ('base_sha256', ?), ('created', ?)",
      Int64(bitPattern: identity.seed), identity.baseSHA256, identity.created)
  }

  /// Whether rounds may start.
  package func isPaused() throws -> Bool { try meta("paused") ?? false }

  package func setPaused(_ paused: Bool) throws {
    try run(
      "INSERT INTO meta (key, value) VALUES ('paused', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      paused)
  }

  /// What the base answered to the probes of ability, as whoever asked wrote it down.
  package func abilityOfBase() throws -> String? { try meta("ability_of_base") }

  package func setAbilityOfBase(_ answers: String) throws {
    try run(
      """
      INSERT INTO meta (key, value) VALUES ('ability_of_base', ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value
      """, answers)
  }

  private func meta<Value: SQLConvertible>(_ key: String) throws -> Value? {
    try first("SELECT value FROM meta WHERE key = ?", key) { try $0[0] }
  }
}
