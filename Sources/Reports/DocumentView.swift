import Foundation

/// One document with its verdict; a line of `stet documents --json`.
package struct DocumentView: Codable, Hashable, Sendable {
  package var id: Int
  package var sha256: String
  /// Every name it was dropped under, the first first.
  package var names: [String]
  package var domain: String
  /// One of DESIGN's eight states.
  package var state: String
  @OrNull package var reason: String?
  package var bytes: Int
  package var samples: Int
  package var tokens: Int
  package var received: Date
  /// The version that learned it first.
  @OrNull package var version: Int?

  package init(
    id: Int, sha256: String, names: [String], domain: String, state: String, reason: String? = nil, bytes: Int,
    samples: Int = 0, tokens: Int = 0, received: Date, version: Int? = nil
  ) {
    self.id = id
    self.sha256 = sha256
    self.names = names
    self.domain = domain
    self.state = state
    self.reason = reason
    self.bytes = bytes
    self.samples = samples
    self.tokens = tokens
    self.received = received
    self.version = version
  }
}

/// Documents in rows, as `stet documents` shows them.
package struct DocumentsView: Hashable, Sendable {
  package var documents: [DocumentView]

  package init(_ documents: [DocumentView]) { self.documents = documents }

  package func text(zone: TimeZone, style: Style = .plain) -> String {
    guard !documents.isEmpty else { return "" }
    var table = Table([
      .init("id", .right), .init("state"), .init("domain", maximum: 16), .init("tokens", .right), .init("received"),
      .init("name and reason"),
    ])
    for document in documents {
      let bad = document.state == "quarantined"
      let name = DisplayText.truncatedFront(DisplayText.escaped(document.names.first ?? Format.none), to: 48)
      let reason = document.reason.map { "  (\(DisplayText.escaped($0)))" } ?? ""
      table.add([
        .init(String(document.id)), .init(DisplayText.escaped(document.state)) { bad ? $0.warning($1) : $1 },
        .init(DisplayText.escaped(document.domain)),
        .init(document.tokens > 0 ? Format.count(document.tokens) : Format.none),
        .init(Format.dateAndTime(document.received, in: zone)), .init(name + reason),
      ])
    }
    return table.text(style: style)
  }
}
