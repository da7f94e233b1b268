import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// What came in, what trains, which version is current; with or without a daemon.
struct StatusVerb: Verb {
  let declaration = VerbDeclaration(
    "status", .look, "what came in, what trains, which version is current",
    details: """
      Reads only, and works without a daemon. Exit code 10 says that there is no State here. What is degraded works, but
      less well than it should; each such line says why.
      """,
    examples: [
      .init("stet status", "now"), .init("watch -n 5 stet status", "and from now on"),
      .init("stet status --json | jq .current.version", "for programs"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let view = try await Self.view(call)
    if call.wantsJSON {
      try call.output.object(view)
    } else {
      try call.output.text(
        view.text(now: call.surroundings.now(), zone: .current, style: call.output.style))
    }
    return .done
  }

  /// Everything from one state of the store.
  private struct Snapshot: Sendable {
    var waiting: [WaitingDomain]
    var counts: [DocumentState: Int]
    var today: [DailyCount: Int]
    var versions: [VersionRow]
    var running: Round?
    var isPaused: Bool
  }

  /// Less than this is as good as none: a version takes more.
  private static let scarceBytes: Int64 = 64 << 20

  static func view(_ call: Call) async throws -> StatusView {
    let stores = try StateStores(call)
    let now = call.surroundings.now()
    let snapshot = try await stores.store.read { db in
      Snapshot(
        waiting: try db.waitingDomains(), counts: try db.documentCounts(), today: try db.counts(on: now),
        versions: try db.versions(), running: try db.runningRound(), isPaused: try db.isPaused())
    }
    let daemon = DaemonStatus.ofRunning(stores.directory, through: call.fileSystem)
    var degraded = daemon?.degraded ?? []
    // Told here too: a daemon that cannot write cannot say so in a file.
    if let free = try? call.fileSystem.availableBytes(at: stores.directory.root), free < Self.scarceBytes {
      degraded.append(
        "disk: \(Format.bytes(Int(free))) are left where \(stores.directory.root) is. Free some space; what waits is kept."
      )
    }
    let rule = RoundRule(try call.settings().settings.round)
    let current = try current(stores, snapshot.versions, call, &degraded)
    return StatusView(
      daemon: StatusView.Daemon(
        running: daemon != nil, pid: daemon.map { Int($0.pid) }, mode: daemon?.mode.rawValue, since: daemon?.since,
        watching: daemon?.watch ?? call.watchPath, paused: snapshot.isPaused,
        worker: daemon == nil ? StateLock.holder(of: stores.directory.lock).map(Int.init) : nil),
      current: current,
      waiting: StatusView.Waiting(
        documents: snapshot.waiting.reduce(0) { $0 + $1.documents },
        tokens: snapshot.waiting.reduce(0) { $0 + $1.tokens }, needed: rule.tokens,
        domains: snapshot.waiting.filter { $0.documents > 0 }.map(\.domain),
        startsBy: daemon == nil ? nil : rule.deadline(snapshot.waiting),
        window: rule.allows(now) ? nil : rule.window.description),
      round: snapshot.running.map { round($0, isWorkedOn: daemon?.round == $0.number, stores, call) }
        ?? daemon?.preparation.map(preparation),
      counts: Dictionary(uniqueKeysWithValues: snapshot.counts.map { ($0.key.rawValue, $0.value) }),
      today: Self.today(snapshot.today), degraded: degraded)
  }

  private static func current(
    _ stores: StateStores, _ versions: [VersionRow], _ call: Call, _ degraded: inout [String]
  ) throws -> StatusView.Current {
    let number: VersionNumber
    do {
      number = try stores.currentVersion()
    } catch let error as AdapterStoreError {
      degraded.append(error.description)
      number = .base
    }
    let row = versions.first { $0.number == number.rawValue }
    var base = (try? call.locateModel())?.lastComponent.description ?? "not fetched yet (stet model fetch)"
    do {
      let known = try stores.adapters.manifest(of: number).origin.base
      base = [known.name, known.quantisation].compactMap(\.self).joined(separator: " ")
    } catch AdapterStoreError.unknownVersion where number == .base {
      // No version was made yet: the model's file is all there is to name.
    } catch let error as AdapterStoreError {
      degraded.append(error.description)
    }
    return StatusView.Current(
      version: number.rawValue, domains: row?.domains ?? [], created: number == .base ? nil : row?.created, base: base)
  }

  /// A round that nobody works on now is said to be interrupted, not to train.
  private static func round(
    _ round: Round, isWorkedOn: Bool, _ stores: StateStores, _ call: Call
  ) -> StatusView.Round {
    let activity = RoundActivity.read(round: round.number, stores.directory, through: call.fileSystem)
    let progress = RoundProgress(
      round: round.number, domain: round.domains.joined(separator: ", "), step: activity?.step ?? 0,
      steps: activity?.steps ?? 0, loss: activity?.loss, penaltyShare: activity?.penaltyRatio,
      tokensPerSecond: isWorkedOn ? activity?.tokensPerSecond : nil,
      secondsLeft: isWorkedOn ? activity?.secondsLeft : nil)
    let holder = isWorkedOn ? nil : StateLock.holder(of: stores.directory.lock)
    let phase = isWorkedOn || holder != nil ? activity.map { Self.phase($0.phase) } ?? "starting" : "interrupted"
    return StatusView.Round(progress, phase: phase)
  }

  /// What is done before a round begins.
  private static func preparation(_ activity: RoundActivity) -> StatusView.Round {
    let progress = RoundProgress(
      round: 0, domain: activity.domains.joined(separator: ", "), step: activity.step, steps: activity.steps)
    return StatusView.Round(
      progress, phase: activity.phase == .before ? "reading what waits" : Self.phase(activity.phase))
  }

  private static func phase(_ phase: RoundActivity.Phase) -> String {
    switch phase {
    case .general: "sampling the general set"
    case .before: "evaluating before training"
    case .consolidation: "estimating what matters to the base"
    case .training: "training"
    case .evaluation: "evaluating"
    case .publishing: "publishing"
    }
  }

  /// The day's counts that are documents' states; rounds and retries are no documents.
  private static func today(_ counts: [DailyCount: Int]) -> [String: Int] {
    var today: [String: Int] = [:]
    for (name, count) in counts {
      switch name {
      case .learned, .duplicate, .superseded, .quarantined, .deferred, .forgotten: today[name.rawValue] = count
      case .overflow, .retried, .publishedRounds, .rejectedRounds: continue
      }
    }
    return today
  }
}
