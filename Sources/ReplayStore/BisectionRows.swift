import Curation
import Foundation

// A bisection is kept as one value of the State: a restart goes on with it.
extension Database {
  /// As it stands, without documents that have left since.
  package func bisection() throws -> Bisection {
    let text: String? = try first("SELECT value FROM meta WHERE key = 'bisection'") { try $0[0] }
    guard let text, var bisection = try? JSONDecoder().decode(Bisection.self, from: Data(text.utf8)) else {
      return Bisection()
    }
    let deferred: [DocumentID] = try rows("SELECT id FROM document WHERE state = 'deferred'") { try $0[0] }
    let there = Set(deferred)
    bisection.keep(there.contains)
    return bisection
  }

  private func setBisection(_ bisection: Bisection) throws {
    guard !bisection.suspects.isEmpty else {
      try run("DELETE FROM meta WHERE key = 'bisection'")
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try run(
      "INSERT INTO meta (key, value) VALUES ('bisection', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      String(decoding: try encoder.encode(bisection), as: UTF8.self))
  }

  /// Starts a round with the first documents under suspicion that can be trained on.
  /// - Returns: `nil` where there are none.
  package func beginSuspectRound(parent: Int, settings: String, now: Date) throws -> Round? {
    var bisection = try bisection()
    while let suspect = bisection.suspects.first {
      let round = try beginRound(
        parent: parent, includingDeferred: true, only: Set(suspect.items.map(\.document)), settings: settings, now: now)
      if let round {
        try setBisection(bisection)
        return round
      }
      bisection.dropFirst()
    }
    try setBisection(bisection)
    return nil
  }

  /// Follows a rejection, in its transaction and after its documents were deferred: suspects documents that were refused
  /// twice, halves those that were under suspicion, and puts those that are to blame into quarantine.
  /// - Parameter isHarmful: whether the round did harm; one that learned nothing says nothing about its documents.
  /// - Returns: the documents in quarantine because of it.
  func follow(rejectionOf round: Int, isHarmful: Bool, now: Date) throws -> [DocumentID] {
    var bisection = try bisection()
    let documents = try documents(inRound: round).filter { $0.state == .deferred }
    var culprits: [DocumentID] = []
    if let first = bisection.suspects.first, Set(first.items.map(\.document)) == Set(documents.map(\.id)) {
      if isHarmful { culprits = bisection.refuseFirst() } else { bisection.dropFirst() }
    } else if isHarmful {
      culprits = bisection.suspect(try items(documents.filter { $0.rejections > 1 }.map(\.id)))
    }
    try setBisection(bisection)
    let reason = RejectionReason(.gateCulprit, detail: "round \(round)").description
    for culprit in culprits { try quarantine(culprit, reason: reason, now: now) }
    return culprits
  }

  /// Documents with the folders that they came from first, numbered by name.
  private func items(_ documents: [DocumentID]) throws -> [Bisection.Item] {
    let folders = try documents.map { id in
      let path = try names(of: id).first?.path ?? ""
      return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
    let order = Set(folders).sorted()
    return zip(documents, folders).map { document, folder in
      Bisection.Item(document: document, source: order.firstIndex(of: folder) ?? 0)
    }
  }
}
