import AdapterStore
import Daemon
import Foundation
import ReplayStore
import Reports

/// The history of versions.
struct VersionsVerb: Verb {
  let declaration = VerbDeclaration(
    "versions", .look, "the history: what each version learned and what it forgot",
    details: "The newest first. The current version has a star; those that a rollback left are said to be abandoned, "
      + "and those that forget removed to be removed.",
    examples: [
      .init("stet versions", "all of them"),
      .init("stet versions --json | jq -r 'select(.state == \"current\").version'", "the current one's number"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let stores = try StateStores(call)
    let current = try stores.currentVersion().rawValue
    let rows = try await stores.store.read { try $0.versions() }
    let view = VersionsView(rows.map { Self.view(of: $0, current: current) })
    if call.wantsJSON {
      for version in view.versions { try call.output.line(version) }
    } else if view.versions.isEmpty {
      call.output.say("No version yet; stet run makes version 0, the base, when it starts.")
    } else {
      try call.output.text(view.text(zone: .current, style: call.output.style))
    }
    return .done
  }

  /// The store's row, with the figures that its round wrote where they can be read.
  static func view(of row: VersionRow, current: Int) -> VersionView {
    let isCurrent = row.number == current
    var view =
      (try? ReportCoding.read(VersionView.self, from: Data(row.figures.utf8)))
      ?? VersionView(version: row.number, state: .published, created: row.created)
    view.version = row.number
    view.parent = row.parent
    view.round = row.round
    view.created = row.created
    view.state = isCurrent ? .current : row.abandoned == nil ? .published : .abandoned
    view.abandoned = isCurrent ? nil : row.abandoned
    view.erased = row.erased
    view.domains = row.domains
    view.documents = row.documents
    view.tokens = row.tokens
    return view
  }
}
