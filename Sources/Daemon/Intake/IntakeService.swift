import Curation
import Foundation
import Platform
import ReplayStore

/// Takes documents from the watched folder into the store.
///
/// A file goes through: seen → quiet → read whole and hashed → curated → decided → committed → filed → settled. A kill
/// between any two is made good by the next scan: until its content is committed a file is as if never seen, and from
/// then on its hash is known, so that the rest is done again and nothing twice.
package actor IntakeService {
  package enum Scope: Sendable {
    case everything
    /// Only files that an earlier look left as not quiet.
    case pending
  }

  package typealias Progress = @Sendable (IntakeProgress) -> Void

  private let watch: Path
  private let state: StateDirectory
  let store: ReplayStore
  private let maker: ContentMaker
  private var settings: IntakeSettings
  private let fileSystem: any FileSystem
  let now: @Sendable () -> Date
  private let uptime: @Sendable () -> Duration
  let log: Log

  private let memory = IntakeMemoryBox()
  private var pendingDocuments = PendingDocuments()
  private var quiet = QuietFiles()
  /// Files that are to be looked at again before the next whole scan.
  private var waiting: Set<Path> = []
  /// Files that failed, and when they are tried again.
  private var retries: [Path: Duration] = [:]
  /// What is left alone was warned about once.
  private var warned: Set<Path> = []
  /// Files that the folder does not let go.
  private var stuck: Set<Path> = []
  private var lastFailure: String?
  /// Times a store that was locked or full kept files waiting, until it can be counted there.
  private var uncounted = 0

  /// Of a batch, whose files are read and curated side by side.
  private static let batchFiles = 64
  private static let batchBytes: Int64 = 8 << 20
  private static let retryInterval = Duration.seconds(30)

  /// - Parameters:
  ///   - watch: the watched folder.
  ///   - seed: the State's own.
  ///   - uptime: a clock that never jumps.
  package init(
    watch: Path, state: StateDirectory, store: ReplayStore, curator: Curator, plan: HeldOutPlan, seed: UInt64,
    settings: IntakeSettings, through fileSystem: any FileSystem = LocalFileSystem(),
    now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration = IntakeService.systemUptime,
    log: Log
  ) {
    self.watch = watch
    self.state = state
    self.store = store
    maker = ContentMaker(curator: curator, plan: plan, seed: seed)
    self.settings = settings
    self.fileSystem = fileSystem
    self.now = now
    self.uptime = uptime
    self.log = log
  }

  /// For an open State, as its settings say.
  package init(
    _ home: StateHome, watch: Path, settings: Settings, through fileSystem: any FileSystem = LocalFileSystem(),
    now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration = IntakeService.systemUptime,
    log: Log
  ) {
    self.init(
      watch: watch, state: home.directory, store: home.store, curator: home.curator(settings),
      plan: HeldOutPlan(
        seed: home.identity.seed, validation: settings.heldout.validation, test: settings.heldout.test),
      seed: home.identity.seed, settings: IntakeSettings(settings), through: fileSystem, now: now, uptime: uptime,
      log: log)
  }

  @Sendable package static func systemUptime() -> Duration {
    .seconds(ProcessInfo.processInfo.systemUptime)
  }

  package func use(_ settings: IntakeSettings) { self.settings = settings }

  /// Documents came back from elsewhere (`release`, a promotion): what new ones are compared with is read anew.
  package func forgetMemory() { memory.clear() }

  // MARK: A scan

  /// Looks at the folder and takes what is complete. One call at a time.
  /// - Parameter shouldStop: asked between files, and inside large ones; what is taken by then stays taken.
  package func scan(
    _ scope: Scope = .everything, progress: Progress = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) async -> IntakeReport {
    var report = IntakeReport()
    do {
      let paths = try candidates(scope)
      try await take(paths, &report, progress: progress, shouldStop: shouldStop)
      if case .everything = scope, report.isComplete { try await settleWhatIsGone() }
      lastFailure = nil
    } catch {
      fail(error, &report)
    }
    report.pending = waiting.count
    if !waiting.isEmpty { report.nextCheck = max(settings.settle, .milliseconds(200)) }
    if report.failure != nil { report.nextCheck = Self.retryInterval }
    return report
  }

  private func take(
    _ paths: [Path], _ report: inout IntakeReport, progress: Progress, shouldStop: @escaping @Sendable () -> Bool
  ) async throws {
    var batch: [(path: Path, size: Int64)] = []
    var size: Int64 = 0
    for (index, path) in paths.enumerated() {
      guard !shouldStop() else {
        report.isComplete = false
        return
      }
      guard let status = try await readyStatus(path) else { continue }
      if !batch.isEmpty, size + status.size > Self.batchBytes || batch.count == Self.batchFiles {
        try await take(batch: batch.map(\.path), &report, shouldStop)
        progress(IntakeProgress(done: index, total: paths.count))
        (batch, size) = ([], 0)
      }
      batch.append((path, status.size))
      size += status.size
    }
    if !batch.isEmpty { try await take(batch: batch.map(\.path), &report, shouldStop) }
    if !paths.isEmpty { progress(IntakeProgress(done: paths.count, total: paths.count)) }
  }

  /// Names to look at, in the order of their bytes; what is no document is left out, and warned about once.
  private func candidates(_ scope: Scope) throws -> [Path] {
    if case .pending = scope { return waiting.sorted() }
    var paths: [Path] = []
    var special: Set<Path> = []
    try DirectoryWalk.walk(watch, through: fileSystem, skipping: { IgnoredNames.isIgnored(folder: $0) }) { item in
      switch item {
      case .entry(let path, .regular):
        if !IgnoredNames.isIgnored(path) { paths.append(path) }
      case .entry(let path, let kind):
        guard !IgnoredNames.isIgnored(path) else { return }
        special.insert(path)
        warnOnce(path, UntrustedFileError.notRegular(path, kind).description)
      case .directory: return
      case .unreadable(let path, let error):
        special.insert(path)
        warnOnce(path, error.description)
      }
    }
    let all = Set(paths)
    quiet.keep(all)
    waiting.formIntersection(all)
    retries = retries.filter { all.contains($0.key) }
    stuck.formIntersection(all)
    warned = warned.filter { all.contains($0) || special.contains($0) }
    return paths
  }

  /// The status of a file that may be taken now, `nil` for one that waits, is gone or is left alone.
  private func readyStatus(_ path: Path) async throws -> FileStatus? {
    let status = try? fileSystem.statusIfPresent(watch.appending(path))
    guard let status, status.kind == .regular else {
      drop(path)
      return nil
    }
    guard status.linkCount == 1 else {
      leaveAlone(path, Self.hardLinkWarning(path))
      return nil
    }
    if let again = retries[path], uptime() < again { return nil }
    if settings.take == .copy || stuck.contains(path) {
      let (name, stamp) = (Arrival.name(path), Arrival.stamp(status))
      if try await store.read({ try $0.isKnown(path: name, stamp: stamp) }) {
        drop(path)
        return nil
      }
    }
    guard quiet.isQuiet(path, status, for: settings.settle, now: now(), uptime: uptime()) else {
      waiting.insert(path)
      return nil
    }
    return status
  }

  private func drop(_ path: Path) {
    waiting.remove(path)
    quiet.forget(path)
  }

  // MARK: A batch

  /// Reads and curates files side by side, then decides and commits them one after another.
  private func take(
    batch: [Path], _ report: inout IntakeReport, _ shouldStop: @escaping @Sendable () -> Bool
  ) async throws {
    let reader = ArrivalReader(watch: watch, limit: settings.limit, fileSystem: fileSystem)
    let outcomes = await SideBySide.map(batch) { reader.read($0, shouldStop: shouldStop) }
    var arrivals: [Arrival] = []
    for (path, outcome) in zip(batch, outcomes) {
      switch outcome {
      case .ready(let arrival):
        arrivals.append(arrival)
        if !arrival.isCertain { report.uncertain += 1 }
      case .busy: waiting.insert(path)
      case .gone: drop(path)
      case .notRegular(let error): leaveAlone(path, error.description)
      case .hardLink: leaveAlone(path, Self.hardLinkWarning(path))
      case .unreadable(let reason):
        drop(path)
        retries[path] = uptime() + Self.retryInterval
        report.failure = reason
        warnOnce(path, reason)
      case .stopped: report.isComplete = false
      }
    }
    let verdicts = try await curate(arrivals)
    for (arrival, verdict) in zip(arrivals, verdicts) {
      try await decide(arrival, verdict, &report)
    }
    try await commit(&report)
  }

  /// The verdicts on documents whose bytes are new, each content once.
  private func curate(_ arrivals: [Arrival]) async throws -> [CurationVerdict?] {
    let settings = settings
    let wanted = try await store.read { db in
      var seen: Set<Digest> = []
      let judge = IntakeJudge(db: db, settings: settings)
      return try arrivals.map { arrival in
        guard seen.insert(arrival.sha256).inserted else { return false }
        guard let known = try db.document(sha256: arrival.sha256) else { return true }
        return try judge.mayReturn(known, named: db.editable(named: arrival.name))
      }
    }
    let (curator, limit) = (maker.curator, settings.limit)
    return await SideBySide.map(Array(zip(arrivals, wanted))) { arrival, isWanted in
      guard isWanted else { return nil }
      switch arrival.content {
      case .bytes(let data): return curator.curate(name: arrival.name, bytes: data)
      case .tooLarge:
        let reason = RejectionReason(
          .tooLarge, figure: Double(arrival.status.size), limit: Double(limit), detail: "bytes; split it")
        return CurationVerdict(state: .rejected(reason))
      }
    }
  }

  private func decide(_ arrival: Arrival, _ verdict: CurationVerdict?, _ report: inout IntakeReport) async throws {
    var (decision, judged) = try await ask(arrival, verdict)
    if case .afterPending = decision {
      try await commit(&report)
      (decision, judged) = try await ask(arrival, verdict)
    }
    let found = judged ?? CurationVerdict(state: .rejected(RejectionReason(.noRecords)))
    let kind: PendingWrite.Kind
    switch decision {
    case .known(let id, _): kind = .name(id)
    case .refused(let reason): kind = .document(try maker.refused(reason, found), replaces: nil, position: nil)
    case .duplicate(let original, let similarity):
      kind = .document(
        try maker.duplicate(of: original, similarity: similarity, found), replaces: nil, position: nil)
    case .accepted(let document, let supersedes, let similarity, let replaces):
      var position = memory.position(of: arrival.domain)
      let content = try maker.content(
        of: document, found, arrival, supersedes: supersedes, similarity: similarity, position: &position)
      memory.setPosition(position, of: arrival.domain)
      kind = .document(content, replaces: replaces, position: position)
    case .afterPending:
      waiting.insert(arrival.path)
      return
    }
    let signature = if case .accepted = decision { ContentMaker.signature(found) } else { nil as SignatureBlob? }
    pendingDocuments.append(PendingWrite(arrival: arrival, received: now(), kind: kind, signature: signature))
  }

  private func ask(
    _ arrival: Arrival, _ verdict: CurationVerdict?
  ) async throws -> (IntakeDecision, CurationVerdict?) {
    let (memory, pending, settings) = (memory, pendingDocuments, settings)
    return try await store.read { db in
      var judged = verdict
      let decision = try memory.use(db) { known in
        try IntakeJudge(db: db, settings: settings).decide(arrival, &judged, memory: &known, pending: pending)
      }
      return (decision, judged)
    }
  }

  // MARK: Commit

  /// Commits what is decided, in one transaction, and then files it.
  private func commit(_ report: inout IntakeReport) async throws {
    let writes = pendingDocuments.writes
    pendingDocuments = PendingDocuments()
    guard !writes.isEmpty else { return }
    let (missed, moment) = (uncounted, now())
    let committed = try await store.write { db in
      try db.count(.retried, on: moment, by: missed)
      return try writes.map { try $0.commit(to: db) }
    }
    uncounted = 0
    for (write, result) in zip(writes, committed) {
      memory.take(write, result)
      report.count(result.isNew ? result.document.state : .duplicate, superseded: result.superseded.count)
      tell(write.arrival, result)
    }
    try await file(writes.map(\.arrival), committed.map(\.document), &report)
  }

  /// Moves files whose content is committed, and records that they have left.
  private func file(_ arrivals: [Arrival], _ documents: [Document], _ report: inout IntakeReport) async throws {
    var filing = Filing(state: state, watch: watch, settings: settings, fileSystem: fileSystem)
    var settled: [(name: String, document: DocumentID)] = []
    for (arrival, document) in zip(arrivals, documents) {
      do {
        switch try filing.file(arrival, document) {
        case .settled: settled.append((arrival.name, document.id))
        case .stuck(let reason):
          stuck.insert(arrival.path)
          settled.append((arrival.name, document.id))
          warnOnce(arrival.path, reason)
        case .changed:
          waiting.insert(arrival.path)
          continue
        }
        drop(arrival.path)
      } catch {
        drop(arrival.path)
        retries[arrival.path] = uptime() + Self.retryInterval
        report.failure = "\(error)"
        warnOnce(arrival.path, "\(error)")
      }
    }
    try filing.synchronize()
    let names = settled
    try await store.write { db in for item in names { try db.settleName(item.name, of: item.document) } }
  }

  /// Names that a kill left as not settled though their file has gone, or another content has taken its place.
  private func settleWhatIsGone() async throws {
    let open = try await store.read { try $0.unsettledNames() }
    let there = Set((waiting.union(retries.keys)).map { Arrival.name($0) })
    let gone = open.filter { !there.contains($0.path) }
    guard !gone.isEmpty else { return }
    try await store.write { db in for name in gone { try db.settleName(name.path, of: name.document) } }
  }
}

