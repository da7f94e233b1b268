import Curation
import Foundation
import Platform
import ReplayStore

// From files that are quiet to documents that are committed and filed.
extension IntakeService {
  // MARK: A batch

  var batchMaker: IntakeBatchMaker {
    IntakeBatchMaker(
      reader: ArrivalReader(watch: watch, limit: settings.limit, fileSystem: fileSystem), store: store, maker: maker,
      settings: settings)
  }

  /// Decides about what was read, in order, and commits it.
  func settle(_ batch: IntakeBatch, _ report: inout IntakeReport) async throws {
    for (path, outcome) in zip(batch.paths, batch.outcomes) { note(outcome, of: path, &report) }
    var rest = batch.documents[...]
    while let first = rest.first {
      let (decided, count) = try await decide(rest)
      if count == 0 { waiting.insert(first.arrival.path) }
      try await commit(decided, &report)
      rest = rest.dropFirst(max(1, count))
    }
  }

  private func note(_ outcome: ArrivalReader.Outcome, of path: Path, _ report: inout IntakeReport) {
    switch outcome {
    case .ready(let arrival): if !arrival.isCertain { report.uncertain += 1 }
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

  /// Decides about documents as long as none is near to one that is decided and not committed.
  /// - Returns: what is to be written, and how many documents that is.
  private func decide(
    _ documents: ArraySlice<(arrival: Arrival, verdict: CurationVerdict?)>
  ) async throws -> (PendingDocuments, count: Int) {
    let (memory, maker, settings, received) = (memory, maker, settings, now())
    return try await store.read { db in
      try memory.use(db) { known in
        let judge = IntakeJudge(db: db, settings: settings, curator: maker.curator)
        var pending = PendingDocuments()
        for (arrival, verdict) in documents {
          var judged = verdict
          let decision = try judge.decide(arrival, &judged, memory: &known, pending: pending)
          guard
            let write = try maker.write(
              decision, arrival, judged ?? CurationVerdict(state: .rejected(RejectionReason(.noRecords))), received,
              &known)
          else { break }
          pending.append(write)
        }
        return (pending, pending.writes.count)
      }
    }
  }

  /// What becomes of one document whose bytes are known, judged as if they were new; nothing is pending.
  func askAgain(
    _ arrival: Arrival, _ verdict: CurationVerdict
  ) async throws -> (IntakeDecision, CurationVerdict) {
    let (memory, settings, curator) = (memory, settings, maker.curator)
    return try await store.read { db in
      var judged: CurationVerdict? = verdict
      let decision = try memory.use(db) { known in
        try IntakeJudge(db: db, settings: settings, curator: curator).decide(
          arrival, &judged, memory: &known, pending: PendingDocuments(), again: true)
      }
      return (decision, judged ?? verdict)
    }
  }

  // MARK: Commit

  /// Commits what is decided, in one transaction, and then files it.
  private func commit(_ pending: PendingDocuments, _ report: inout IntakeReport) async throws {
    let writes = pending.writes
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
