import Curation
import Daemon
import Platform
import ReplayStore
import Reports
import Tokenizers

/// Takes a document out of quarantine, by hand and logged.
struct DocumentsReleaseVerb: Verb {
  let declaration = VerbDeclaration(
    "documents release", .steer, operands: "ID", count: 1...1, "take a document out of quarantine, by hand and logged",
    details: """
      It is read once more, this time without the filters, and waits for the next round. What cannot be read at all, or
      says what another document says, stays where it is. A document that was forgotten comes back in the same way, once
      its file was dropped again.
      """,
    examples: [
      .init("stet documents --only quarantined", "what there is, and why"),
      .init("stet documents release 8121", "take it all the same"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let id = try DocumentOperand.parse(call.operands[0])
    let settings = try call.settings().settings
    let stores = try StateStores(call, access: .existing)
    let (identity, found) = try await stores.store.read { db in (try db.identity(), try db.document(id)) }
    guard let found else { throw ReleaseError.unknown(id) }
    guard found.state == .quarantined || found.state == .forgotten else {
      throw ReleaseError.notQuarantined(id, found.state)
    }
    guard let identity else { throw StateError.noState(call.statePath) }
    try await stores.checkModel(call)
    let release = QuarantineRelease(
      state: stores.directory, store: stores.store, curator: try curator(settings, call),
      plan: HeldOutPlan(
        seed: identity.seed, validation: settings.heldout.validation, test: settings.heldout.test),
      seed: identity.seed, keepsOriginals: settings.intake.originals == .keep,
      converter: DocumentConverter(settings.converters, outputBytes: settings.intake.limit), through: call.fileSystem,
      now: call.surroundings.now)
    let document = try await release.release(id)
    StateStores.log(call).notice(
      "document.released", ["document": Int(id.rawValue), "reason": found.reason ?? "", "tokens": document.tokenCount])
    if call.wantsJSON {
      let (names, version) = try await stores.store.read { db in
        (try db.names(of: id).map(\.path), try db.versions(thatLearned: id).first)
      }
      try call.output.object(DocumentView(document, names: names, version: version))
    } else {
      call.output.say(
        "Document \(id.rawValue) waits for the next round: \(Format.count(document.sampleCount, "sample")), "
          + "\(Format.count(document.tokenCount, "token")).")
    }
    return .done
  }

  /// As intake's own, but for the filters.
  private func curator(_ settings: Settings, _ call: Call) throws -> Curator {
    let tokenizer = try call.loadTokenizer()
    var curation = settings.curation
    curation.enforcesFilters = false
    // A model without a usable template learns no chats; such records are then refused by name.
    return Curator(
      settings: curation, tokenizer: tokenizer, template: try? ChatTemplate(tokenizer),
      sequenceLength: settings.train.sequence
    ) { Digest.of($0).bytes }
  }
}
