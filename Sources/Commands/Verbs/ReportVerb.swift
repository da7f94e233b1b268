import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// What a version, or a refused round, learned and forgot.
struct ReportVerb: Verb {
  let declaration = VerbDeclaration(
    "report", .look, operands: "[N]", count: 0...1, "what a version learned and forgot, in figures",
    flags: [
      .value("round", "K", "Of round K instead, also one that the gate refused."),
      .value("html", "FILE", "Write it as a page with charts, which needs no other file."),
    ],
    details: "Without N it is the current version's. Losses are nats per token on held-out pieces, lower is better.",
    examples: [
      .init("stet report", "the current version"), .init("stet report --round 13", "why a round was refused"),
      .init("stet report 7 --html report.html", "the same, to look at in a browser"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let version = try call.operands.first.map(VersionOperand.parse)
    let round =
      call.value("round") == nil ? nil : try call.integer("round", in: 1...Int.max, default: 1)
    if version != nil, round != nil { throw UsageError("report takes a version or --round, not both.") }
    let stores = try StateStores(call)
    let current = try stores.currentVersion()
    let report: ForgettingReport
    if let round {
      report = try await ofRound(round, stores)
    } else {
      report = try await ofVersion(version ?? current, stores)
    }
    if let file = call.value("html") {
      let page = ReportPage(report, zone: .current).html
      try DurableFile.write(Data(page.utf8), to: file, mode: 0o644, through: call.fileSystem)
      call.output.say("wrote \(DisplayText.escaped(file))")
    }
    if call.wantsJSON {
      try call.output.object(report)
    } else if call.value("html") == nil {
      let isCurrent = report.version == current.rawValue
      try call.output.text(ReportText(report, style: call.output.style, isCurrent: isCurrent).text)
      if call.operands.isEmpty, isCurrent { try await tellOfRefusal(after: report.round, call, stores) }
    }
    return .done
  }

  private func ofVersion(_ version: VersionNumber, _ stores: StateStores) async throws -> ForgettingReport {
    if version == .base {
      throw VerbError(
        "version 0 is the base, which learned nothing, so it has no report. Drop documents and let a round run; "
          + "stet versions lists what there is.")
    }
    let row = try await stores.store.read { try $0.versions() }.first { $0.number == version.rawValue }
    // Its files are gone, and the store has the same report.
    if let row, row.erased != nil, let round = row.round { return try await ofRound(round, stores) }
    return try ReportCoding.read(ForgettingReport.self, from: try stores.adapters.report(of: version))
  }

  private func ofRound(_ number: Int, _ stores: StateStores) async throws -> ForgettingReport {
    guard let round = try await stores.store.read({ try $0.round(number) }) else {
      throw RoundError.unknown(round: number)
    }
    switch round.state {
    case .running: throw VerbError("round \(number): it still runs. See how far it is with: stet status")
    case .abandoned:
      throw VerbError("round \(number): it was given up before the gate, so there is no report. Its documents wait.")
    case .published, .rejected:
      guard let text = round.report, text != "{}" else {
        throw VerbError("round \(number): the store holds no report of it. See: stet versions")
      }
      return try ReportCoding.read(ForgettingReport.self, from: Data(text.utf8))
    }
  }

  /// Who looks at the current version should know that a later round failed.
  private func tellOfRefusal(after round: Int, _ call: Call, _ stores: StateStores) async throws {
    let later = try await stores.store.read { try $0.rounds() }.last { $0.number > round && $0.state == .rejected }
    if let later { call.output.say("round \(later.number) was refused since: stet report --round \(later.number)") }
  }
}
