import AdapterStore
import Curation
import Foundation
import Learning
import ModelFiles
import Platform
import ReplayStore
import Reports
import Tensors
import Transformer

/// A State that is open for work, with everything a round or an answer needs; what `run`, `train` and `ask` share.
package struct Session: Sendable {
  package let home: StateHome
  package let adapters: AdapterStore
  package let settings: ResolvedSettings
  package let log: Log
  let fileSystem: any FileSystem
  let now: @Sendable () -> Date

  /// Takes the State's lock, makes what is missing, and puts in order what a kill may have left.
  /// - Parameter freshSeed: of a State that is made now.
  /// - Throws: as `StateHome.open`; what the versions on disk are wrong in.
  package static func open(
    _ directory: StateDirectory, model: String?, settings: ResolvedSettings, freshSeed: UInt64, log: Log,
    now: @escaping @Sendable () -> Date, through fileSystem: any FileSystem
  ) async throws -> Session {
    let readers = try AdapterStore.Readers(group: settings.settings.adapters.group)
    let home = try await StateHome.open(
      directory, model: model, freshSeed: freshSeed, readers: readers, now: now, through: fileSystem)
    let (sequence, context) = (settings.settings.train.sequence, home.base.file.configuration.context)
    guard sequence <= context else {
      throw SettingsError.contradiction(
        keys: "train.sequence",
        reason:
          "\(sequence) tokens are more than the \(context) that \(home.base.file.name) was trained for; set it to \(context) or less"
      )
    }
    let adapters = AdapterStore(state: directory.root, readers: readers, through: fileSystem)
    let session = Session(
      home: home, adapters: adapters, settings: settings, log: log, fileSystem: fileSystem, now: now)
    for name in try adapters.recover() { log.notice("recovered", ["removed": name]) }
    let audit = StateAudit(state: directory, adapters: adapters, through: fileSystem)
    let files = try audit.filesInQuarantine()
    let rows = try await home.store.read { try StateAudit.rows($0, of: files) }
    let repair = StateRepair(adapters: adapters, through: fileSystem)
    for flaw in try audit.leftovers(rows) {
      if let done = try repair.mend(flaw) { log.notice("recovered", ["did": done]) }
    }
    try session.establishBase()
    try await session.alignCurrent()
    await session.finishForgetting()
    return session
  }

  package var manifestBase: Manifest.Base { home.base.manifestBase(name: settings.settings.adapters.baseName) }

  var models: BaseModelHome { BaseModelHome(state: home.directory, now: now, through: fileSystem) }

  package var threads: Int { settings.settings.round.threads ?? Machine.current.cores }

  /// The shape of a State's adapters is that of the version they grow from; the settings decide above the base.
  package func layout() throws -> AdapterLayout {
    let current = try adapters.current()
    let lora =
      current == .base
      ? settings.settings.lora.configuration : try adapters.manifest(of: current).origin.lora
    return AdapterLayout(lora: lora, model: home.base.file.configuration)
  }

  private func establishBase() throws {
    let layout = AdapterLayout(lora: settings.settings.lora.configuration, model: home.base.file.configuration)
    let report = ForgettingReport(
      version: 0, round: 0, parent: 0, created: now(), gate: ForgettingReport.Gate(decision: .published))
    try adapters.establishBase(
      VersionContents(
        adapter: .zero(layout), consolidation: ConsolidationState(),
        origin: Manifest.Origin(created: now(), base: manifestBase, lora: layout.lora), parent: nil, round: nil,
        baseName: manifestBase.name, report: try ReportCoding.object(report)))
  }

  /// The store says which version is current; the link follows, and a version whose row a kill prevented gets it now.
  private func alignCurrent() async throws {
    let (wanted, rows, running) = try await home.store.read { db in
      (try db.currentVersion() ?? 0, Set(try db.versions().map(\.number)), try db.runningRound())
    }
    var orphans: [VersionNumber] = []
    for version in try adapters.versions() where !rows.contains(version.rawValue) {
      guard let manifest = try? adapters.manifest(of: version),
        let round = manifest.round, try await home.store.read({ try $0.round(round) }) != nil
      else {
        // Of a store that was newer, or nobody's: not this program's to remove.
        log.warning(
          "version.unknown",
          [
            "version": version.rawValue, "path": adapters.directory.appending(version.directoryName).description,
            "reason": "the store knows nothing of it; put the store back that does, or move the folder away",
          ])
        continue
      }
      guard let running, manifest.round == running.number, (try? adapters.verify(version)) != nil else {
        log.notice("version.orphan", ["version": version.rawValue])
        orphans.append(version)
        continue
      }
      let report = try ReportCoding.read(ForgettingReport.self, from: try adapters.report(of: version))
      try await finishPublishing(manifest, round: running, report: report)
      return
    }
    let version = try VersionNumber(store: wanted)
    if try adapters.current() != version { try adapters.makeCurrent(version) }
    // The latest first: one may have grown from another.
    for orphan in orphans.reversed() { try adapters.remove(orphan) }
  }

  /// Completes what a kill interrupted, or what was asked of a daemon that is gone. Where the disk does not allow it, the
  /// next start tries again: nothing uses what is forgotten meanwhile.
  private func finishForgetting() async {
    let forgetter = forgetter(settings.settings)
    do {
      try await forgetter.finish()
      for request in try await home.store.read({ try $0.openRequests() }) where request.kind == .forget {
        let moment = now()
        do {
          let outcome = try await forgetter.perform(request)
          try await home.store.write { try $0.finish(request.id, outcome: outcome, now: moment) }
        } catch  where error is ForgetError || error is MoveError {
          let reason = "\(error)"
          try await home.store.write { try $0.finish(request.id, failure: reason, now: moment) }
        }
      }
    } catch { log.error("forgetting.unfinished", ["reason": "\(error)"]) }
  }

  private func finishPublishing(_ manifest: Manifest, round: Round, report: ForgettingReport) async throws {
    let publisher = Publisher(
      store: home.store, adapters: adapters, rounds: home.directory.rounds, fileSystem: fileSystem, now: now)
    try await publisher.finish(version: manifest, round: round, report: report)
    log.notice("round.published", ["round": round.number, "version": manifest.number.rawValue])
  }
}