// MARK: What is said

extension IntakeService {
  private static func hardLinkWarning(_ path: Path) -> String {
    "\(path): has a second name elsewhere (a hard link), and is left alone. Drop a copy of the file itself."
  }

  private func leaveAlone(_ path: Path, _ reason: String) {
    drop(path)
    warnOnce(path, reason)
  }

  private func warnOnce(_ path: Path, _ reason: String) {
    if warned.insert(path).inserted { log.warning("file.left", ["path": Arrival.name(path), "reason": reason]) }
  }

  private func tell(_ arrival: Arrival, _ result: PendingWrite.Committed) {
    let document = result.document
    log.info(
      result.isNew ? "document.\(document.state.rawValue)" : "document.known",
      [
        "id": document.id.rawValue, "path": arrival.name, "domain": document.domain, "samples": document.sampleCount,
        "tokens": document.tokenCount, "reason": document.reason,
        "supersedes": result.superseded.isEmpty
          ? nil : result.superseded.map { "\($0.rawValue)" }.joined(separator: " "),
      ])
  }

  /// The store or the disk refused: the files stay, and what is in memory is read anew.
  private func fail(_ error: any Error, _ report: inout IntakeReport) {
    pendingDocuments = PendingDocuments()
    // After a transaction that failed the memory may be ahead of the store; after the disk's errors it is not.
    if !(error is PlatformError) { memory.clear() }
    report.isComplete = false
    report.failure = "\(error)"
    if let error = error as? DatabaseError, error.kind == .busy || error.kind == .full { uncounted += 1 }
    // Once, however often it is tried again.
    if lastFailure != report.failure { log.error("intake.failed", ["reason": "\(error)"]) }
    lastFailure = report.failure
  }
}
