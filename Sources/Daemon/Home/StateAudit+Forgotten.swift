import AdapterStore
import Platform

// What a forgetting that was broken off can have left.
extension StateAudit {
  /// Files of forgotten documents, and candidates that trained on them.
  func forgottenFiles(_ rows: Rows) throws -> [StateFlaw] {
    var flaws: [StateFlaw] = []
    for digest in rows.forgotten.sorted(by: { $0.hex < $1.hex }) {
      for place in [state.original(digest), state.quarantined(digest), state.quarantineReason(digest)]
      where try fileSystem.exists(place) {
        flaws.append(StateFlaw(.leftover, "\(place): of a document that was forgotten", repair: .remove(place)))
      }
    }
    for number in rows.tainted.sorted() {
      let place = state.round(number)
      guard try fileSystem.exists(place) else { continue }
      flaws.append(StateFlaw(.leftover, "\(place): trained on what was forgotten", repair: .remove(place)))
    }
    return flaws
  }

  /// Versions that had learned what was forgotten. Only where `current` has left them.
  func forgottenVersions(_ rows: Rows) throws -> [StateFlaw] {
    var flaws = try adapters.versions().filter { rows.erased.contains($0.rawValue) }.map { version in
      let place = adapters.directory(of: version)
      return StateFlaw(.leftover, "\(place): had learned what was forgotten", repair: .remove(place))
    }
    if rows.isErasing {
      flaws.append(
        StateFlaw(
          .leftover, "\(state.store): a forgetting was broken off, and what was deleted may still be in its bytes",
          remedy: "The next start of stet run, or the next stet forget, goes on with it."))
    }
    return flaws
  }
}
