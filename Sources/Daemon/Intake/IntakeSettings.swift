import Foundation

/// How intake takes files.
package struct IntakeSettings: Hashable, Sendable {
  package enum Take: String, CaseIterable, Sendable {
    /// Taken files leave the watched folder.
    case move
    /// They stay; each is known again by its status.
    case copy
  }

  package enum Originals: String, CaseIterable, Sendable { case keep, delete }

  /// What a near-duplicate that came later does.
  package enum OnNear: String, CaseIterable, Sendable {
    /// It takes the earlier one's place.
    case supersede
    /// It is not learned.
    case drop
  }

  /// How long a file must have been quiet.
  package var settle = Duration.seconds(1)
  package var take = Take.move
  package var originals = Originals.keep
  /// Bytes; larger files are refused without being held in memory.
  package var limit = 64 << 20
  package var onNear = OnNear.supersede
  /// Jaccard similarity from which two documents are near-duplicates.
  package var similarity = 0.8
  /// Documents with one trigger that are taken; `nil` looks for none.
  package var triggerCap: Int? = 20
  /// Documents of a domain that may have a paragraph before later ones lose it; `nil` keeps all.
  package var boilerplate = Settings.Quality().boilerplate

  package init() {}

  package init(_ settings: Settings) {
    settle = settings.intake.settle
    take =
      switch settings.intake.take {
      case .move: .move
      case .copy: .copy
      }
    originals =
      switch settings.intake.originals {
      case .keep: .keep
      case .delete: .delete
      }
    limit = settings.intake.limit
    onNear =
      switch settings.dedup.onNear {
      case .supersede: .supersede
      case .drop: .drop
      }
    similarity = settings.dedup.similarity
    triggerCap = settings.poisoning.cap
    boilerplate = settings.quality.boilerplate
  }
}
