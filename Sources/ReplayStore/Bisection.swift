/// Finds the documents that make the gate refuse a round: what was refused twice is halved, each half gets a round of
/// its own, what passes is learned, and what is refused is halved again.
///
/// Folders are kept together as long as there are several; the documents of one folder are halved at most three times,
/// so that a wholly bad folder costs fourteen rounds and not two for each document. Pure: it decides, rounds do.
package struct Bisection: Codable, Hashable, Sendable {
  package struct Item: Codable, Hashable, Sendable {
    package var document: DocumentID
    /// Equal for documents of one folder; the folders' order.
    package var source: Int

    package init(document: DocumentID, source: Int) {
      self.document = document
      self.source = source
    }
  }

  /// Documents that get a round of their own.
  package struct Suspect: Codable, Hashable, Sendable {
    package var items: [Item]
    /// Times that one folder's documents were halved.
    package var cuts: Int
  }

  package private(set) var suspects: [Suspect] = []

  private static let mostCuts = 3

  package init() {}

  package var documents: Set<DocumentID> { Set(suspects.flatMap { $0.items.map(\.document) }) }

  /// Leaves out documents that are under suspicion no longer: they were learned, forgotten or replaced.
  package mutating func keep(_ isThere: (DocumentID) -> Bool) {
    for index in suspects.indices { suspects[index].items.removeAll { !isThere($0.document) } }
    suspects.removeAll { $0.items.isEmpty }
  }

  /// Documents were refused together, for the second time.
  /// - Returns: those of them that are to blame already, because they are only one.
  package mutating func suspect(_ items: [Item]) -> [DocumentID] {
    let known = documents
    let new = items.filter { !known.contains($0.document) }
    return new.isEmpty ? [] : halve(Suspect(items: new, cuts: 0), at: suspects.count)
  }

  /// The first suspect was refused by itself.
  /// - Returns: the documents that are to blame; none where they were halved.
  package mutating func refuseFirst() -> [DocumentID] {
    suspects.isEmpty ? [] : halve(suspects.removeFirst(), at: 0)
  }

  /// The first suspect had a round of its own that says nothing about it.
  package mutating func dropFirst() { if !suspects.isEmpty { suspects.removeFirst() } }

  private mutating func halve(_ suspect: Suspect, at place: Int) -> [DocumentID] {
    let sources = Set(suspect.items.map(\.source)).sorted()
    if sources.count > 1 {
      let first = Set(sources.prefix(sources.count / 2))
      let halves = [
        suspect.items.filter { first.contains($0.source) }, suspect.items.filter { !first.contains($0.source) },
      ]
      suspects.insert(contentsOf: halves.map { Suspect(items: $0, cuts: 0) }, at: place)
      return []
    }
    let items = suspect.items.sorted { $0.document < $1.document }
    guard items.count > 1, suspect.cuts < Self.mostCuts else { return items.map(\.document) }
    let halves = [Array(items.prefix(items.count / 2)), Array(items.dropFirst(items.count / 2))]
    suspects.insert(contentsOf: halves.map { Suspect(items: $0, cuts: suspect.cuts + 1) }, at: place)
    return []
  }
}
