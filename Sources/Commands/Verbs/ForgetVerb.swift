import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import Reports

/// Removes documents and all that was learned from them.
struct ForgetVerb: Verb {
  let declaration = VerbDeclaration(
    "forget", .steer, "remove documents and all that was learned from them",
    flags: [
      .value("document", "ID", "This document, its earlier editions and its copies.", isRepeatable: true),
      .value("source", "PATH", "Every document that was dropped under this name, or below this folder of Watch."),
      .switch("dry-run", "Say what it costs, and do nothing."),
    ],
    details: """
      It says first what it costs. Then the latest version that never saw the documents is served at once, the versions
      that did are removed, and what else they had learned waits for the next round. With --document what says the same
      goes too: earlier editions, copies under any name, near-duplicates under the same name. With --source only what
      came from there goes, and what other sources said too and was refused or replaced for it comes back, where its file
      was kept (intake.originals). Texts and names are erased from the State; the hash stays, so that the same bytes are
      refused when they are dropped again, until stet documents release ID. Earlier lines of the log keep names, and
      copies of the State or of an adapter made elsewhere are yours to remove.
      """,
    examples: [
      .init("stet forget --document 8121 --dry-run", "what it would cost"),
      .init("stet forget --document 8121", "one document, and what was learned from it"),
      .init("stet forget --source legal/acme", "everything that was dropped into Watch/legal/acme"),
    ])

  /// The daemon gives up its round first, and writes the store anew.
  private static let patience = Duration.seconds(600)

  func run(_ call: Call) async throws -> ExitCode {
    let named = (call.values("document"), call.value("source"))
    guard named.0.isEmpty != (named.1 == nil) else {
      throw UsageError("forget takes --document ID or --source PATH, and not both.")
    }
    let settings = try call.settings().settings
    let stores = try StateStores(call, access: .existing)
    let arguments = try await arguments(named.0, named.1, call, stores)
    let forgetter = Forgetter(
      state: stores.directory, store: stores.store, adapters: stores.adapters,
      keepsTexts: settings.replay.retention == .all, through: call.fileSystem, now: call.surroundings.now,
      log: StateStores.log(call))
    let plan = try await forgetter.plan(arguments)
    call.output.tell(Self.cost(plan.forgetting))
    if call.has("dry-run") {
      if call.wantsJSON { try call.output.object(plan.forgetting) }
      return .done
    }
    let done = try await forget(arguments, forgetter, call, stores)
    if call.wantsJSON { try call.output.object(done) } else { try call.output.text(Self.text(done)) }
    try tellOfFiles(plan.names, named.1, call)
    return .done
  }

  private func arguments(
    _ documents: [String], _ source: String?, _ call: Call, _ stores: StateStores
  ) async throws -> ForgetArguments {
    guard let source else {
      return ForgetArguments(documents: try documents.map(DocumentOperand.parse), withFamily: true)
    }
    for path in try SourceOperand.candidates(source, watch: call.watchPath) {
      let found = try await stores.store.read { try $0.documents(from: path) }
      if !found.isEmpty { return ForgetArguments(documents: found, withFamily: false) }
    }
    throw VerbError(
      "\(DisplayText.escaped(source)): no document was dropped under this name or below it; stet documents lists names."
    )
  }

  /// Itself where no daemon runs, else by the daemon.
  private func forget(
    _ arguments: ForgetArguments, _ forgetter: Forgetter, _ call: Call, _ stores: StateStores
  ) async throws -> Forgetting {
    do {
      let lock = try StateLock.acquire(stores.directory.lock)
      defer { lock.release() }
      try await forgetter.clearLeftovers()
      return try await forgetter.forget(arguments)
    } catch LockError.held(let path, let pid) {
      let outcome = try await DaemonRequest(call, stores).ask(
        .forget, try arguments.json, .held(path: path, pid: pid), patience: Self.patience)
      return try JSONDecoder().decode(Forgetting.self, from: Data(outcome.utf8))
    }
  }

  /// Files that lie in the watched folder are the user's own: they would be refused, or taken in, at the next look.
  private func tellOfFiles(_ names: [String], _ source: String?, _ call: Call) throws {
    let watch = Path(call.watchPath)
    var left = Set(try names.filter { try call.fileSystem.exists(watch.appending($0)) })
    for folder in try source.map({ try SourceOperand.candidates($0, watch: call.watchPath) }) ?? [] {
      guard try call.fileSystem.statusIfPresent(watch.appending(folder))?.kind == .directory else { continue }
      try DirectoryWalk.walk(watch.appending(folder), through: call.fileSystem) { item in
        if case .entry(let path, .regular) = item { left.insert(Path(folder).appending(path).description) }
      }
    }
    guard !left.isEmpty else { return }
    call.output.say(
      "in \(DisplayText.escaped(call.watchPath)) \(left.count == 1 ? "lies" : "lie") still "
        + "\(Format.count(left.count, "file")) from there; remove what you do not want:")
    for name in left.sorted() { call.output.say("  \(DisplayText.escaped(name))") }
  }

  /// Before anything is done.
  static func cost(_ plan: Forgetting) -> String {
    var lines: [String] = []
    if plan.rounds > 0 {
      let time = plan.seconds.map { "about \(Format.duration(seconds: $0))" } ?? "for which no past round gives a time"
      lines.append(
        "cost: \(Format.count(plan.rounds, "round")), \(time), to learn \(Format.count(plan.requeued, "document")) again "
          + "(\(Format.count(plan.tokens, "token")))")
    } else {
      lines.append("cost: no round")
    }
    if plan.shelved > 0 {
      lines.append(
        "\(Format.count(plan.shelved, "document")) more cannot be learned again, since with replay.retention none their "
          + "texts are gone: drop the files once more after it")
    }
    if !plan.versions.isEmpty {
      let list = plan.versions.map(String.init).joined(separator: ", ")
      lines.append(
        "to be removed: \(plan.versions.count == 1 ? "version" : "versions") \(list); served: \(plan.version)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func text(_ done: Forgetting) -> String {
    var lines = ["\(Format.count(done.documents, "document")) forgotten"]
    if !done.versions.isEmpty {
      let list = done.versions.map(String.init).joined(separator: ", ")
      lines.append("removed: \(done.versions.count == 1 ? "version" : "versions") \(list)")
    }
    let name = done.version == 0 ? "version 0 (the base)" : "version \(done.version)"
    lines.append(
      done.version == done.from
        ? "\(name) is current, as before" : "\(name) is current, instead of version \(done.from)")
    if done.requeued > 0 { lines.append("\(Format.count(done.requeued, "document")) queued to be learned again") }
    if done.shelved > 0 { lines.append("\(Format.count(done.shelved, "document")) shelved, their texts are not kept") }
    if done.returning > 0 { lines.append("\(Format.count(done.returning, "document")) of other sources come back") }
    if let round = done.round { lines.append("round \(round) was given up; its other documents wait again") }
    return lines.joined(separator: "\n") + "\n"
  }
}
