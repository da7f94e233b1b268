import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// Back to an earlier version.
struct RollbackVerb: Verb {
  let declaration = VerbDeclaration(
    "rollback", .steer, operands: "[N]", count: 0...1, "go back one version, or to N",
    flags: [.switch("requeue", "Learn the documents of the versions that are left again.")],
    details: """
      The version that is left stays on disk: stet promote N goes forward again. Documents that only it had learned are
      shelved, and a round that runs is given up. Exit code 4 says that version 0, the base, is current already.
      """,
    examples: [
      .init("stet rollback", "undo the last version"), .init("stet rollback 3", "back to version 3"),
      .init("stet rollback --requeue", "undo it, and learn its documents once more"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let version = try call.operands.first.map(VersionOperand.parse)
    return try await Moving(call, .rollback).run(MoveArguments(version: version, requeue: call.has("requeue")))
  }
}

/// Forward again, or to any other version.
struct PromoteVerb: Verb {
  let declaration = VerbDeclaration(
    "promote", .steer, operands: "[N]", count: 0...1, "make version N current, by hand and logged",
    flags: [.value("round", "K", "The version that round K made, or what it trained where the gate refused it.")],
    details: """
      Any version that is whole can be promoted, also one that a rollback left. The versions that are not its ancestors
      leave the lineage, and documents that only they had learned are shelved. With --round, what a refused round
      trained becomes a version past the gate: read stet report --round K first. The candidates of the latest three
      refused rounds are kept.
      """,
    examples: [
      .init("stet promote 7", "forward again after a rollback"),
      .init("stet promote --round 12", "what round 12 trained, although the gate refused it"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let arguments: MoveArguments
    switch (call.operands.first, call.value("round")) {
    case (let text?, nil): arguments = MoveArguments(version: try VersionOperand.parse(text))
    case (nil, _?): arguments = try await argumentsOfRound(call)
    case (.some, .some): throw UsageError("promote takes a version or --round, not both.")
    case (nil, nil): throw UsageError("promote needs a version or a round: stet promote N, or stet promote --round K")
    }
    return try await Moving(call, .promote).run(arguments)
  }

  private func argumentsOfRound(_ call: Call) async throws -> MoveArguments {
    let number = try call.integer("round", in: 1...Int.max, default: 1)
    let round = try await StateStores(call).store.read { try $0.round(number) }
    guard let round else { throw RoundError.unknown(round: number) }
    if let version = round.version.flatMap(VersionNumber.init(rawValue:)) { return MoveArguments(version: version) }
    switch round.state {
    case .rejected: return MoveArguments(round: number)
    case .running:
      throw VerbError("round \(number): it still runs, so there is nothing to promote yet. See: stet status")
    case .published, .abandoned:
      throw VerbError("round \(number): it was given up before it had a candidate. Its documents wait: stet train")
    }
  }
}

/// What both verbs do: the move itself where no daemon runs, else ask the daemon and wait.
struct Moving {
  private static let patience = Duration.seconds(60)
  /// A refused round's candidate is measured once more, and what it must keep is estimated, before it is published.
  private static let refusedPatience = Duration.seconds(900)

  private let call: Call
  private let kind: VersionMover.Kind

  init(_ call: Call, _ kind: VersionMover.Kind) {
    self.call = call
    self.kind = kind
  }

  func run(_ arguments: MoveArguments) async throws -> ExitCode {
    let settings = try call.settings().settings
    let stores = try StateStores(call, access: .existing)
    let mover = VersionMover(
      state: stores.directory, store: stores.store, adapters: stores.adapters,
      keepsTexts: settings.replay.retention == .all, through: call.fileSystem, now: call.surroundings.now,
      log: StateStores.log(call))
    let outcome: MoveOutcome
    do {
      if let round = arguments.round {
        outcome = try await promoteRefused(round)
      } else {
        let lock = try StateLock.acquire(stores.directory.lock)
        defer { lock.release() }
        outcome = try await mover.move(kind, arguments)
      }
    } catch LockError.held(let path, let pid) {
      // What cannot be done is said at once.
      if arguments.round == nil { _ = try mover.plan(kind, arguments) }
      outcome = try await ask(arguments, stores, LockError.held(path: path, pid: pid))
    }
    if call.wantsJSON {
      try call.output.object(outcome)
    } else {
      try call.output.text(Self.text(outcome))
    }
    return .done
  }

  /// With no daemon running the verb does it itself, under the State's lock.
  private func promoteRefused(_ round: Int) async throws -> MoveOutcome {
    let session = try await call.openSession(human: .warning)
    let screen = WorkScreen(call.output)
    return try await session.promote(
      round: round, WorkControls(control: { .go }, report: { screen.show($0) }), table: { screen.show($0) })
  }

  /// - Throws: the lock's error where its holder is no daemon that takes requests.
  private func ask(_ arguments: MoveArguments, _ stores: StateStores, _ held: LockError) async throws -> MoveOutcome {
    let outcome = try await DaemonRequest(call, stores).ask(
      kind == .rollback ? .rollback : .promote, try arguments.json, held,
      patience: arguments.round == nil ? Self.patience : Self.refusedPatience)
    return try JSONDecoder().decode(MoveOutcome.self, from: Data(outcome.utf8))
  }

  static func text(_ outcome: MoveOutcome) -> String {
    let name = outcome.to == 0 ? "version 0 (the base)" : "version \(outcome.to)"
    var lines = ["\(name) is current, instead of version \(outcome.from)"]
    if !outcome.abandoned.isEmpty {
      let word = outcome.abandoned.count == 1 ? "version" : "versions"
      let list = outcome.abandoned.map(String.init).joined(separator: ", ")
      lines.append("left: \(word) \(list); forward again with: stet promote \(outcome.from)")
    }
    if outcome.requeued > 0 { lines.append("\(Format.count(outcome.requeued, "document")) queued to be learned again") }
    if outcome.shelved > 0 { lines.append("\(Format.count(outcome.shelved, "document")) shelved") }
    if outcome.restored > 0 { lines.append("\(Format.count(outcome.restored, "document")) restored as learned") }
    if let round = outcome.round { lines.append("round \(round) was given up; its documents wait again") }
    return lines.joined(separator: "\n") + "\n"
  }
}
