import Curation
import Foundation
import Platform
import ReplayStore

// From files that are quiet to documents that are committed and filed.
extension IntakeService {
  // MARK: A batch

  /// Reads and curates files side by side, then decides and commits them one after another.
  func take(
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
    let (settings, curator) = (settings, maker.curator)
    let wanted = try await store.read { db in
      var seen: Set<Digest> = []
      let judge = IntakeJudge(db: db, settings: settings, curator: curator)
      return try arrivals.map { arrival in
        guard seen.insert(arrival.sha256).inserted else { return false }
        guard let known = try db.document(sha256: arrival.sha256) else { return true }
        return try judge.mayReturn(known, named: db.editable(named: arrival.name))
      }
    }
    let (maker, limit) = (maker, settings.limit)
    return await SideBySide.map(Array(zip(arrivals, wanted))) { arrival, isWanted in
      guard isWanted else { return nil }
      switch arrival.content {
      case .bytes(let data): return maker.verdict(name: arrival.name, bytes: data)
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

  func ask(
    _ arrival: Arrival, _ verdict: CurationVerdict?
  ) async throws -> (IntakeDecision, CurationVerdict?) {
    let (memory, pending, settings, curator) = (memory, pendingDocuments, settings, maker.curator)
    return try await store.read { db in
      var judged = verdict
      let decision = try memory.use(db) { known in
        try IntakeJudge(db: db, settings: settings, curator: curator).decide(
          arrival, &judged, memory: &known, pending: pending)
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
      let known = result.document.state == .forgotten ? DocumentState.quarantined : .duplicate
      report.count(result.isNew ? result.document.state : known, superseded: result.superseded.count)
      tell(write.arrival, result)
      gather(result)
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
        if (error as? PlatformError)?.isOutOfSpace == true { uncounted += 1 }
        warnOnce(arrival.path, "\(error)")
      }
    }
    try filing.synchronize()
    let names = settled
    try await store.write { db in for item in names { try db.settleName(item.name, of: item.document) } }
  }

  /// Names that a kill left as not settled though their file has gone, or another content has taken its place.
  func settleWhatIsGone() async throws {
    let open = try await store.read { try $0.unsettledNames() }
    let there = Set((waiting.union(retries.keys)).map { Arrival.name($0) })
    let gone = open.filter { !there.contains($0.path) }
    guard !gone.isEmpty else { return }
    let digests = try await store.read { db in try gone.compactMap { try db.document($0.document)?.sha256 } }
    let filing = Filing(state: state, watch: watch, settings: settings, fileSystem: fileSystem)
    for digest in Set(digests) { try filing.finish(digest) }
    try await store.write { db in for name in gone { try db.settleName(name.path, of: name.document) } }
  }
}
